"""What an act is about: the object behind the id or name that a request or a command gives."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Table, Text, cast, select

from wattledger.store.account_tables import api_token, user
from wattledger.store.channel_tables import channel
from wattledger.store.folded import as_written, named
from wattledger.store.job_tables import job
from wattledger.store.tables import client, endpoint, site, tariff

_TABLES: Mapping[str, Table] = {
    "channel": channel,
    "client": client,
    "endpoint": endpoint,
    "job": job,
    "site": site,
    "tariff": tariff,
    "token": api_token,
    "user": user,
}

_COLUMNS = {
    "ipAddress": "address",
    "pollInterval": "poll_minutes",
    "afterMinutes": "after_minutes",
    "displayName": "display_name",
    "timeZone": "time_zone",
}
"""Where a field of the API stands, when its column has another name."""


@dataclass(frozen=True, slots=True)
class Subject:
    """An object that can be changed, as it stands in its table."""

    id: str
    name: str
    columns: Mapping[str, Any]


def find_subject(connection: Connection, kind: str, reference: str | None) -> Subject | None:
    """Return the object of a kind by id or name, the newest of that name; None where none is."""
    table = _TABLES.get(kind)
    if table is None or reference is None:
        return None
    number = cast(table.c.id, Text)
    identity = table.c.public_id if "public_id" in table.c else number
    name = " ".join(reference.split())
    by_id = select(table).where(identity == reference)
    by_name = select(table).where(named(table.c.name, name))
    ordered = by_name.order_by(as_written(table.c.name, name), table.c.id.desc()).limit(1)
    found = connection.execute(by_id).first() or connection.execute(ordered).first()
    if found is None:
        return None
    columns = found._asdict()
    columns |= columns.get("recipe") or {}  # whose keys are fields of the API
    return Subject(str(columns.get("public_id", columns["id"])), columns["name"], columns)


def changed_fields(sent: Iterable[str], before: Subject | None, after: Subject | None) -> list[str]:
    """Return the fields that were sent without those that can be seen to be as before."""
    if before is None or after is None:
        return list(sent)
    return [field for field in sent if not _is_same(field, before.columns, after.columns)]


def _is_same(field: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> bool:
    outer = field.partition(".")[0]
    column = _COLUMNS.get(outer, outer)
    return column in before and before[column] == after[column]
