"""Create the register: reservations, entries, papers, the log, ready answers. Expand-only."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003_create_registry"
down_revision = "0002_create_signing"


def upgrade() -> None:
    op.create_table(
        "entries",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("owner_key", sa.String(length=100), nullable=False),
        sa.Column("lid", sa.LargeBinary(), nullable=False),
        sa.Column("register_code", sa.String(length=20), nullable=False),
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.Column("title", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("agency", sa.String(length=40), nullable=False),
        sa.Column("agency_name", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("number", sa.String(length=100), nullable=False),
        sa.Column("public_facts", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_entries")),
        sa.UniqueConstraint("lid", name=op.f("uq_entries_lid")),
        sa.UniqueConstraint("owner_key", name=op.f("uq_entries_owner_key")),
        sa.UniqueConstraint("register_code", name=op.f("uq_entries_register_code")),
    )
    op.create_index(
        "uq_entries_number",
        "entries",
        ["agency", "number", sa.literal_column("EXTRACT(YEAR FROM issued_on)")],
        unique=True,
    )
    op.create_table(
        "log_checkpoints",
        sa.Column("size", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("root", sa.LargeBinary(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("size", name=op.f("pk_log_checkpoints")),
    )
    op.create_table(
        "number_counters",
        sa.Column("agency", sa.String(length=40), nullable=False),
        sa.Column("register", sa.String(length=40), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("agency", "register", "year", name=op.f("pk_number_counters")),
    )
    op.create_table(
        "number_reservations",
        sa.Column("agency", sa.String(length=40), nullable=False),
        sa.Column("register", sa.String(length=40), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("owner_key", sa.String(length=100), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("void_reason", sa.String(), nullable=True),
        sa.Column("reserved_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(state = 'void') = (void_reason IS NOT NULL)", name=op.f("ck_number_reservations_void_has_reason")
        ),
        sa.PrimaryKeyConstraint("agency", "register", "year", "seq", name=op.f("pk_number_reservations")),
    )
    op.create_index(op.f("ix_number_reservations_owner_key"), "number_reservations", ["owner_key"], unique=False)
    op.create_index(
        "uq_number_reservations_alive",
        "number_reservations",
        ["owner_key", "agency", "register"],
        unique=True,
        postgresql_where=sa.text("state <> 'void'"),
    )
    op.create_table(
        "paper_reservations",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("owner_key", sa.String(length=100), nullable=False),
        sa.Column("lid", sa.LargeBinary(), nullable=False),
        sa.Column("register_code", sa.String(length=20), nullable=False),
        sa.Column("status_list", sa.Integer(), nullable=False),
        sa.Column("status_index", sa.Integer(), nullable=False),
        sa.Column("disclosures", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("digests", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("ver", sa.LargeBinary(), nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("void_reason", sa.String(), nullable=True),
        sa.Column("reserved_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(state = 'void') = (void_reason IS NOT NULL)", name=op.f("ck_paper_reservations_void_has_reason")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_paper_reservations")),
        sa.UniqueConstraint("lid", name=op.f("uq_paper_reservations_lid")),
        sa.UniqueConstraint("register_code", name=op.f("uq_paper_reservations_register_code")),
        sa.UniqueConstraint("status_list", "status_index", name=op.f("uq_paper_reservations_status_list_status_index")),
    )
    op.create_index(
        "uq_paper_reservations_alive",
        "paper_reservations",
        ["owner_key"],
        unique=True,
        postgresql_where=sa.text("state <> 'void'"),
    )
    op.create_table(
        "pseudonym_secrets",
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("secret", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("year", name=op.f("pk_pseudonym_secrets")),
    )
    op.create_table(
        "entry_events",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("leaf_hash", sa.LargeBinary(), nullable=False),
        sa.Column("prev", sa.LargeBinary(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["entry_id"], ["entries.id"], name=op.f("fk_entry_events_entry_id_entries")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_entry_events")),
        sa.UniqueConstraint("entry_id", "seq", name=op.f("uq_entry_events_entry_id_seq")),
        sa.UniqueConstraint("leaf_hash", name=op.f("uq_entry_events_leaf_hash")),
    )
    op.create_table(
        "papers",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("status_list", sa.Integer(), nullable=False),
        sa.Column("status_index", sa.Integer(), nullable=False),
        sa.Column("disclosures", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("digests", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("ver", sa.LargeBinary(), nullable=False),
        sa.Column("public", sa.String(), nullable=False),
        sa.Column("decision", sa.String(), nullable=False),
        sa.Column("pdf", sa.LargeBinary(), nullable=False),
        sa.Column("sv", sa.LargeBinary(), nullable=False),
        sa.Column("sk", sa.LargeBinary(), nullable=False),
        sa.Column("auth", sa.LargeBinary(), nullable=False),
        sa.Column("sealed_sha256", sa.String(length=64), nullable=False),
        sa.Column("published_sha256", sa.String(length=64), nullable=True),
        sa.Column("preserved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["entry_id"], ["entries.id"], name=op.f("fk_papers_entry_id_entries")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_papers")),
        sa.UniqueConstraint("entry_id", "version", name=op.f("uq_papers_entry_id_version")),
        sa.UniqueConstraint("pdf", name=op.f("uq_papers_pdf")),
        sa.UniqueConstraint("published_sha256", name=op.f("uq_papers_published_sha256")),
        sa.UniqueConstraint("status_list", "status_index", name=op.f("uq_papers_status_list_status_index")),
    )
    op.create_index(op.f("ix_papers_sk"), "papers", ["sk"], unique=False)
    op.create_table(
        "verification_documents",
        sa.Column("register_code", sa.String(length=20), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("etag", sa.String(length=32), nullable=False),
        sa.Column("next_change", sa.Date(), nullable=True),
        sa.Column("rendered_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["entry_id"], ["entries.id"], name=op.f("fk_verification_documents_entry_id_entries")),
        sa.PrimaryKeyConstraint("register_code", name=op.f("pk_verification_documents")),
        sa.UniqueConstraint("entry_id", name=op.f("uq_verification_documents_entry_id")),
    )
    op.create_table(
        "log_leaves",
        sa.Column("leaf_index", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("event_id", sa.BigInteger(), nullable=False),
        sa.Column("leaf_hash", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["event_id"], ["entry_events.id"], name=op.f("fk_log_leaves_event_id_entry_events")),
        sa.PrimaryKeyConstraint("leaf_index", name=op.f("pk_log_leaves")),
        sa.UniqueConstraint("event_id", name=op.f("uq_log_leaves_event_id")),
    )
    op.create_table(
        "log_queue",
        sa.Column("event_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["event_id"], ["entry_events.id"], name=op.f("fk_log_queue_event_id_entry_events")),
        sa.PrimaryKeyConstraint("event_id", name=op.f("pk_log_queue")),
    )
    # ### end Alembic commands ###
