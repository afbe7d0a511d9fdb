"""Create images of signatures and seals, with their versions. Expand-only."""

import sqlalchemy as sa
from alembic import op

revision = "0016_create_appearance_images"
down_revision = "0015_create_document_selections"
TABLE = "appearance_images"


def upgrade() -> None:
    op.create_table(
        TABLE,
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=True),
        sa.Column("agency_code", sa.String(length=40), nullable=True),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("sent_sha256", sa.String(length=64), nullable=False),
        sa.Column("width_mm", sa.Numeric(precision=5, scale=1), nullable=False),
        sa.Column("height_mm", sa.Numeric(precision=5, scale=1), nullable=False),
        sa.Column("uploaded_by", sa.Uuid(), nullable=False),
        sa.Column("uploaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by", sa.Uuid(), nullable=True),
        sa.Column("end_reason", sa.String(length=500), nullable=False),
        sa.CheckConstraint("kind IN ('signature', 'seal')", name=op.f("ck_appearance_images_kind_known")),
        sa.CheckConstraint(
            "(kind = 'signature') = (account_id IS NOT NULL)",
            name=op.f("ck_appearance_images_signature_is_a_persons"),
        ),
        sa.CheckConstraint(
            "(kind = 'seal') = (agency_code IS NOT NULL)", name=op.f("ck_appearance_images_seal_is_an_agencys")
        ),
        sa.CheckConstraint("width_mm > 0 AND height_mm > 0", name=op.f("ck_appearance_images_has_a_size")),
        sa.CheckConstraint("(ended_at IS NULL) = (ended_by IS NULL)", name=op.f("ck_appearance_images_end_has_who")),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_appearance_images_account_id_accounts")),
        sa.ForeignKeyConstraint(
            ["agency_code"], ["agencies.code"], name=op.f("fk_appearance_images_agency_code_agencies")
        ),
        sa.ForeignKeyConstraint(
            ["uploaded_by"], ["accounts.id"], name=op.f("fk_appearance_images_uploaded_by_accounts")
        ),
        sa.ForeignKeyConstraint(["ended_by"], ["accounts.id"], name=op.f("fk_appearance_images_ended_by_accounts")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appearance_images")),
    )
    in_use = sa.text("ended_at IS NULL")
    op.create_index("uq_appearance_images_of_person", TABLE, ["account_id"], unique=True, postgresql_where=in_use)
    op.create_index("uq_appearance_images_of_agency", TABLE, ["agency_code"], unique=True, postgresql_where=in_use)
    op.create_index("ix_appearance_images_versions", TABLE, ["account_id", "agency_code", "uploaded_at"])
