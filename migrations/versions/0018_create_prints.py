"""Create the log of certified prints: what the register may tell anybody, and who made each. Expand-only."""

import sqlalchemy as sa
from alembic import op

revision = "0018_create_prints"
down_revision = "0017_number_after_signature"


def upgrade() -> None:
    op.create_table(
        "certified_prints",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("document_sha256", sa.String(length=64), nullable=False),
        sa.Column("sheets", sa.Integer(), nullable=False),
        sa.Column("printed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("number >= 1", name=op.f("ck_certified_prints_number_counts_up")),
        sa.CheckConstraint("sheets >= 2", name=op.f("ck_certified_prints_has_pages_and_footer")),
        sa.ForeignKeyConstraint(["entry_id"], ["entries.id"], name=op.f("fk_certified_prints_entry_id_entries")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certified_prints")),
        sa.UniqueConstraint("entry_id", "number", name=op.f("uq_certified_prints_entry_id_number")),
    )
    op.create_table(
        "print_records",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("licence_id", sa.Uuid(), nullable=False),
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("agency", sa.String(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("made_as", sa.String(length=10), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("recipient", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("order_key", sa.Uuid(), nullable=False),
        sa.CheckConstraint("made_as IN ('official', 'holder')", name=op.f("ck_print_records_made_as_is_known")),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_print_records_account_id_accounts")),
        sa.ForeignKeyConstraint(
            ["application_id"], ["applications.id"], name=op.f("fk_print_records_application_id_applications")
        ),
        sa.ForeignKeyConstraint(["id"], ["certified_prints.id"], name=op.f("fk_print_records_id_certified_prints")),
        sa.ForeignKeyConstraint(["licence_id"], ["licences.id"], name=op.f("fk_print_records_licence_id_licences")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_print_records")),
        sa.UniqueConstraint("account_id", "order_key", name=op.f("uq_print_records_account_id_order_key")),
    )
    op.create_index(op.f("ix_print_records_application_id"), "print_records", ["application_id"])
    op.create_index(op.f("ix_print_records_licence_id"), "print_records", ["licence_id"])
