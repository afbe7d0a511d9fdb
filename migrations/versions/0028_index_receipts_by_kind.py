"""Find the receipts of a kind by time: they are counted before more are asked of the key. Expand-only."""

from alembic import op

revision = "0028_index_receipts_by_kind"
down_revision = "0027_create_trust_and_reports"


def upgrade() -> None:
    op.create_index("ix_signing_receipts_kind", "signing_receipts", ["kind", "filed_at"])
