"""Create what validation said of signatures in supplied files. Expand-only."""

import sqlalchemy as sa
from alembic import op

revision = "0022_create_signature_checks"
down_revision = "0021_create_signing_statements"


def upgrade() -> None:
    op.create_table(
        "signature_checks",
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("report", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_signature_checks")),
    )
