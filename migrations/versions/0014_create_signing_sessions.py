"""Create the sessions of signatures that come from elsewhere. Expand-only."""

import sqlalchemy as sa
from alembic import op

revision = "0014_create_signing_sessions"
down_revision = "0013_create_preservation"


def upgrade() -> None:
    op.create_table(
        "signing_sessions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("request_id", sa.Uuid(), nullable=False),
        sa.Column("account", sa.String(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("certificate_sha256", sa.String(length=64), nullable=False),
        sa.Column("attributes_sha256", sa.String(length=64), nullable=False),
        sa.Column("nonce", sa.LargeBinary(), nullable=False),
        sa.Column("ticket", sa.String(), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.CheckConstraint("(state = 'open') = (ended_at IS NULL)", name=op.f("ck_signing_sessions_ended_has_time")),
        sa.ForeignKeyConstraint(
            ["request_id"], ["signing_requests.id"], name=op.f("fk_signing_sessions_request_id_signing_requests")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signing_sessions")),
    )
    op.create_index(op.f("ix_signing_sessions_request_id"), "signing_sessions", ["request_id"])
    op.create_index(
        "uq_signing_sessions_open",
        "signing_sessions",
        ["request_id"],
        unique=True,
        postgresql_where=sa.text("state = 'open'"),
    )
