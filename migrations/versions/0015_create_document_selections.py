"""Create the selections of documents to be signed together, and say who set a decision aside. Expand-only."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0015_create_document_selections"
down_revision = "0014_create_signing_sessions"


def upgrade() -> None:
    op.create_table(
        "document_selections",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("request_ids", postgresql.JSONB(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_document_selections_account_id_accounts")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_document_selections")),
    )
    op.create_index(op.f("ix_document_selections_account_id"), "document_selections", ["account_id"])
    op.add_column("decisions", sa.Column("set_aside_by", sa.Uuid(), nullable=True))
    op.create_foreign_key(op.f("fk_decisions_set_aside_by_accounts"), "decisions", "accounts", ["set_aside_by"], ["id"])
