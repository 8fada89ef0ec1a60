"""An index for the list of statements, which begins with the newest month."""

from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.create_index("ix_month_close_month", "month_close", ["month", "client_id"], unique=False)
