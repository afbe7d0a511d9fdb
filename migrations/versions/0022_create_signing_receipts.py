"""Create the documents that the service itself signs, and appointment slips, which are such. Expand-only."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0022_create_signing_receipts"
down_revision = "0021_create_signing_statements"

CHECKS = {
    "revision_is_whole": "num_nulls(certificate, chain, revision_sha256, attributes) IN (0, 4)",
    "value_has_revision": "value IS NULL OR attributes IS NOT NULL",
    "value_has_time": "(value IS NULL) = (made_at IS NULL)",
    "result_has_time": "(result_sha256 IS NULL) = (finished_at IS NULL)",
    "result_has_value": "result_sha256 IS NULL OR value IS NOT NULL",
}


def upgrade() -> None:
    op.create_table(
        "signing_receipts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("first_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("subject", sa.String(length=120), nullable=False),
        sa.Column("version", sa.String(length=64), nullable=False),
        sa.Column("level", sa.String(length=5), nullable=False),
        sa.Column("document_sha256", sa.String(length=64), nullable=False),
        sa.Column("filed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("certificate", sa.LargeBinary(), nullable=True),
        sa.Column("chain", postgresql.ARRAY(sa.LargeBinary()), nullable=True),
        sa.Column("revision_sha256", sa.String(length=64), nullable=True),
        sa.Column("attributes", sa.LargeBinary(), nullable=True),
        sa.Column("value", sa.LargeBinary(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("result_sha256", sa.String(length=64), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        *(sa.CheckConstraint(said, name=op.f(f"ck_signing_receipts_{name}")) for name, said in CHECKS.items()),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signing_receipts")),
    )
    op.create_index(
        "uq_signing_receipts_first",
        "signing_receipts",
        ["kind", "subject", "version"],
        unique=True,
        postgresql_where=sa.text("id = first_id"),
    )
    op.create_index("ix_signing_receipts_first_id", "signing_receipts", ["first_id", "filed_at"])
    op.create_index("ix_signing_receipts_result_sha256", "signing_receipts", ["result_sha256"])
    op.create_table(
        "appointment_slips",
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("agency", sa.String(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("reserved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("receipt_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["application_id"], ["applications.id"], name=op.f("fk_appointment_slips_application_id_applications")
        ),
        sa.PrimaryKeyConstraint("application_id", name=op.f("pk_appointment_slips")),
        sa.UniqueConstraint("agency", "year", "seq", name=op.f("uq_appointment_slips_agency_year_seq")),
        sa.UniqueConstraint("receipt_id", name=op.f("uq_appointment_slips_receipt_id")),
    )
