"""Create procedures and their revisions. Expand-only."""

import sqlalchemy as sa
from alembic import op

revision = "0005_create_catalogue"
down_revision = "0004_create_accounts"


def upgrade() -> None:
    op.create_table(
        "procedures",
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("closed_from", sa.Date(), nullable=True),
        sa.Column("closed_because", sa.String(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_procedures")),
    )
    op.create_table(
        "procedure_revisions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("effective_from", sa.Date(), nullable=False),
        sa.Column("effective_until", sa.Date(), nullable=True),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_by", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["code"], ["procedures.code"], name=op.f("fk_procedure_revisions_code_procedures")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_procedure_revisions")),
        sa.UniqueConstraint("code", "effective_from", name=op.f("uq_procedure_revisions_code_effective_from")),
        sa.UniqueConstraint("code", "number", name=op.f("uq_procedure_revisions_code_number")),
    )
    # ### end Alembic commands ###
