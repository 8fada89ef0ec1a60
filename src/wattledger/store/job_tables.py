"""The tables of modules, jobs, their runs, and what runs say. Instants are microseconds UTC."""

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from wattledger.store.schema import RowId, metadata

module = Table(
    "module",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("public_id", String(36), nullable=False, unique=True),
    Column("name", String(100), nullable=False, unique=True),
    Column("manifest", JSON(none_as_null=True)),
    Column("path", String(1000)),
    Column("problem", Text),
    Column("seen_at", BigInteger, nullable=False),
)

job = Table(
    "job",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("public_id", String(36), nullable=False, unique=True),
    Column("name", String(200), nullable=False),
    Column("description", Text, nullable=False, server_default=""),
    Column("module", String(100), nullable=False),
    Column("handler", String(100), nullable=False),
    Column("schedule", String(100)),
    Column("time_zone", String(64)),
    Column("every_seconds", Integer),
    Column("config", JSON, nullable=False),
    Column("enabled", Boolean, nullable=False, server_default=text("true")),
    Column("next_due_at", BigInteger),
    Column("created_at", BigInteger, nullable=False, server_default="0"),
    Column("updated_at", BigInteger, nullable=False, server_default="0"),
    Column("deleted_at", BigInteger),
    Index(
        "ix_job_live_name",
        "name",
        unique=True,
        sqlite_where=text("deleted_at IS NULL"),
        postgresql_where=text("deleted_at IS NULL"),
    ),
)

job_run = Table(
    "job_run",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("job_id", ForeignKey("job.id"), nullable=False),
    Column("due_at", BigInteger, nullable=False),
    Column("cause", String(20), nullable=False, server_default="schedule"),
    Column("started_by", String(200)),
    Column("retry_of", BigInteger),
    Column("started_at", BigInteger, nullable=False),
    Column("finished_at", BigInteger),
    Column("cancelled_at", BigInteger),
    Column("state", String(20), nullable=False),
    Column("message", Text),
    Column("total", Integer, nullable=False, server_default="0"),
    Column("successful", Integer, nullable=False, server_default="0"),
    Column("failed", Integer, nullable=False, server_default="0"),
    Column("open_chunks", Integer, nullable=False, server_default="0"),
    Column("failed_chunks", Integer, nullable=False, server_default="0"),
    UniqueConstraint("job_id", "due_at"),
    Index(
        "ix_job_run_open",
        "job_id",
        sqlite_where=text("finished_at IS NULL"),
        postgresql_where=text("finished_at IS NULL"),
    ),
    # Lists of runs leave out the polls, of which there are hundreds to each other one.
    Index(
        "ix_job_run_asked",
        "id",
        sqlite_where=text("cause <> 'poll'"),
        postgresql_where=text("cause <> 'poll'"),
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
    Column("claimed_by", String(100)),
    Index(
        "ix_run_chunk_open",
        "not_before",
        sqlite_where=text("state <> 'done'"),
        postgresql_where=text("state <> 'done'"),
    ),
    Index("ix_run_chunk_run", "run_id"),
)

run_log = Table(
    "run_log",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("run_id", ForeignKey("job_run.id"), nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("level", String(10), nullable=False),
    Column("message", Text, nullable=False),
    Index("ix_run_log_run", "run_id", "id"),
)

heartbeat = Table(
    "heartbeat",
    metadata,
    Column("name", String(50), primary_key=True),
    Column("owner", String(200), nullable=False),
    Column("at", BigInteger, nullable=False),
)
