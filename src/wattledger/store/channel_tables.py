"""The tables of channels, and of what each was told. Instants are microseconds UTC.

``address`` is encrypted; ``destination`` is what of it may be shown.
"""

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    text,
)

from wattledger.store.schema import metadata

channel = Table(
    "channel",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("public_id", String(36), nullable=False, unique=True),
    Column("name", String(200), nullable=False, unique=True),
    Column("address", LargeBinary, nullable=False),
    Column("service", String(50), nullable=False),
    Column("destination", String(300), nullable=False),
    Column("kinds", JSON(none_as_null=True)),
    Column("severity", String(20), nullable=False),
    Column("client_id", ForeignKey("client.id")),
    Column("site_id", ForeignKey("site.id")),
    Column("after_minutes", Integer, nullable=False),
    Column("enabled", Boolean, nullable=False, server_default=text("true")),
    Column("created_at", BigInteger, nullable=False),
    Column("updated_at", BigInteger, nullable=False),
    Column("last_sent_at", BigInteger),
    Column("last_failed_at", BigInteger),
    Column("last_error", Text),
    Column("failures", Integer, nullable=False, server_default="0"),
    Column("not_before", BigInteger, nullable=False, server_default="0"),
)

notification = Table(
    "notification",
    metadata,
    Column("channel_id", ForeignKey("channel.id"), primary_key=True, autoincrement=False),
    Column("subject", String(200), primary_key=True),
    Column("alert", JSON, nullable=False),
    Column("seen_at", BigInteger, nullable=False),
    Column("told_at", BigInteger),
    Column("gone_at", BigInteger),
    sqlite_with_rowid=False,
)
