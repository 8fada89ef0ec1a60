"""From which month on a client's energy is accounted for here: the first that was closed for it."""

from collections.abc import Mapping, Sequence
from datetime import date

from wattledger.store.closes import closed_months
from wattledger.store.database import Connection


class Accounts:
    """The closed months of all clients, looked up once.

    ``closing`` is the month that is closed now: where nothing of a client is closed it is the
    first, and those before it were billed elsewhere, for all that is known.
    """

    def __init__(self, connection: Connection, closing: date | None) -> None:
        self._connection = connection
        self._closing = closing
        self._closed: Mapping[str, Sequence[date]] | None = None

    def closed(self, client_id: str) -> Sequence[date]:
        """Return a client's closed months, ascending."""
        if self._closed is None:
            self._closed = closed_months(self._connection)
        return self._closed.get(client_id, ())

    def first(self, client_id: str) -> date | None:
        """Return a client's first closed month, or the one that becomes it; None without either."""
        closed = self.closed(client_id)
        return closed[0] if closed else self._closing

    def counts(self, client_id: str, month: date) -> bool:
        """Tell whether a client's month is accounted for here as a whole."""
        first = self.first(client_id)
        return first is None or month >= first
