"""An index of the readings that showed no rise though power was drawn."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

_STILL = "energy_milliwh = 0 AND power_mw > 0"


def upgrade() -> None:
    op.create_index(
        "ix_reading_still",
        "reading",
        ["meter_id", "ts", "total_milliwh", "power_mw", "resolution_milliwh", "energy_milliwh"],
        unique=False,
        sqlite_where=sa.text(_STILL),
        postgresql_where=sa.text(_STILL),
    )
