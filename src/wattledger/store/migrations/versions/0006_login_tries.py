"""Endpoints whose login a device refused rest."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    with op.batch_alter_table("endpoint", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("login_tries", sa.Integer(), server_default="1", nullable=False)
        )
        batch_op.add_column(sa.Column("login_again_at", sa.BigInteger(), nullable=True))
    # A transport is remembered for those that were read: their logins have worked.
    op.execute("UPDATE endpoint SET login_tries = 2 WHERE preferred_engine IS NOT NULL")
