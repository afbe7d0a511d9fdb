"""Let papers be numbered after the signature.

Expand-only: the release before this one numbers every paper when it reserves it, and runs on.
"""

import sqlalchemy as sa
from alembic import op

revision = "0024_number_papers_after"
down_revision = "0023_create_signing_receipts"
COLUMNS = {"year": sa.Integer(), "seq": sa.Integer(), "number": sa.String(), "issued_on": sa.Date()}


def upgrade() -> None:
    for name, kind in COLUMNS.items():
        op.alter_column("official_papers", name, existing_type=kind, nullable=True)
    op.create_check_constraint(
        op.f("ck_official_papers_numbered_has_date"),
        "official_papers",
        "num_nulls(year, seq, number, issued_on) IN (0, 4)",
    )
    op.create_check_constraint(
        op.f("ck_official_papers_delivered_has_number"), "official_papers", "file_sha256 IS NULL OR number IS NOT NULL"
    )
