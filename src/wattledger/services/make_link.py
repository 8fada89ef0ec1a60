"""Make one-time links: for the first administrator, for who was invited, for the demo."""

from wattledger.config import Settings
from wattledger.domain.errors import ConflictError
from wattledger.domain.instant import Instant
from wattledger.domain.permission import Role
from wattledger.store.database import Database
from wattledger.store.links import NewLink, Purpose, make_link
from wattledger.store.users import NewUser, UserRow, find_user, insert_user, is_any_user

_PAGES = {
    Purpose.SET_UP: "setup-account",
    Purpose.SIGN_IN: "sign-in-link",
    Purpose.PASSWORD: "choose-password",
}


def link_address(base: str, link: NewLink) -> str:
    """Return the address to open. The secret stands behind '#': browsers send that to nobody.

    >>> link_address("http://127.0.0.1:4000/", NewLink(Purpose.SET_UP, "s3cret", 0))
    'http://127.0.0.1:4000/setup-account#s3cret'
    """
    return f"{base.rstrip('/')}/{_PAGES[link.purpose]}#{link.secret}"


def base_address(settings: Settings) -> str:
    """Return where people reach the server, as far as the settings tell."""
    return settings.public_url or f"http://{settings.host}:{settings.port}"


def set_up_link(database: Database, now: Instant) -> NewLink | None:
    """Return a link to create the first administrator; ``None`` when there is a user."""
    with database.begin() as connection:
        if is_any_user(connection):
            return None
        return make_link(connection, Purpose.SET_UP, None, now)


def demo_link(database: Database, now: Instant) -> NewLink:
    """Return a link that signs in the administrator of a demo, which has no password."""
    with database.begin() as connection:
        user = insert_user(connection, NewUser("demo", "Demo", Role.ADMIN), now)
        return make_link(connection, Purpose.SIGN_IN, user.id, now)


def password_link(database: Database, user: str, now: Instant) -> tuple[UserRow, NewLink]:
    """Return a link with which a user chooses a new password; the links before work no more."""
    with database.begin() as connection:
        row = find_user(connection, user)
        if row.disabled_at is not None:
            raise ConflictError(f"'{row.name}' is disabled; enable the user first.")
        return row, make_link(connection, Purpose.PASSWORD, row.id, now)
