"""How many chunks of a run were given up: one that has such a chunk has failed."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    op.add_column(
        "job_run", sa.Column("failed_chunks", sa.Integer(), nullable=False, server_default="0")
    )
