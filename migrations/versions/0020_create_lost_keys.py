"""Create lost keys with the papers that they touched; let each key of the log sign a tree head. Expand-only."""

import sqlalchemy as sa
from alembic import op

revision = "0020_create_lost_keys"
down_revision = "0019_let_signer_read_sessions"


def upgrade() -> None:
    op.create_table(
        "lost_keys",
        sa.Column("mark", sa.String(length=64), nullable=False),
        sa.Column("key_class", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("lost_since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("mark", name=op.f("pk_lost_keys")),
    )
    op.create_table(
        "touched_papers",
        sa.Column("mark", sa.String(length=64), nullable=False),
        sa.Column("paper_id", sa.Uuid(), nullable=False),
        sa.Column("fate", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(["mark"], ["lost_keys.mark"], name=op.f("fk_touched_papers_mark_lost_keys")),
        sa.ForeignKeyConstraint(["paper_id"], ["papers.id"], name=op.f("fk_touched_papers_paper_id_papers")),
        sa.PrimaryKeyConstraint("mark", "paper_id", name=op.f("pk_touched_papers")),
    )
    op.add_column("log_checkpoints", sa.Column("key_id", sa.String(length=8), server_default="", nullable=False))
    op.drop_constraint("pk_log_checkpoints", "log_checkpoints", type_="primary")
    op.create_primary_key("pk_log_checkpoints", "log_checkpoints", ["size", "key_id"])
