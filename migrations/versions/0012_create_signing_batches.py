"""Create batches: documents that are authorised with one PIN, and what became of each. Expand-only."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0012_create_signing_batches"
down_revision = "0011_index_searches_and_lists"


def upgrade() -> None:
    op.create_table(
        "signing_batches",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("signatory", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("authorisation", sa.String(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signing_batches")),
    )
    op.create_index(op.f("ix_signing_batches_signatory"), "signing_batches", ["signatory"])
    op.create_table(
        "signing_batch_items",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("batch_id", sa.Uuid(), nullable=False),
        sa.Column("request_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("document_sha256", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("refusal", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(state = 'refused') = (refusal IS NOT NULL)", name=op.f("ck_signing_batch_items_refusal_has_reason")
        ),
        sa.CheckConstraint(
            "(state = 'waiting') = (done_at IS NULL)", name=op.f("ck_signing_batch_items_done_has_time")
        ),
        sa.ForeignKeyConstraint(
            ["batch_id"], ["signing_batches.id"], name=op.f("fk_signing_batch_items_batch_id_signing_batches")
        ),
        sa.ForeignKeyConstraint(
            ["request_id"], ["signing_requests.id"], name=op.f("fk_signing_batch_items_request_id_signing_requests")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signing_batch_items")),
        sa.UniqueConstraint("batch_id", "request_id", name=op.f("uq_signing_batch_items_batch_id_request_id")),
    )
    op.create_index(op.f("ix_signing_batch_items_request_id"), "signing_batch_items", ["request_id"])
