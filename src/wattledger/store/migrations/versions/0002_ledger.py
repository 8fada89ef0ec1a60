"""The whole ledger: joins, identity, events, quality by code, assignments, tariffs, closes."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    create_tables()
    add_in_place()
    add_columns()
    keep_what_is_there()


def create_tables() -> None:
    op.create_table(
        "tariff",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=36), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("prices", sa.JSON(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tariff")),
        sa.UniqueConstraint("name", name=op.f("uq_tariff_name")),
        sa.UniqueConstraint("public_id", name=op.f("uq_tariff_public_id")),
    )
    op.create_table(
        "month_close",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("client_id", sa.Integer(), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("document", sa.LargeBinary(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("previous_sha256", sa.String(length=64), nullable=True),
        sa.Column("closed_at", sa.BigInteger(), nullable=False),
        sa.Column("closed_by", sa.String(length=200), nullable=False),
        sa.Column("tariff", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("readings", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["client_id"], ["client.id"], name=op.f("fk_month_close_client_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_month_close")),
        sa.UniqueConstraint("client_id", "month", name=op.f("uq_month_close_client_id_month")),
        sa.UniqueConstraint(
            "client_id", "sequence", name=op.f("uq_month_close_client_id_sequence")
        ),
    )
    op.create_table(
        "assignment",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("meter_id", sa.Integer(), nullable=False),
        sa.Column("client_id", sa.Integer(), nullable=False),
        sa.Column("start_at", sa.BigInteger(), nullable=False),
        sa.Column("end_at", sa.BigInteger(), nullable=True),
        sa.Column("share_ppm", sa.Integer(), server_default="1000000", nullable=False),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name=op.f("fk_assignment_client_id")),
        sa.ForeignKeyConstraint(["meter_id"], ["meter.id"], name=op.f("fk_assignment_meter_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assignment")),
    )
    with op.batch_alter_table("assignment", schema=None) as batch_op:
        batch_op.create_index("ix_assignment_client", ["client_id"], unique=False)
        batch_op.create_index("ix_assignment_meter_start", ["meter_id", "start_at"], unique=False)

    op.create_table(
        "reading_revision",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("meter_id", sa.Integer(), nullable=False),
        sa.Column("ts", sa.BigInteger(), nullable=False),
        sa.Column("total_milliwh", sa.BigInteger(), nullable=False),
        sa.Column("resolution_milliwh", sa.BigInteger(), nullable=False),
        sa.Column("power_mw", sa.BigInteger(), nullable=True),
        sa.Column("voltage_mv", sa.BigInteger(), nullable=True),
        sa.Column("current_ma", sa.BigInteger(), nullable=True),
        sa.Column("pf_milli", sa.Integer(), nullable=True),
        sa.Column("serial", sa.String(length=100), nullable=True),
        sa.Column("reset_stamp", sa.String(length=100), nullable=True),
        sa.Column("source", sa.SmallInteger(), server_default="0", nullable=False),
        sa.Column("attempt_id", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["meter_id"], ["meter.id"], name=op.f("fk_reading_revision_meter_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reading_revision")),
        sa.UniqueConstraint(
            "meter_id",
            "ts",
            "total_milliwh",
            name=op.f("uq_reading_revision_meter_id_ts_total_milliwh"),
        ),
    )
    op.create_table(
        "register_event",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("meter_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("total_milliwh", sa.BigInteger(), nullable=True),
        sa.Column("final_milliwh", sa.BigInteger(), nullable=True),
        sa.Column("initial_milliwh", sa.BigInteger(), nullable=True),
        sa.Column("settings", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("declared_by", sa.String(length=200), nullable=False),
        sa.Column("declared_at", sa.BigInteger(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("withdrawn_by", sa.String(length=200), nullable=True),
        sa.Column("withdrawn_at", sa.BigInteger(), nullable=True),
        sa.Column("withdrawn_why", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["meter_id"], ["meter.id"], name=op.f("fk_register_event_meter_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_register_event")),
    )
    with op.batch_alter_table("register_event", schema=None) as batch_op:
        batch_op.create_index("ix_register_event_meter_at", ["meter_id", "at"], unique=False)

    op.create_table(
        "statement_line",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("close_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("client_id", sa.Integer(), nullable=False),
        sa.Column("meter_id", sa.Integer(), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("energy_milliwh", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["client_id"], ["client.id"], name=op.f("fk_statement_line_client_id")
        ),
        sa.ForeignKeyConstraint(
            ["close_id"], ["month_close.id"], name=op.f("fk_statement_line_close_id")
        ),
        sa.ForeignKeyConstraint(
            ["meter_id"], ["meter.id"], name=op.f("fk_statement_line_meter_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_statement_line")),
    )
    with op.batch_alter_table("statement_line", schema=None) as batch_op:
        batch_op.create_index("ix_statement_line_close", ["close_id"], unique=False)
        batch_op.create_index(
            "ix_statement_line_month", ["month", "client_id", "meter_id"], unique=False
        )


def add_in_place() -> None:
    # In place: a table rebuilt while others refer to it would lose their references.
    op.execute("ALTER TABLE client ADD COLUMN tariff_id INTEGER REFERENCES tariff (id)")
    op.execute("ALTER TABLE meter ADD COLUMN parent_id INTEGER REFERENCES meter (id)")
    op.execute("ALTER TABLE site ADD COLUMN zones TEXT NOT NULL DEFAULT ''")
    op.execute("UPDATE site SET zones = zone")
    op.execute("ALTER TABLE site DROP COLUMN zone")
    op.execute("ALTER TABLE site RENAME COLUMN zones TO zone")


def add_columns() -> None:
    with op.batch_alter_table("energy_day", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("edited_milliwh", sa.BigInteger(), server_default="0", nullable=False)
        )
        batch_op.add_column(
            sa.Column("questionable_milliwh", sa.BigInteger(), server_default="0", nullable=False)
        )
        batch_op.add_column(
            sa.Column("verified_milliwh", sa.BigInteger(), server_default="0", nullable=False)
        )
        batch_op.add_column(
            sa.Column("uncertainty_milliwh", sa.BigInteger(), server_default="0", nullable=False)
        )
        batch_op.add_column(sa.Column("breaks", sa.Integer(), server_default="0", nullable=False))
        batch_op.add_column(sa.Column("gaps", sa.Integer(), server_default="0", nullable=False))

    with op.batch_alter_table("energy_month", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("edited_milliwh", sa.BigInteger(), server_default="0", nullable=False)
        )
        batch_op.add_column(
            sa.Column("questionable_milliwh", sa.BigInteger(), server_default="0", nullable=False)
        )
        batch_op.add_column(
            sa.Column("verified_milliwh", sa.BigInteger(), server_default="0", nullable=False)
        )
        batch_op.add_column(
            sa.Column("uncertainty_milliwh", sa.BigInteger(), server_default="0", nullable=False)
        )
        batch_op.add_column(sa.Column("breaks", sa.Integer(), server_default="0", nullable=False))
        batch_op.add_column(sa.Column("gaps", sa.Integer(), server_default="0", nullable=False))
        batch_op.add_column(sa.Column("end_resolution_milliwh", sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column("start_resolution_milliwh", sa.BigInteger(), nullable=True))

    with op.batch_alter_table("meter", schema=None) as batch_op:
        batch_op.add_column(sa.Column("feed", sa.String(length=1), nullable=True))
        batch_op.add_column(sa.Column("rack", sa.String(length=100), nullable=True))

    with op.batch_alter_table("meter_state", schema=None) as batch_op:
        batch_op.add_column(sa.Column("base_serial", sa.String(length=100), nullable=True))
        batch_op.add_column(sa.Column("base_energy_milliwh", sa.BigInteger(), nullable=True))
        batch_op.add_column(
            sa.Column("calm", sa.Boolean(), server_default=sa.text("false"), nullable=False)
        )

    with op.batch_alter_table("reading", schema=None) as batch_op:
        batch_op.add_column(sa.Column("join_kind", sa.SmallInteger(), nullable=True))
        batch_op.add_column(sa.Column("serial", sa.String(length=100), nullable=True))
        batch_op.add_column(sa.Column("reset_stamp", sa.String(length=100), nullable=True))
        batch_op.add_column(
            sa.Column("source", sa.SmallInteger(), server_default="0", nullable=False)
        )
        batch_op.create_index(
            "ix_reading_join",
            ["meter_id", "ts"],
            unique=False,
            sqlite_where=sa.text("join_kind <> 1"),
            postgresql_where=sa.text("join_kind <> 1"),
        )
        batch_op.create_index(
            "ix_reading_doubted",
            ["meter_id", "ts"],
            unique=False,
            sqlite_where=sa.text("status IN (2, 3, 4)"),
            postgresql_where=sa.text("status IN (2, 3, 4)"),
        )


def keep_what_is_there() -> None:
    # Good readings were joined by plain advances alone; the first of a meter has no interval.
    op.execute(
        "UPDATE reading SET join_kind = CASE WHEN energy_milliwh IS NULL THEN 0 ELSE 1 END "
        "WHERE status = 0"
    )
    # Whom an endpoint served, its meter 'total' or else all its meters serve from ever; a 'total'
    # that was never read makes room for the others.
    op.execute(
        "INSERT INTO assignment (meter_id, client_id, start_at, end_at, share_ppm) "
        "SELECT meter.id, endpoint.client_id, 0, endpoint.deleted_at, 1000000 FROM meter "
        "JOIN endpoint ON endpoint.id = meter.endpoint_id "
        "JOIN meter_state ON meter_state.meter_id = meter.id "
        "WHERE endpoint.client_id IS NOT NULL "
        "AND (meter.key <> 'total' OR meter_state.last_at IS NOT NULL OR NOT EXISTS "
        "(SELECT 1 FROM meter AS part WHERE part.endpoint_id = endpoint.id "
        "AND part.key <> 'total')) "
        "AND (meter.key = 'total' OR NOT EXISTS "
        "(SELECT 1 FROM meter AS total JOIN meter_state AS state ON state.meter_id = total.id "
        "WHERE total.endpoint_id = endpoint.id AND total.key = 'total' "
        "AND state.last_at IS NOT NULL))"
    )
