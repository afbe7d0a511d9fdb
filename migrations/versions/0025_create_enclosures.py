"""Create the files that go out with a signed document, and their place in the register. Expand-only."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0025_create_enclosures"
down_revision = "0024_number_papers_after"


def upgrade() -> None:
    op.create_table(
        "signing_enclosures",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("request_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("pages", sa.Integer(), nullable=False),
        sa.Column("mark", sa.String(), nullable=True),
        sa.Column("key", sa.String(), nullable=True),
        sa.Column("certificate", sa.LargeBinary(), nullable=True),
        sa.Column("chain", postgresql.ARRAY(sa.LargeBinary()), nullable=True),
        sa.Column("revision_sha256", sa.String(length=64), nullable=True),
        sa.Column("attributes", sa.LargeBinary(), nullable=True),
        sa.Column("value", sa.LargeBinary(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("result_sha256", sa.String(length=64), nullable=True),
        sa.Column("completed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("(value IS NULL) = (made_at IS NULL)", name=op.f("ck_signing_enclosures_value_has_time")),
        sa.CheckConstraint(
            "value IS NULL OR attributes IS NOT NULL", name=op.f("ck_signing_enclosures_value_has_question")
        ),
        sa.CheckConstraint(
            "result_sha256 IS NULL OR value IS NOT NULL", name=op.f("ck_signing_enclosures_result_has_value")
        ),
        sa.ForeignKeyConstraint(
            ["request_id"], ["signing_requests.id"], name=op.f("fk_signing_enclosures_request_id_signing_requests")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signing_enclosures")),
        sa.UniqueConstraint("request_id", "position", name=op.f("uq_signing_enclosures_request_id_position")),
    )
    op.add_column(
        "entries",
        sa.Column("enclosures", postgresql.JSONB(), nullable=False, server_default=sa.text("'[]'::jsonb")),
    )
    op.create_index(
        "ix_entries_enclosures",
        "entries",
        ["enclosures"],
        postgresql_using="gin",
        postgresql_ops={"enclosures": "jsonb_path_ops"},
    )
