"""The tables (ARCHITECTURE "Data"). Energy is milli-watt-hours, instants are microseconds UTC."""

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

RowId = BigInteger().with_variant(Integer, "sqlite")
"""A key the database counts up; SQLite does that for INTEGER only."""

site = Table(
    "site",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", String(200), nullable=False, unique=True),
    Column("zone", String(64), nullable=False),
)

client = Table(
    "client",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("public_id", String(36), nullable=False, unique=True),
    Column("name", String(200), nullable=False, unique=True),
)

endpoint = Table(
    "endpoint",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("public_id", String(36), nullable=False, unique=True),
    Column("name", String(200), nullable=False),
    Column("address", String(500), nullable=False),
    Column("host_port", String(300), nullable=False),
    Column("type", String(50), nullable=False, server_default="PDU"),
    Column("vendor", String(100)),
    Column("location", String(300)),
    Column("site_id", ForeignKey("site.id"), nullable=False),
    Column("client_id", ForeignKey("client.id")),
    Column("auth", LargeBinary),
    Column("recipe", JSON(none_as_null=True)),
    Column("preferred_engine", String(10)),
    Column("enabled", Boolean, nullable=False, server_default=text("true")),
    Column("poll_minutes", Integer, nullable=False, server_default="15"),
    Column("next_due_at", BigInteger),
    Column("created_at", BigInteger, nullable=False),
    Column("updated_at", BigInteger, nullable=False),
    Column("deleted_at", BigInteger),
    Index(
        "ix_endpoint_due",
        "next_due_at",
        sqlite_where=text("enabled AND deleted_at IS NULL"),
        postgresql_where=text("enabled AND deleted_at IS NULL"),
    ),
    Index(
        "ix_endpoint_live_name",
        "name",
        unique=True,
        sqlite_where=text("deleted_at IS NULL"),
        postgresql_where=text("deleted_at IS NULL"),
    ),
)

meter = Table(
    "meter",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("endpoint_id", ForeignKey("endpoint.id"), nullable=False),
    Column("key", String(100), nullable=False, server_default="total"),
    Column("resolution_milliwh", BigInteger),
    Column("p_max_mw", BigInteger),
    Column("modulus_milliwh", BigInteger),
    Column("multiplier", String(40), nullable=False, server_default="1"),
    UniqueConstraint("endpoint_id", "key"),
)

meter_state = Table(
    "meter_state",
    metadata,
    Column("meter_id", ForeignKey("meter.id"), primary_key=True),
    Column("last_at", BigInteger),
    Column("last_milliwh", BigInteger),
    Column("last_status", SmallInteger),
    Column("base_at", BigInteger),
    Column("base_milliwh", BigInteger),
    Column("base_resolution_milliwh", BigInteger),
    Column("base_moved_at", BigInteger),
    Column("held_count", Integer, nullable=False, server_default="0"),
    Column("power_mw", BigInteger),
    Column("voltage_mv", BigInteger),
    Column("current_ma", BigInteger),
    Column("pf_milli", Integer),
    Column("month", Date),
    Column("month_milliwh", BigInteger),
    Column("version", BigInteger, nullable=False, server_default="0"),
    postgresql_with={"fillfactor": "50"},
)

reading = Table(
    "reading",
    metadata,
    Column("meter_id", ForeignKey("meter.id"), primary_key=True, autoincrement=False),
    Column("ts", BigInteger, primary_key=True, autoincrement=False),
    Column("total_milliwh", BigInteger, nullable=False),
    Column("resolution_milliwh", BigInteger, nullable=False),
    Column("energy_milliwh", BigInteger),
    Column("status", SmallInteger, nullable=False, server_default="0"),
    Column("power_mw", BigInteger),
    Column("voltage_mv", BigInteger),
    Column("current_ma", BigInteger),
    Column("pf_milli", Integer),
    Column("attempt_id", BigInteger),
    sqlite_with_rowid=False,
)

