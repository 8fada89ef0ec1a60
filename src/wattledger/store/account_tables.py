"""The tables of those who may call: users, sessions, links, tokens, and what they did.

Of every secret only its hash is here. Instants are microseconds UTC.
"""

from sqlalchemy import JSON, BigInteger, Column, ForeignKey, Index, Integer, String, Table, Text

from wattledger.store.schema import RowId, metadata

user = Table(
    "user_account",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("public_id", String(36), nullable=False, unique=True),
    Column("name", String(200), nullable=False, unique=True),
    Column("display_name", String(200), nullable=False),
    Column("role", String(20), nullable=False),
    Column("client_id", ForeignKey("client.id")),
    Column("password_hash", Text),
    Column("created_at", BigInteger, nullable=False),
    Column("updated_at", BigInteger, nullable=False),
    Column("disabled_at", BigInteger),
    Column("signed_in_at", BigInteger),
    Column("failed_sign_ins", Integer, nullable=False, server_default="0"),
    Column("locked_until", BigInteger),
)

user_session = Table(
    "user_session",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("sha256", String(64), nullable=False, unique=True),
    Column("user_id", ForeignKey("user_account.id"), nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("seen_at", BigInteger, nullable=False),
    Column("expires_at", BigInteger, nullable=False),
    Index("ix_user_session_user", "user_id"),
)

one_time_link = Table(
    "one_time_link",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("sha256", String(64), nullable=False, unique=True),
    Column("purpose", String(20), nullable=False),
    Column("user_id", ForeignKey("user_account.id")),
    Column("created_at", BigInteger, nullable=False),
    Column("expires_at", BigInteger, nullable=False),
    Column("used_at", BigInteger),
)

api_token = Table(
    "api_token",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", String(200), nullable=False),
    Column("sha256", String(64), nullable=False, unique=True),
    Column("role", String(20), nullable=False, server_default="admin"),
    Column("scopes", JSON(none_as_null=True)),
    Column("client_id", ForeignKey("client.id")),
    Column("user_id", ForeignKey("user_account.id")),
    Column("created_at", BigInteger, nullable=False),
    Column("expires_at", BigInteger),
    Column("last_used_at", BigInteger),
    Column("revoked_at", BigInteger),
)

audit = Table(
    "audit",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("at", BigInteger, nullable=False),
    Column("actor_kind", String(10), nullable=False),
    Column("actor", String(200), nullable=False),
    Column("address", String(50)),
    Column("action", String(50), nullable=False),
    Column("kind", String(50), nullable=False),
    Column("object_id", String(100)),
    Column("object_name", String(300)),
    Column("details", JSON(none_as_null=True)),
    Index("ix_audit_at", "at"),
    Index("ix_audit_object", "kind", "object_id"),
)
