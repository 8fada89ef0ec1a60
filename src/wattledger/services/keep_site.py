"""Keep the sites: where endpoints stand, and in whose days and months their energy is counted.

A site's zone is dated and changes only at a first of a month that is not closed (LEDGER 4).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from wattledger.domain.errors import ConflictError, InvalidInputError
from wattledger.domain.name import parse_name_field
from wattledger.domain.period import calendar, first_of_month, previous_month, with_zone_from
from wattledger.services.count_anew import count_anew
from wattledger.services.precondition import Check, unconditional
from wattledger.services.progress import Progress
from wattledger.store.closes import closed_months
from wattledger.store.database import Connection, Database
from wattledger.store.sites import (
    SiteRow,
    clients_at,
    find_site,
    first_site,
    insert_site,
    list_sites,
    meters_at,
    set_zone,
)
from wattledger.store.uncounted import mark_uncounted


@dataclass(frozen=True, slots=True)
class SitePage:
    """Sites in order of their making, and the number that the next page goes on from."""

    sites: Sequence[SiteRow]
    following: int | None


@dataclass(frozen=True, slots=True)
class ChangedSite:
    """A site as it is now, and what a person should know of the change."""

    row: SiteRow
    notices: Sequence[str] = ()


def site_page(database: Database, after: int, limit: int, search: str | None = None) -> SitePage:
    """Return a page of the sites whose name has ``search`` in it."""
    with database.connect() as connection:
        rows = list_sites(connection, after, limit + 1, search)
    page = rows[:limit]
    return SitePage(page, page[-1].id if len(rows) > limit else None)


def show_site(database: Database, site: str) -> SiteRow:
    """Return the site of a name or id; NotFoundError when there is none."""
    with database.connect() as connection:
        return find_site(connection, site)


def all_sites(database: Database) -> Sequence[SiteRow]:
    """Return all sites."""
    with database.connect() as connection:
        return list_sites(connection)


def create_site(database: Database, name: str, zone: str, first_zone: str) -> SiteRow:
    """Create a site; ConflictError when its name is taken.

    InvalidInputError for a name of digits alone: it would be taken for another site's number.
    ``first_zone`` is that of the site where endpoints stand for which none is named.
    """
    spelled = parse_name_field(name, "site")
    if spelled.isdecimal():
        raise InvalidInputError(
            f"A site's name needs more than digits, as 'Hall {spelled}': sites have numbers, too.",
            field="name",
        )
    _check_zone(zone)
    with database.begin() as connection:
        first_site(connection, first_zone)
        insert_site(connection, spelled, zone)
        return find_site(connection, spelled)


def change_zone(
    database: Database,
    site: str,
    zone: str,
    month: date,
    progress: Progress,
    check: Check[SiteRow] = unconditional,
) -> ChangedSite:
    """Let a site be in another zone from the month that begins on ``month``.

    Days and months of its meters are then counted anew, some meters at a time, and until then no
    report is made of any. What is left of a change that was interrupted is counted with the next
    reading of a meter, or by asking for it again. ConflictError where the month is closed;
    ``check`` may refuse, too.
    """
    _check_zone(zone)
    if month != first_of_month(month):
        raise InvalidInputError("A zone changes on the first of a month.", field="from")
    with database.begin() as connection:
        row = find_site(connection, site)
        check(row)
        last = _last_closed(connection, row)
        _refuse_closed(row, last, month)
        set_zone(connection, row.id, with_zone_from(row.zone, month, zone))
        meter_ids = meters_at(connection, row.id)
        mark_uncounted(connection, meter_ids)
    count_anew(database, meter_ids, progress)
    with database.connect() as connection:
        return ChangedSite(find_site(connection, str(row.id)), _notices(last, month))


def _last_closed(connection: Connection, row: SiteRow) -> dict[str, date]:
    """Return the last closed month of each client of a site, by name."""
    closed = closed_months(connection)
    clients = clients_at(connection, row.id)
    return {name: max(closed[each]) for each, name in clients.items() if each in closed}


def _refuse_closed(row: SiteRow, last: dict[str, date], month: date) -> None:
    closed = {name: until for name, until in last.items() if until >= month}
    if closed:
        name, until = max(closed.items(), key=lambda pair: pair[1])
        raise ConflictError(
            f"{until:%Y-%m} is closed for {name}, who is served at {row.name}; let the zone change "
            "from a later month on."
        )


def _notices(last: dict[str, date], month: date) -> list[str]:
    before = previous_month(month)
    return [
        f"{name}: {before:%Y-%m} is closed and ends at another instant in the new zone; the next "
        "close books the hours in between as an adjustment."
        for name, until in last.items()
        if until == before
    ]


def _check_zone(zone: str) -> None:
    if ";" in zone:
        raise InvalidInputError(
            f"'{zone}' is not an IANA time zone; write it like Europe/Berlin.", field="timeZone"
        )
    try:
        calendar(zone)
    except InvalidInputError as error:
        raise InvalidInputError(str(error), field="timeZone") from None
