"""Keep the tariffs. A change of price is a further period of prices, from its date on."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import yaml

from wattledger.domain.errors import InvalidInputError, NotFoundError
from wattledger.domain.instant import Instant
from wattledger.domain.period import next_month
from wattledger.domain.tariff import PricePeriod, Tariff
from wattledger.domain.tariff_form import parse_tariff, tariff_document
from wattledger.services.precondition import Check, unconditional
from wattledger.services.yaml_file import load_yaml
from wattledger.store.clients import list_clients
from wattledger.store.closes import closed_months
from wattledger.store.database import Connection, Database
from wattledger.store.tariffs import (
    TariffKey,
    TariffRow,
    find_tariff,
    insert_tariff,
    list_tariffs,
    update_tariff,
)


@dataclass(frozen=True, slots=True)
class TariffPage:
    """Tariffs by name, and the key that the next page goes on from."""

    tariffs: Sequence[TariffRow]
    following: TariffKey | None


@dataclass(frozen=True, slots=True)
class KeptTariff:
    """A tariff as it is now, and what a person should know of the change."""

    row: TariffRow
    notices: Sequence[str] = ()


def tariff_page(
    database: Database, after: TariffKey | None, limit: int, search: str | None = None
) -> TariffPage:
    """Return a page of the tariffs whose name has ``search`` in it."""
    with database.connect() as connection:
        rows = list_tariffs(connection, after, limit + 1, search)
    page = rows[:limit]
    return TariffPage(page, (page[-1].tariff.name, page[-1].id) if len(rows) > limit else None)


def all_tariffs(database: Database) -> Sequence[TariffRow]:
    """Return all tariffs by name."""
    with database.connect() as connection:
        return list_tariffs(connection)


def show_tariff(database: Database, tariff: str) -> TariffRow:
    """Return the tariff of a name or id; NotFoundError when there is none."""
    with database.connect() as connection:
        return find_tariff(connection, tariff)


def create_tariff(database: Database, new: Tariff, now: Instant) -> KeptTariff:
    """Create a tariff; ConflictError when its name is taken."""
    with database.begin() as connection:
        insert_tariff(connection, new, now)
        return KeptTariff(find_tariff(connection, new.name))


def change_tariff(
    database: Database,
    tariff: str,
    changed: Tariff,
    now: Instant,
    check: Check[TariffRow] = unconditional,
) -> KeptTariff:
    """Give a tariff these prices and this name, unless ``check`` refuses.

    Closed months keep what they were billed; a notice says so where the change touches any.
    """
    with database.begin() as connection:
        before = find_tariff(connection, tariff)
        check(before)
        update_tariff(connection, before.id, changed, now)
        notices = _notices(connection, before, changed)
        return KeptTariff(find_tariff(connection, before.public_id), notices)


def set_tariff(database: Database, wanted: Tariff, now: Instant) -> KeptTariff:
    """Create the tariff of that name, or change the one there is."""
    try:
        return change_tariff(database, wanted.name, wanted, now)
    except NotFoundError:
        return create_tariff(database, wanted, now)


def load_tariff(path: Path) -> Tariff:
    """Read a tariff from a YAML or JSON file; InvalidInputError names what is wrong.

    Numbers are taken as they are written there, digit by digit.
    """
    document = load_yaml(path, _Exact)
    try:
        return parse_tariff(document)
    except InvalidInputError as error:
        raise InvalidInputError(f"{path}: {error}", field=error.field) from None


def tariff_file(tariff: Tariff) -> str:
    """Return a tariff as the YAML that ``load_tariff`` reads."""
    return yaml.safe_dump(tariff_document(tariff), sort_keys=False, allow_unicode=True)


class _Exact(yaml.SafeLoader):
    """Leaves numbers as text: a binary fraction is not what is written in the file."""


def _as_written(_: yaml.SafeLoader, node: yaml.ScalarNode) -> str:
    return str(node.value)


_Exact.add_constructor("tag:yaml.org,2002:float", _as_written)
_Exact.add_constructor("tag:yaml.org,2002:int", _as_written)


def _notices(connection: Connection, before: TariffRow, changed: Tariff) -> list[str]:
    """Tell of the clients of a tariff whose closed months were priced by what changes."""
    first = _first_change(before.tariff.prices, changed.prices)
    closed = closed_months(connection)
    if first is None:
        return []
    return [
        f"{row.name}: the months up to {max(closed[row.public_id]):%Y-%m} are closed and keep the "
        "prices they were billed with."
        for row in list_clients(connection)
        if row.tariff_id == before.id
        and row.public_id in closed
        and first < next_month(max(closed[row.public_id]))
    ]


def _first_change(before: Iterable[PricePeriod], after: Iterable[PricePeriod]) -> date | None:
    """Return the first date on which other prices hold; None when all are the same."""
    changed = {*before} ^ {*after}
    return min((period.from_on for period in changed), default=None)
