"""Create the statements that agencies sign with their seals. Expand-only."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0021_create_signing_statements"
down_revision = "0020_create_lost_keys"


def upgrade() -> None:
    op.create_table(
        "signing_statements",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("subject", sa.String(length=40), nullable=False),
        sa.Column("version", sa.String(length=64), nullable=False),
        sa.Column("seal_key", sa.String(), nullable=False),
        sa.Column("on_behalf_of", sa.String(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("filed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("certificate", sa.LargeBinary(), nullable=True),
        sa.Column("chain", postgresql.ARRAY(sa.LargeBinary()), nullable=True),
        sa.Column("signing_input", sa.LargeBinary(), nullable=True),
        sa.Column("value", sa.LargeBinary(), nullable=True),
        sa.Column("result", sa.LargeBinary(), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(signing_input IS NULL) = (certificate IS NULL)", name=op.f("ck_signing_statements_input_has_certificate")
        ),
        sa.CheckConstraint(
            "value IS NULL OR signing_input IS NOT NULL", name=op.f("ck_signing_statements_value_has_input")
        ),
        sa.CheckConstraint(
            "(result IS NULL) = (finished_at IS NULL)", name=op.f("ck_signing_statements_result_has_time")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signing_statements")),
        sa.UniqueConstraint("kind", "subject", "version", name=op.f("uq_signing_statements_kind_subject_version")),
    )
