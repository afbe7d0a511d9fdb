"""Applications, what was handed in each time, and what was found about each document."""

from __future__ import annotations

from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from config.database import Base, Id, Instant, Json, JsonList, UtcInstant
from licensing.applications.lifecycle import Status


class Application(Base):
    """One request for one licence under one procedure (hồ sơ). A draft has no reference; acceptance gives it one."""

    __tablename__ = "applications"
    __table_args__ = (
        sa.CheckConstraint("(accepted_at IS NULL) = (reference IS NULL)", name="accepted_has_reference"),
        sa.CheckConstraint("status <> 'draft' OR submitted_at IS NULL", name="draft_was_not_submitted"),
        sa.CheckConstraint(
            "status NOT IN ('submitted', 'accepted') OR submitted_at IS NOT NULL", name="submitted_has_time"
        ),
        sa.CheckConstraint("(status = 'closed') = (closed_at IS NOT NULL)", name="closed_has_time"),
        sa.CheckConstraint("(status = 'withdrawn') = (withdrawn_at IS NOT NULL)", name="withdrawn_has_time"),
        sa.Index("ix_applications_own", "applicant_id", "created_at", "id"),
        sa.Index("ix_applications_agency", "agency", "created_at", "id"),
        sa.Index(  # what was handed in is searched by any part of a word, without case and marks
            "ix_applications_words",
            sa.literal_column("application_words(reference, answers)").label("words"),
            postgresql_using="gin",
            postgresql_ops={"words": "gin_trgm_ops"},
            postgresql_where=sa.text("submitted_at IS NOT NULL"),
        ),
    )
    id: Mapped[Id]
    reference: Mapped[str | None] = mapped_column(unique=True)
    revision_id: Mapped[UUID] = mapped_column(sa.ForeignKey("procedure_revisions.id"))
    procedure: Mapped[str]
    agency: Mapped[str]
    applicant_id: Mapped[UUID] = mapped_column(sa.ForeignKey("accounts.id"))
    organisation_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("organisations.id"), index=True)
    kind: Mapped[str] = mapped_column(sa.String(60))
    status: Mapped[str] = mapped_column(sa.String(20), default=Status.DRAFT)
    answers: Mapped[Json]
    eligibility: Mapped[Json]
    return_reason: Mapped[str | None]
    withdrawal_reason: Mapped[str | None]
    created_at: Mapped[Instant]
    updated_at: Mapped[Instant]
    submitted_at: Mapped[Instant | None] = mapped_column(UtcInstant)
    accepted_at: Mapped[Instant | None] = mapped_column(UtcInstant)
    closed_at: Mapped[Instant | None] = mapped_column(UtcInstant)
    withdrawn_at: Mapped[Instant | None] = mapped_column(UtcInstant)
    version: Mapped[int] = mapped_column()
    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012


class SubmissionVersion(Base):
    """What was handed in at one filing, never changed: `sha256` is the digest of the canonical JSON of it all.

    `attachments` is a list of `{id, document, name, sha256, size}` in the order of their ids.
    """

    __tablename__ = "submission_versions"
    __table_args__ = (
        sa.UniqueConstraint("application_id", "number"),
        {"info": {"append_only": True}},
    )
    id: Mapped[Id]
    application_id: Mapped[UUID] = mapped_column(sa.ForeignKey("applications.id"))
    number: Mapped[int]
    revision_id: Mapped[UUID] = mapped_column(sa.ForeignKey("procedure_revisions.id"))
    answers: Mapped[Json]
    eligibility: Mapped[Json]
    attachments: Mapped[JsonList]
    sha256: Mapped[str] = mapped_column(sa.String(64))
    submitted_by: Mapped[UUID]
    submitted_at: Mapped[Instant]


class DocumentVerdict(Base):
    """What an officer found about one document of one filing; the latest of a document counts."""

    __tablename__ = "document_verdicts"
    __table_args__ = (
        sa.CheckConstraint("verdict IN ('accepted', 'rejected')", name="verdict_known"),
        sa.CheckConstraint("verdict = 'accepted' OR reason IS NOT NULL", name="rejected_has_reason"),
        sa.Index("ix_document_verdicts_of", "application_id", "attachment_id", "seq"),
        {"info": {"append_only": True}},
    )
    id: Mapped[Id]
    seq: Mapped[int] = mapped_column(sa.BigInteger, sa.Identity(), unique=True)
    application_id: Mapped[UUID] = mapped_column(sa.ForeignKey("applications.id"))
    attachment_id: Mapped[UUID]
    verdict: Mapped[str] = mapped_column(sa.String(10))
    reason: Mapped[str | None]
    judged_by: Mapped[UUID]
    judged_at: Mapped[Instant]
