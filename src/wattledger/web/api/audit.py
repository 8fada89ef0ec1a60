"""/audit: who did what, and when."""

from typing import Annotated, TypeAlias

from fastapi import Query, Response

from wattledger.domain.period import calendar
from wattledger.domain.permission import Permission
from wattledger.services.read_audit import audit_page
from wattledger.store.audit import EntryFilter
from wattledger.web.answer import answer
from wattledger.web.api.audit_schemas import AuditEntry, audit_entry
from wattledger.web.api.parameters import Cursor, End, Limit, Start, moment
from wattledger.web.cursor import Number, from_cursor, to_cursor
from wattledger.web.resource import Resource
from wattledger.web.schema import Page
from wattledger.web.system import TheSystem

audit = Resource("/audit", "audit", read=Permission.ADMINISTER, write=Permission.ADMINISTER)

_Word: TypeAlias = str | None


@audit.get("", response_model=Page[AuditEntry], summary="Read the audit log")
def page(
    system: TheSystem,
    actor: Annotated[_Word, Query(max_length=200, description="Name of who did it.")] = None,
    action: Annotated[_Word, Query(max_length=50, description="What was done.")] = None,
    kind: Annotated[_Word, Query(max_length=50, description="To what kind of object.")] = None,
    subject: Annotated[
        _Word, Query(alias="object", max_length=300, description="Id or name of the object.")
    ] = None,
    start: Start = None,
    end: End = None,
    cursor: Cursor = None,
    limit: Limit = 100,
) -> Response:
    """List what was done, the newest first, what passes all filters.

    Every change is here, signing in and out, and each look at endpoints' logins, one's or a list of
    them, the same at most once an hour, and each export. An order for many, as `change-many` or an
    import, has an entry of its own and one for each that it changed, as `bulk-delete`. Nothing can
    change or remove an entry.
    """
    days = calendar(system.settings.time_zone)
    wanted = EntryFilter(
        actor=actor,
        action=action,
        kind=kind,
        subject=subject,
        start=moment(start, "from", days),
        end=moment(end, "to", days, end=True),
    )
    before = from_cursor(cursor, tuple[Number])
    rows, last = audit_page(system.database, wanted, None if before is None else before[0], limit)
    following = None if last is None else to_cursor((last,))
    return answer(Page(data=[audit_entry(row) for row in rows], next_cursor=following))
