"""Let licences be numbered after the signature, and keep what a seal fills in.

Expand-only: the release before this one numbers every licence when it reserves it, and runs on.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0017_number_after_signature"
down_revision = "0016_create_appearance_images"


def upgrade() -> None:
    op.add_column("signing_requests", sa.Column("filled", postgresql.JSONB(), nullable=True))
    op.alter_column("licences", "number", existing_type=sa.String(), nullable=True)
    op.alter_column("licences", "issued_on", existing_type=sa.Date(), nullable=True)
    op.create_check_constraint(
        op.f("ck_licences_numbered_has_date"), "licences", "(number IS NULL) = (issued_on IS NULL)"
    )
