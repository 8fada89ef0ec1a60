"""One-time links: each lets somebody in once, until it expires. Only their hashes are here."""

from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import Connection, insert, select, update

from wattledger.domain.instant import DAY, Instant
from wattledger.secrets.tokens import hash_token, new_secret
from wattledger.store.account_tables import one_time_link


class Purpose(StrEnum):
    """What a link is for."""

    SET_UP = "set-up"
    SIGN_IN = "sign-in"
    PASSWORD = "password"  # noqa: S105 - no password


VALID = {Purpose.SET_UP: DAY, Purpose.SIGN_IN: DAY, Purpose.PASSWORD: 3 * DAY}
"""How long a link works: an invitation made on a Friday is read on a Monday."""


@dataclass(frozen=True, slots=True)
class LinkRow:
    """A link that works. ``user_id`` is whom it lets in; None for the first administrator."""

    id: int
    purpose: Purpose
    user_id: int | None


@dataclass(frozen=True, slots=True)
class NewLink:
    """A link that was made: its secret, seen this once, and when it ends."""

    purpose: Purpose
    secret: str
    expires_at: Instant


def make_link(
    connection: Connection, purpose: Purpose, user_id: int | None, now: Instant
) -> NewLink:
    """Make a link; those of that purpose made before for the same user work no more."""
    void_links(connection, user_id, now, purpose)
    link = NewLink(purpose, new_secret(), now + VALID[purpose])
    values = {
        "sha256": hash_token(link.secret),
        "purpose": purpose,
        "user_id": user_id,
        "created_at": now,
        "expires_at": link.expires_at,
    }
    connection.execute(insert(one_time_link).values(values))
    return link


def find_link(connection: Connection, secret: str, now: Instant) -> LinkRow | None:
    """Return the link of a secret unless it is unknown, used or expired."""
    columns = (one_time_link.c.id, one_time_link.c.purpose, one_time_link.c.user_id)
    found = connection.execute(
        select(*columns).where(
            one_time_link.c.sha256 == hash_token(secret),
            one_time_link.c.used_at.is_(None),
            one_time_link.c.expires_at > now,
        )
    ).first()
    return None if found is None else LinkRow(found[0], Purpose(found[1]), found[2])


def use_link(connection: Connection, link: LinkRow, now: Instant) -> None:
    """Let a link work no more. Who found it in the same write transaction is the only one."""
    used = update(one_time_link).where(one_time_link.c.id == link.id)
    connection.execute(used.values(used_at=now))


def void_links(
    connection: Connection, user_id: int | None, now: Instant, purpose: Purpose | None = None
) -> None:
    """Let the links of a user work no more, those of one purpose or all."""
    unused = one_time_link.c.used_at.is_(None)
    same = (
        one_time_link.c.user_id.is_(None) if user_id is None else one_time_link.c.user_id == user_id
    )
    void = update(one_time_link).where(unused, same)
    if purpose is not None:
        void = void.where(one_time_link.c.purpose == purpose)
    connection.execute(void.values(used_at=now))
