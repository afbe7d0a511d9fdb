"""Create decisions about anchors of trust, the lists fetched for them, and what people report. Expand-only."""

import sqlalchemy as sa
from alembic import op

revision = "0027_create_trust_and_reports"
down_revision = "0026_find_touched_papers"
PLACES = 'at, by, by_name, act, "group", title_vi, title_en, signatures, timestamps, reason'
FIRST = (
    ("public-cas", "Tổ chức chứng thực chữ ký số công cộng", "Public certification authorities"),
    ("government-ca", "Chứng thư gốc quốc gia Việt Nam (chuyên dùng Chính phủ, công cộng)", "Root CAs of Viet Nam"),
    ("eu-lists", "Danh sách tin cậy của Liên minh châu Âu", "EU trusted lists"),
)


def upgrade() -> None:
    op.create_table(
        "trust_events",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(length=40), nullable=False),
        sa.Column("by_name", sa.String(length=200), nullable=False),
        sa.Column("act", sa.String(length=10), nullable=False),
        sa.Column("group", sa.String(length=40), nullable=False),
        sa.Column("title_vi", sa.String(length=200), nullable=True),
        sa.Column("title_en", sa.String(length=200), nullable=True),
        sa.Column("signatures", sa.Boolean(), nullable=True),
        sa.Column("timestamps", sa.Boolean(), nullable=True),
        sa.Column("sha256", sa.String(length=64), nullable=True),
        sa.Column("certificate", sa.LargeBinary(), nullable=True),
        sa.Column("address", sa.String(length=500), nullable=True),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("effective_from", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "act IN ('group', 'purposes', 'anchor', 'out', 'list', 'unlist')", name=op.f("ck_trust_events_act_known")
        ),
        sa.CheckConstraint(
            "act <> 'out' OR (reason <> '' AND effective_from IS NOT NULL)",
            name=op.f("ck_trust_events_out_has_reason"),
        ),
        sa.CheckConstraint(
            "(certificate IS NULL) = (act NOT IN ('anchor', 'list'))",
            name=op.f("ck_trust_events_certificate_where_due"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trust_events")),
    )
    op.create_index(op.f("ix_trust_events_group"), "trust_events", ["group"])
    op.create_table(
        "revocation_lists",
        sa.Column("issuer_sha256", sa.String(length=64), nullable=False),
        sa.Column("address", sa.String(length=500), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.Column("this_update", sa.DateTime(timezone=True), nullable=True),
        sa.Column("next_update", sa.DateTime(timezone=True), nullable=True),
        sa.Column("entries", sa.Integer(), nullable=False),
        sa.Column("fetched_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("tried_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("fault", sa.String(length=300), nullable=True),
        sa.PrimaryKeyConstraint("issuer_sha256", "address", name=op.f("pk_revocation_lists")),
    )
    for key, vi, en in FIRST:  # empty: whom to trust is an administrator's decision
        op.execute(
            sa.text(
                f"INSERT INTO trust_events ({PLACES}) "  # noqa: S608 - a constant
                "VALUES (now(), 'system', 'Antin', 'group', :key, :vi, :en, true, true, '')"
            ).bindparams(key=key, vi=vi, en=en)
        )
    create_reports()


def create_reports() -> None:
    op.create_table(
        "suspicions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("reference", sa.String(length=12), nullable=False),
        sa.Column("evidence_sha256", sa.String(length=64), nullable=False),
        sa.Column("finding", sa.String(length=30), nullable=False),
        sa.Column("colour", sa.String(length=5), nullable=False),
        sa.Column("register_code", sa.String(length=20), nullable=True),
        sa.Column("agency", sa.String(length=40), nullable=True),
        sa.Column("sha256", sa.String(length=64), nullable=True),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("note", sa.String(length=2000), nullable=False),
        sa.Column("contact", sa.String(length=200), nullable=False),
        sa.Column("network_mark", sa.LargeBinary(), nullable=True),
        sa.Column("handled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("handled_by", sa.Uuid(), nullable=True),
        sa.Column("handled_by_name", sa.String(length=200), nullable=False),
        sa.Column("handling", sa.String(length=2000), nullable=False),
        sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(handled_at IS NULL) = (handled_by IS NULL)", name=op.f("ck_suspicions_handled_by_somebody")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_suspicions")),
        sa.UniqueConstraint("reference", name=op.f("uq_suspicions_reference")),
        sa.UniqueConstraint("evidence_sha256", name=op.f("uq_suspicions_evidence_sha256")),
    )
    op.create_index(op.f("ix_suspicions_told_at"), "suspicions", ["told_at"])
    op.create_table(
        "suspicion_files",
        sa.Column("suspicion_id", sa.Uuid(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["suspicion_id"], ["suspicions.id"], name=op.f("fk_suspicion_files_suspicion_id_suspicions")
        ),
        sa.PrimaryKeyConstraint("suspicion_id", name=op.f("pk_suspicion_files")),
    )
