"""Which parts of a month a statement bills of a meter."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    op.add_column("statement_line", sa.Column("parts", sa.JSON(none_as_null=True), nullable=True))