energy_day = Table(
    "energy_day",
    metadata,
    Column("meter_id", ForeignKey("meter.id"), primary_key=True, autoincrement=False),
    Column("day", Date, primary_key=True),
    Column("energy_milliwh", BigInteger, nullable=False),
    Column("estimated_milliwh", BigInteger, nullable=False),
    Column("good_reads", Integer, nullable=False),
    Column("held_reads", Integer, nullable=False),
    Column("covered", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)

energy_month = Table(
    "energy_month",
    metadata,
    Column("meter_id", ForeignKey("meter.id"), primary_key=True, autoincrement=False),
    Column("month", Date, primary_key=True),
    Column("energy_milliwh", BigInteger, nullable=False),
    Column("estimated_milliwh", BigInteger, nullable=False),
    Column("good_reads", Integer, nullable=False),
    Column("held_reads", Integer, nullable=False),
    Column("covered", BigInteger, nullable=False),
    Column("start_at", BigInteger),
    Column("start_milliwh", BigInteger),
    Column("end_at", BigInteger),
    Column("end_milliwh", BigInteger),
    sqlite_with_rowid=False,
)

attempt = Table(
    "attempt",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("endpoint_id", ForeignKey("endpoint.id"), nullable=False),
    Column("run_id", BigInteger),
    Column("started_at", BigInteger, nullable=False),
    Column("milliseconds", Integer, nullable=False),
    Column("transport", String(10), nullable=False),
    Column("outcome", String(30), nullable=False),
    Column("message", Text),
    Column("capture_id", BigInteger),
    Index("ix_attempt_endpoint_started", "endpoint_id", "started_at"),
)

capture = Table(
    "capture",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("endpoint_id", ForeignKey("endpoint.id"), nullable=False),
    Column("taken_at", BigInteger, nullable=False),
    Column("url", Text, nullable=False),
    Column("status", Integer),
    Column("sha256", String(64), nullable=False),
    Column("codec", String(20), nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("screenshot", String(200)),
    Index("ix_capture_endpoint_taken", "endpoint_id", "taken_at"),
)

device_lease = Table(
    "device_lease",
    metadata,
    Column("host_port", String(300), primary_key=True),
    Column("owner", String(100)),
    Column("fence", BigInteger, nullable=False),
    Column("until", BigInteger, nullable=False),
)

job = Table(
    "job",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("public_id", String(36), nullable=False, unique=True),
    Column("name", String(200), nullable=False, unique=True),
    Column("module", String(100), nullable=False),
    Column("handler", String(100), nullable=False),
    Column("every_seconds", Integer, nullable=False),
    Column("config", JSON, nullable=False),
    Column("enabled", Boolean, nullable=False, server_default=text("true")),
    Column("next_due_at", BigInteger),
)

job_run = Table(
    "job_run",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("job_id", ForeignKey("job.id"), nullable=False),
    Column("due_at", BigInteger, nullable=False),
    Column("started_at", BigInteger, nullable=False),
    Column("finished_at", BigInteger),
    Column("state", String(20), nullable=False),
    Column("total", Integer, nullable=False, server_default="0"),
    Column("successful", Integer, nullable=False, server_default="0"),
    Column("failed", Integer, nullable=False, server_default="0"),
    Column("open_chunks", Integer, nullable=False, server_default="0"),
    UniqueConstraint("job_id", "due_at"),
    Index(
        "ix_job_run_open",
        "job_id",
        sqlite_where=text("finished_at IS NULL"),
        postgresql_where=text("finished_at IS NULL"),
    ),
)

run_chunk = Table(
    "run_chunk",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("run_id", ForeignKey("job_run.id"), nullable=False),
    Column("endpoint_ids", JSON, nullable=False),
    Column("round", Integer, nullable=False, server_default="0"),
    Column("not_before", BigInteger, nullable=False),
    Column("state", String(20), nullable=False),
    Column("fence", BigInteger, nullable=False, server_default="0"),
    Column("claimed_until", BigInteger),
    Index(
        "ix_run_chunk_open",
        "not_before",
        sqlite_where=text("state <> 'done'"),
        postgresql_where=text("state <> 'done'"),
    ),
    Index("ix_run_chunk_run", "run_id"),
)

api_token = Table(
    "api_token",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", String(200), nullable=False),
    Column("sha256", String(64), nullable=False, unique=True),
    Column("created_at", BigInteger, nullable=False),
    Column("last_used_at", BigInteger),
    Column("revoked_at", BigInteger),
)
