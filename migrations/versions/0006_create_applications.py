"""Create applications, submissions and attachments. Expand-only."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0006_create_applications"
down_revision = "0005_create_catalogue"


def upgrade() -> None:
    op.create_table(
        "reference_counters",
        sa.Column("agency", sa.String(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.CheckConstraint("last >= 0", name=op.f("ck_reference_counters_last_counts_up")),
        sa.PrimaryKeyConstraint("agency", "day", name=op.f("pk_reference_counters")),
    )
    op.create_table(
        "attachments",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("requirement_id", sa.String(length=60), nullable=False),
        sa.Column("file_name", sa.String(length=200), nullable=False),
        sa.Column("media_type", sa.String(length=40), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("pages", sa.Integer(), nullable=False),
        sa.Column("uploaded_by", sa.Uuid(), nullable=False),
        sa.Column("uploaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "media_type IN ('application/pdf', 'image/png', 'image/jpeg')", name=op.f("ck_attachments_media_type_known")
        ),
        sa.CheckConstraint("pages > 0", name=op.f("ck_attachments_has_pages")),
        sa.CheckConstraint("size > 0", name=op.f("ck_attachments_is_not_empty")),
        sa.ForeignKeyConstraint(["uploaded_by"], ["accounts.id"], name=op.f("fk_attachments_uploaded_by_accounts")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attachments")),
    )
    op.create_index("ix_attachments_of", "attachments", ["application_id", "uploaded_at"], unique=False)
    op.create_index(
        "uq_attachments_once",
        "attachments",
        ["application_id", "requirement_id", "sha256"],
        unique=True,
        postgresql_where=sa.text("removed_at IS NULL"),
    )
    op.create_table(
        "applications",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("reference", sa.String(), nullable=True),
        sa.Column("revision_id", sa.Uuid(), nullable=False),
        sa.Column("procedure", sa.String(), nullable=False),
        sa.Column("agency", sa.String(), nullable=False),
        sa.Column("applicant_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=True),
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("answers", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("eligibility", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("return_reason", sa.String(), nullable=True),
        sa.Column("withdrawal_reason", sa.String(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(status = 'closed') = (closed_at IS NOT NULL)", name=op.f("ck_applications_closed_has_time")
        ),
        sa.CheckConstraint(
            "(status = 'withdrawn') = (withdrawn_at IS NOT NULL)", name=op.f("ck_applications_withdrawn_has_time")
        ),
        sa.CheckConstraint(
            "status <> 'draft' OR submitted_at IS NULL", name=op.f("ck_applications_draft_was_not_submitted")
        ),
        sa.CheckConstraint(
            "status NOT IN ('submitted', 'accepted') OR submitted_at IS NOT NULL",
            name=op.f("ck_applications_submitted_has_time"),
        ),
        sa.CheckConstraint(
            "(accepted_at IS NULL) = (reference IS NULL)", name=op.f("ck_applications_accepted_has_reference")
        ),
        sa.ForeignKeyConstraint(["applicant_id"], ["accounts.id"], name=op.f("fk_applications_applicant_id_accounts")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_applications_organisation_id_organisations")
        ),
        sa.ForeignKeyConstraint(
            ["revision_id"], ["procedure_revisions.id"], name=op.f("fk_applications_revision_id_procedure_revisions")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_applications")),
        sa.UniqueConstraint("reference", name=op.f("uq_applications_reference")),
    )
    op.create_index("ix_applications_agency", "applications", ["agency", "created_at", "id"], unique=False)
    op.create_index("ix_applications_own", "applications", ["applicant_id", "created_at", "id"], unique=False)
    op.create_table(
        "document_verdicts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("seq", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("attachment_id", sa.Uuid(), nullable=False),
        sa.Column("verdict", sa.String(length=10), nullable=False),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("judged_by", sa.Uuid(), nullable=False),
        sa.Column("judged_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "verdict = 'accepted' OR reason IS NOT NULL", name=op.f("ck_document_verdicts_rejected_has_reason")
        ),
        sa.CheckConstraint("verdict IN ('accepted', 'rejected')", name=op.f("ck_document_verdicts_verdict_known")),
        sa.ForeignKeyConstraint(
            ["application_id"], ["applications.id"], name=op.f("fk_document_verdicts_application_id_applications")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_document_verdicts")),
        sa.UniqueConstraint("seq", name=op.f("uq_document_verdicts_seq")),
    )
    op.create_index(
        "ix_document_verdicts_of", "document_verdicts", ["application_id", "attachment_id", "seq"], unique=False
    )
    op.create_table(
        "submission_versions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("revision_id", sa.Uuid(), nullable=False),
        sa.Column("answers", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("eligibility", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("attachments", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("submitted_by", sa.Uuid(), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["application_id"], ["applications.id"], name=op.f("fk_submission_versions_application_id_applications")
        ),
        sa.ForeignKeyConstraint(
            ["revision_id"],
            ["procedure_revisions.id"],
            name=op.f("fk_submission_versions_revision_id_procedure_revisions"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_submission_versions")),
        sa.UniqueConstraint("application_id", "number", name=op.f("uq_submission_versions_application_id_number")),
    )
    # ### end Alembic commands ###
