"""Note which e-mail addresses are verified, and by what. Expand-only.

Those of officials were given by an administrator, who answers for them; applicants are asked. The release before this
one leaves the columns empty.
"""

import sqlalchemy as sa
from alembic import op

revision = "0010_verify_addresses"
down_revision = "0009_create_document_views"


def upgrade() -> None:
    op.add_column("accounts", sa.Column("email_verified_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("accounts", sa.Column("email_verified_by", sa.String(length=13), nullable=True))
    op.add_column("accounts", sa.Column("new_email", sa.String(length=254), nullable=True))
    op.execute(
        "UPDATE accounts SET email_verified_at = created_at, email_verified_by = 'administrator' "
        "WHERE kind = 'official'"
    )
    op.create_check_constraint(
        op.f("ck_accounts_verified_by_known"),
        "accounts",
        "email_verified_by IN ('link', 'recovery', 'administrator')",
    )
    op.create_check_constraint(
        op.f("ck_accounts_verified_by_something"),
        "accounts",
        "(email_verified_at IS NULL) = (email_verified_by IS NULL)",
    )
