"""Create signing requests, signatures and the journal. Expand-only."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002_create_signing"
down_revision = "0001_create_queue_and_audit"


def upgrade() -> None:
    op.create_table(
        "signing_journal",
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("request_id", sa.Uuid(), nullable=True),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("on_behalf_of", sa.String(), nullable=False),
        sa.Column("outcome", sa.String(length=10), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("prev", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.CheckConstraint(
            "(outcome = 'refused') = (reason <> '')", name=op.f("ck_signing_journal_refusal_has_reason")
        ),
        sa.CheckConstraint("outcome IN ('asked', 'signed', 'refused')", name=op.f("ck_signing_journal_outcome_known")),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_signing_journal")),
        sa.UniqueConstraint("hash", name=op.f("uq_signing_journal_hash")),
    )
    op.create_index("ix_signing_journal_request_id", "signing_journal", ["request_id", "purpose"], unique=False)
    op.create_table(
        "signing_requests",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("agency", sa.String(), nullable=False),
        sa.Column("document_sha256", sa.String(length=64), nullable=False),
        sa.Column("summary", sa.String(), nullable=False),
        sa.Column("on_behalf_of", sa.String(), nullable=False),
        sa.Column("signatory", sa.String(), nullable=False),
        sa.Column("signatory_name", sa.String(), nullable=False),
        sa.Column("official_key", sa.String(), nullable=False),
        sa.Column("seal_key", sa.String(), nullable=False),
        sa.Column("stamps", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=False),
        sa.Column("filed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("void_reason", sa.String(), nullable=True),
        sa.CheckConstraint(
            "(state = 'void') = (void_reason IS NOT NULL)", name=op.f("ck_signing_requests_void_has_reason")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signing_requests")),
    )
    op.create_index(
        "uq_signing_requests_alive",
        "signing_requests",
        ["purpose", "subject"],
        unique=True,
        postgresql_where=sa.text("state <> 'void'"),
    )
    op.create_table(
        "signing_signatures",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("request_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.String(length=10), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("certificate", sa.LargeBinary(), nullable=False),
        sa.Column("chain", postgresql.ARRAY(sa.LargeBinary()), nullable=False),
        sa.Column("revision_sha256", sa.String(length=64), nullable=False),
        sa.Column("attributes", sa.LargeBinary(), nullable=False),
        sa.Column("prepared_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("value", sa.LargeBinary(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("result_sha256", sa.String(length=64), nullable=True),
        sa.Column("completed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("(value IS NULL) = (made_at IS NULL)", name=op.f("ck_signing_signatures_value_has_time")),
        sa.CheckConstraint(
            "result_sha256 IS NULL OR value IS NOT NULL", name=op.f("ck_signing_signatures_result_has_value")
        ),
        sa.ForeignKeyConstraint(
            ["request_id"], ["signing_requests.id"], name=op.f("fk_signing_signatures_request_id_signing_requests")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signing_signatures")),
        sa.UniqueConstraint("request_id", "role", name=op.f("uq_signing_signatures_request_id_role")),
    )
    # ### end Alembic commands ###
