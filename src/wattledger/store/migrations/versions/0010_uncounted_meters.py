"""Meters whose days and months are still to be counted anew, since their site's zone changed."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    op.add_column(
        "meter_state",
        sa.Column("uncounted", sa.Boolean(), server_default=sa.text("false"), nullable=False),
    )
    op.create_index(
        "ix_meter_state_uncounted",
        "meter_state",
        ["meter_id"],
        sqlite_where=sa.text("uncounted"),
        postgresql_where=sa.text("uncounted"),
    )
