"""Find the receipts of a kind by time: they are counted before more are asked of the key. Expand-only."""

from alembic import op

revision = "0027_index_receipts_by_kind"
down_revision = "0022_create_signing_receipts"


def upgrade() -> None:
    op.create_index("ix_signing_receipts_kind", "signing_receipts", ["kind", "filed_at"])
