"""Create tasks, charges and time limits. Expand-only."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0007_create_handling"
down_revision = "0006_create_applications"


def upgrade() -> None:
    op.create_table(
        "charges",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("fee", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("row", sa.String(), nullable=False),
        sa.Column("vnd", sa.BigInteger(), nullable=False),
        sa.Column("collect", sa.String(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("assessed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("vnd >= 0", name=op.f("ck_charges_vnd_not_negative")),
        sa.ForeignKeyConstraint(
            ["application_id"], ["applications.id"], name=op.f("fk_charges_application_id_applications")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_charges")),
        sa.UniqueConstraint("application_id", "fee", name=op.f("uq_charges_application_id_fee")),
    )
    op.create_table(
        "clock_events",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.CheckConstraint("kind IN ('started', 'ended')", name=op.f("ck_clock_events_kind_known")),
        sa.ForeignKeyConstraint(
            ["application_id"], ["applications.id"], name=op.f("fk_clock_events_application_id_applications")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clock_events")),
        sa.UniqueConstraint("application_id", "seq", name=op.f("uq_clock_events_application_id_seq")),
    )
    op.create_table(
        "tasks",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("agency", sa.String(), nullable=False),
        sa.Column("step", sa.String(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("role", sa.String(length=40), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("days", sa.Numeric(precision=8, scale=2), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_back_because", sa.String(), nullable=True),
        sa.Column("claimed_by", sa.Uuid(), nullable=True),
        sa.Column("claimed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("place", sa.Integer(), nullable=True),
        sa.Column("action", sa.String(), nullable=True),
        sa.Column("reopens", sa.String(), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("grounds", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("document_sha256", sa.String(length=64), nullable=True),
        sa.Column("document_name", sa.String(length=200), nullable=True),
        sa.Column("document_type", sa.String(length=40), nullable=True),
        sa.Column("ended_by", sa.String(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("(state = 'done') = (action IS NOT NULL)", name=op.f("ck_tasks_done_has_action")),
        sa.CheckConstraint(
            "(state IN ('done', 'dropped')) = (ended_at IS NOT NULL)", name=op.f("ck_tasks_over_has_time")
        ),
        sa.CheckConstraint(
            "(state IN ('done', 'dropped')) = (place IS NOT NULL)", name=op.f("ck_tasks_over_has_place")
        ),
        sa.CheckConstraint("state <> 'claimed' OR claimed_by IS NOT NULL", name=op.f("ck_tasks_claimed_by_somebody")),
        sa.CheckConstraint("state <> 'ready' OR claimed_by IS NULL", name=op.f("ck_tasks_ready_is_nobodys")),
        sa.ForeignKeyConstraint(
            ["application_id"], ["applications.id"], name=op.f("fk_tasks_application_id_applications")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tasks")),
        sa.UniqueConstraint("application_id", "place", name=op.f("uq_tasks_application_id_place")),
        sa.UniqueConstraint("application_id", "step", "round", name=op.f("uq_tasks_application_id_step_round")),
    )
    op.create_index("ix_tasks_worklist", "tasks", ["agency", "role", "state", "opened_at", "id"], unique=False)
    op.create_index(
        "uq_tasks_open",
        "tasks",
        ["application_id", "step"],
        unique=True,
        postgresql_where=sa.text("state IN ('ready', 'claimed')"),
    )
    op.create_table(
        "time_limits",
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("value", sa.Numeric(precision=8, scale=2), nullable=False),
        sa.Column("unit", sa.String(length=20), nullable=False),
        sa.Column("calendar", sa.String(length=40), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_original", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["application_id"], ["applications.id"], name=op.f("fk_time_limits_application_id_applications")
        ),
        sa.PrimaryKeyConstraint("application_id", name=op.f("pk_time_limits")),
    )
    op.create_index(
        "ix_time_limits_running", "time_limits", ["due_at"], unique=False, postgresql_where=sa.text("ended_at IS NULL")
    )
    # ### end Alembic commands ###
