"""The audit log as JSON."""

from collections.abc import Sequence

from pydantic import ConfigDict, Field

from wattledger.domain.instant import format_instant
from wattledger.store.audit import EntryRow
from wattledger.web.api.account_examples import AUDIT_ENTRY
from wattledger.web.schema import Output, Timestamp


class AuditEntry(Output):
    """Who did what to what, and when."""

    model_config = ConfigDict(json_schema_extra={"examples": [AUDIT_ENTRY]})

    id: int
    at: Timestamp
    actor_kind: str = Field(
        description="`user`, `token`, `command` (on the machine itself) or `stranger`."
    )
    actor: str = Field(description="Its name; of a command, who was logged in to the machine.")
    actor_id: str | None
    address: str | None = Field(description="Where the request came from; null for a command.")
    action: str = Field(description="What was done, as `create`, `change`, `look`, `sign-in`.")
    kind: str = Field(description="To what, as `endpoint`, `user`, `session`.")
    object_id: str | None
    object_name: str | None
    fields: Sequence[str] = Field(description="What was changed of it; never the values.")


def audit_entry(row: EntryRow) -> AuditEntry:
    """Return an entry."""
    entry, actor = row.entry, row.entry.actor
    return AuditEntry(
        id=row.id,
        at=format_instant(entry.at),
        actor_kind=actor.kind,
        actor=actor.name,
        actor_id=actor.id,
        address=actor.address,
        action=entry.action,
        kind=entry.kind,
        object_id=entry.object_id,
        object_name=entry.object_name,
        fields=entry.fields,
    )
