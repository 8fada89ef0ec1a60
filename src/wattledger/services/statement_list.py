"""List closed statements: what each comes to, as it was sealed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from threading import Lock

from wattledger.reports.statement_totals import StatementTotals, totals_of
from wattledger.store.close_list import ListedClose, ListedKey, list_closes, sealed_documents
from wattledger.store.database import Connection, Database

_KEPT = 20_000


@dataclass(frozen=True, slots=True)
class ListedStatement:
    """A closed statement, and what it comes to."""

    close: ListedClose
    sum: StatementTotals


@dataclass(frozen=True, slots=True)
class StatementPage:
    """A part of the list of closed statements; ``following`` is where the next part begins."""

    statements: Sequence[ListedStatement]
    following: ListedKey | None


def statement_page(
    database: Database,
    client_id: str | None,
    month: date | None,
    after: ListedKey | None,
    limit: int,
) -> StatementPage:
    """Return closed statements, the newest month first, from behind ``after`` on."""
    with database.connect() as connection:
        found = list_closes(connection, client_id, month, after, limit + 1)
        page = found[:limit]
        sums = _SUMS.of(connection, page)
    shown = [ListedStatement(close, sums[close.seal.sha256]) for close in page]
    following = (page[-1].month, page[-1].client_id) if len(found) > limit else None
    return StatementPage(shown, following)


class _Sums:
    """What statements come to by their seal: what was sealed is read once, and never changes."""

    def __init__(self) -> None:
        self._known: dict[str, StatementTotals] = {}
        self._lock = Lock()

    def of(
        self, connection: Connection, closes: Sequence[ListedClose]
    ) -> dict[str, StatementTotals]:
        """Return what these statements come to by the SHA-256 of their seals."""
        sums = {each.seal.sha256: self._known.get(each.seal.sha256) for each in closes}
        unknown = {each.id: each.seal.sha256 for each in closes if sums[each.seal.sha256] is None}
        documents = sealed_documents(connection, unknown)
        read = {unknown[number]: totals_of(document) for number, document in documents.items()}
        self._keep(read)
        return {seal: known for seal, known in sums.items() if known is not None} | read

    def _keep(self, read: dict[str, StatementTotals]) -> None:
        with self._lock:
            self._known |= read
            while len(self._known) > _KEPT:
                del self._known[next(iter(self._known))]


_SUMS = _Sums()
