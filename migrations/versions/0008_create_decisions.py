"""Create recommendations, decisions, holds, papers and licences. Expand-only."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0008_create_decisions"
down_revision = "0007_create_handling"


def upgrade() -> None:
    op.create_table(
        "licences",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("decision_id", sa.Uuid(), nullable=False),
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("revision_id", sa.Uuid(), nullable=False),
        sa.Column("agency", sa.String(), nullable=False),
        sa.Column("register_code", sa.String(length=20), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("reserved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("request_id", sa.Uuid(), nullable=True),
        sa.Column("entry_id", sa.Uuid(), nullable=True),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("void_reason", sa.String(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("(entry_id IS NULL) = (entered_at IS NULL)", name=op.f("ck_licences_entered_has_time")),
        sa.CheckConstraint("void_reason IS NULL OR entry_id IS NULL", name=op.f("ck_licences_entered_is_not_void")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_licences")),
        sa.UniqueConstraint("register_code", name=op.f("uq_licences_register_code")),
    )
    op.create_index(op.f("ix_licences_application_id"), "licences", ["application_id"], unique=False)
    op.create_index(op.f("ix_licences_decision_id"), "licences", ["decision_id"], unique=False)
    op.create_index(
        "uq_licences_alive", "licences", ["decision_id"], unique=True, postgresql_where=sa.text("void_reason IS NULL")
    )
    op.create_table(
        "paper_counters",
        sa.Column("agency", sa.String(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.CheckConstraint("last >= 0", name=op.f("ck_paper_counters_last_counts_up")),
        sa.PrimaryKeyConstraint("agency", "kind", "year", name=op.f("pk_paper_counters")),
    )
    op.create_table(
        "holds",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("placed_by", sa.Uuid(), nullable=False),
        sa.Column("placed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lifted_by", sa.Uuid(), nullable=True),
        sa.Column("lifted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lift_reason", sa.String(), nullable=True),
        sa.CheckConstraint("(lifted_at IS NULL) = (lifted_by IS NULL)", name=op.f("ck_holds_lifted_by_somebody")),
        sa.ForeignKeyConstraint(
            ["application_id"], ["applications.id"], name=op.f("fk_holds_application_id_applications")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_holds")),
    )
    op.create_index(
        "ix_holds_open", "holds", ["application_id"], unique=False, postgresql_where=sa.text("lifted_at IS NULL")
    )
    op.create_table(
        "official_papers",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("subject", sa.String(length=60), nullable=False),
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("agency", sa.String(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=False),
        sa.Column("reserved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("request_id", sa.Uuid(), nullable=True),
        sa.Column("file_sha256", sa.String(length=64), nullable=True),
        sa.Column("delivered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("void_reason", sa.String(), nullable=True),
        sa.CheckConstraint(
            "(delivered_at IS NULL) = (file_sha256 IS NULL)", name=op.f("ck_official_papers_delivered_has_file")
        ),
        sa.CheckConstraint(
            "file_sha256 IS NULL OR request_id IS NOT NULL", name=op.f("ck_official_papers_file_was_signed")
        ),
        sa.CheckConstraint(
            "void_reason IS NULL OR file_sha256 IS NULL", name=op.f("ck_official_papers_delivered_is_not_void")
        ),
        sa.ForeignKeyConstraint(
            ["application_id"], ["applications.id"], name=op.f("fk_official_papers_application_id_applications")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_official_papers")),
        sa.UniqueConstraint("agency", "kind", "year", "seq", name=op.f("uq_official_papers_agency_kind_year_seq")),
        sa.UniqueConstraint("request_id", name=op.f("uq_official_papers_request_id")),
    )
    op.create_index(op.f("ix_official_papers_application_id"), "official_papers", ["application_id"], unique=False)
    op.create_index(
        "uq_official_papers_alive",
        "official_papers",
        ["kind", "subject"],
        unique=True,
        postgresql_where=sa.text("void_reason IS NULL"),
    )
    op.create_table(
        "recommendations",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("seq", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("task_id", sa.Uuid(), nullable=False),
        sa.Column("outcome", sa.String(length=10), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("grounds", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("conditions", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("recommended_by", sa.Uuid(), nullable=False),
        sa.Column("recommended_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("outcome IN ('granted', 'refused')", name=op.f("ck_recommendations_outcome_known")),
        sa.ForeignKeyConstraint(
            ["application_id"], ["applications.id"], name=op.f("fk_recommendations_application_id_applications")
        ),
        sa.ForeignKeyConstraint(["task_id"], ["tasks.id"], name=op.f("fk_recommendations_task_id_tasks")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recommendations")),
        sa.UniqueConstraint("seq", name=op.f("uq_recommendations_seq")),
    )
    op.create_index("ix_recommendations_of", "recommendations", ["application_id", "seq"], unique=False)
    op.create_table(
        "decisions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("recommendation_id", sa.Uuid(), nullable=False),
        sa.Column("task_id", sa.Uuid(), nullable=False),
        sa.Column("outcome", sa.String(length=10), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("grounds", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("remedies", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("conditions", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("recommended_by", sa.Uuid(), nullable=False),
        sa.Column("decided_by", sa.Uuid(), nullable=False),
        sa.Column("appointment_id", sa.Uuid(), nullable=False),
        sa.Column("capacity", sa.String(), nullable=False),
        sa.Column("on_behalf_title", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("evidence", sa.String(), nullable=False),
        sa.Column("evidence_sha256", sa.String(length=64), nullable=False),
        sa.Column("set_aside_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("set_aside_reason", sa.String(), nullable=True),
        sa.CheckConstraint(
            "outcome = 'granted' OR jsonb_array_length(grounds) > 0", name=op.f("ck_decisions_refusal_has_ground")
        ),
        sa.CheckConstraint("outcome IN ('granted', 'refused')", name=op.f("ck_decisions_outcome_known")),
        sa.CheckConstraint(
            "(set_aside_at IS NULL) = (set_aside_reason IS NULL)", name=op.f("ck_decisions_set_aside_has_reason")
        ),
        sa.CheckConstraint("recommended_by <> decided_by", name=op.f("ck_decisions_two_persons")),
        sa.ForeignKeyConstraint(
            ["application_id"], ["applications.id"], name=op.f("fk_decisions_application_id_applications")
        ),
        sa.ForeignKeyConstraint(
            ["appointment_id"], ["appointments.id"], name=op.f("fk_decisions_appointment_id_appointments")
        ),
        sa.ForeignKeyConstraint(
            ["recommendation_id"], ["recommendations.id"], name=op.f("fk_decisions_recommendation_id_recommendations")
        ),
        sa.ForeignKeyConstraint(["task_id"], ["tasks.id"], name=op.f("fk_decisions_task_id_tasks")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decisions")),
    )
    op.create_index(
        "uq_decisions_standing",
        "decisions",
        ["application_id"],
        unique=True,
        postgresql_where=sa.text("set_aside_at IS NULL"),
    )
    # ### end Alembic commands ###
