"""Create the history of published files, with what their evidence rests on, and the level of requests. Expand-only.

Files that were published before are looked into by the job, once, because a migration opens none.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0013_create_preservation"
down_revision = "0012_create_signing_batches"


def upgrade() -> None:
    op.add_column("signing_requests", sa.Column("level", sa.String(length=5), server_default="B-T", nullable=False))
    op.create_table(
        "timestamp_certificates",
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("der", sa.LargeBinary(), nullable=False),
        sa.Column("above", postgresql.ARRAY(sa.LargeBinary()), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_timestamp_certificates")),
    )
    op.create_table(
        "published_files",
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("paper_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("level", sa.String(length=5), nullable=False),
        sa.Column("timestamp_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("certificate", sa.String(), nullable=False),
        sa.Column("certificate_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("algorithms", sa.String(), nullable=False),
        sa.Column("algorithm_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("evidence_until", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["paper_id"], ["papers.id"], name=op.f("fk_published_files_paper_id_papers")),
        sa.ForeignKeyConstraint(
            ["certificate"],
            ["timestamp_certificates.sha256"],
            name=op.f("fk_published_files_certificate_timestamp_certificates"),
        ),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_published_files")),
        sa.UniqueConstraint("paper_id", "number", name=op.f("uq_published_files_paper_id_number")),
    )
    for column in ("certificate", "algorithms", "evidence_until"):
        op.create_index(op.f(f"ix_published_files_{column}"), "published_files", [column])
    op.create_table(
        "preservation_failures",
        sa.Column("paper_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.String(length=60), nullable=False),
        sa.Column("detail", sa.String(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("failed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("next_try_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["paper_id"], ["papers.id"], name=op.f("fk_preservation_failures_paper_id_papers")),
        sa.PrimaryKeyConstraint("paper_id", name=op.f("pk_preservation_failures")),
    )
    op.create_table(
        "preservation_runs",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("renewed", sa.Integer(), nullable=False),
        sa.Column("failed", sa.Integer(), nullable=False),
        sa.Column("stopped_by", sa.String(length=60), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_preservation_runs")),
    )
