"""Find a signing request by the digest of its finished document. Expand-only."""

from alembic import op

revision = "0029_index_signed_results"
down_revision = "0028_index_receipts_by_kind"


def upgrade() -> None:
    op.create_index("ix_signing_signatures_result", "signing_signatures", ["result_sha256"])
