"""The tables of billing: whom a meter serves, what was closed. Instants are microseconds UTC."""

from sqlalchemy import (
    JSON,
    BigInteger,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    UniqueConstraint,
)

from wattledger.store.schema import RowId, metadata
from wattledger.store.tables import client, meter

assignment = Table(
    "assignment",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("meter_id", ForeignKey(meter.c.id), nullable=False),
    Column("client_id", ForeignKey(client.c.id), nullable=False),
    Column("start_at", BigInteger, nullable=False),
    Column("end_at", BigInteger),
    Column("share_ppm", Integer, nullable=False, server_default="1000000"),
    Index("ix_assignment_meter_start", "meter_id", "start_at"),
    Index("ix_assignment_client", "client_id"),
)

month_close = Table(
    "month_close",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("client_id", ForeignKey(client.c.id), nullable=False),
    Column("month", Date, nullable=False),
    Column("sequence", Integer, nullable=False),
    Column("document", LargeBinary, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("previous_sha256", String(64)),
    Column("closed_at", BigInteger, nullable=False),
    Column("closed_by", String(200), nullable=False),
    # What it was priced by: adjustments of the month are, whatever the client pays by later.
    Column("tariff", JSON(none_as_null=True)),
    # The readings that its figures follow from, however they are judged later.
    Column("readings", LargeBinary, nullable=False),
    UniqueConstraint("client_id", "month"),
    UniqueConstraint("client_id", "sequence"),
    # The list of statements begins with the newest month, and must not look at all of them.
    Index("ix_month_close_month", "month", "client_id"),
)

statement_line = Table(
    "statement_line",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("close_id", ForeignKey(month_close.c.id), nullable=False),
    Column("client_id", ForeignKey(client.c.id), nullable=False),
    Column("meter_id", ForeignKey(meter.c.id), nullable=False),
    Column("month", Date, nullable=False),
    Column("energy_milliwh", BigInteger),
    # [start_at, end_at, share_ppm] of each part that is billed; null in rows of older versions.
    Column("parts", JSON(none_as_null=True)),
    Index("ix_statement_line_month", "month", "client_id", "meter_id"),
    Index("ix_statement_line_close", "close_id"),
)
