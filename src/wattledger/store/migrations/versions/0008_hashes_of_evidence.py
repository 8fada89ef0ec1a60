"""An attempt keeps the hash of what the device answered, also when the page is kept no longer."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    op.add_column("attempt", sa.Column("evidence_sha256", sa.String(length=64), nullable=True))
    op.execute(
        "UPDATE attempt SET evidence_sha256 = "
        "(SELECT sha256 FROM capture WHERE capture.id = attempt.capture_id) "
        "WHERE capture_id IS NOT NULL"
    )
