"""Create the marks of who looked at which document before signing it. Expand-only."""

import sqlalchemy as sa
from alembic import op

revision = "0009_create_document_views"
down_revision = "0008_create_decisions"


def upgrade() -> None:
    op.create_table(
        "document_views",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("request_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("viewed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_document_views_account_id_accounts")),
        sa.ForeignKeyConstraint(
            ["request_id"], ["signing_requests.id"], name=op.f("fk_document_views_request_id_signing_requests")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_document_views")),
        sa.UniqueConstraint(
            "request_id", "account_id", "sha256", name=op.f("uq_document_views_request_id_account_id_sha256")
        ),
    )
