"""Attempts keep how far they got, and captures what stood around the page."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    with op.batch_alter_table("attempt", schema=None) as batch_op:
        batch_op.add_column(sa.Column("steps", sa.JSON(none_as_null=True), nullable=True))

    with op.batch_alter_table("capture", schema=None) as batch_op:
        batch_op.add_column(sa.Column("headers", sa.JSON(none_as_null=True), nullable=True))
        batch_op.add_column(sa.Column("screenshot_sha256", sa.String(length=64), nullable=True))
