"""A file is kept exactly as it came, once, for one application; nothing that was refused leaves a trace."""

from __future__ import annotations

import dataclasses
import hashlib
import threading
from uuid import UUID

import pytest
import sqlalchemy as sa

from config import tokens
from config.access import Actor
from config.events import RecordedEvent
from config.settings import Settings
from config.unit_of_work import UnitOfWork
from licensing.documents.attach import attach
from licensing.documents.errors import AttachmentNotFound, FileNameRefused, FileTooLarge, FileTypeRefused
from licensing.documents.models import Attachment
from licensing.documents.queries import any_attachment_of, attachment_of, attachments_of, content_of
from licensing.documents.remove import remove
from tests.licensing.documents import build


def test_a_file_is_kept_byte_for_byte_and_its_digest_is_the_receipt(unit: UnitOfWork, applicant: Actor) -> None:
    application, content = tokens.new_id(), build.pdf(pages=2)
    with unit.begin(applicant) as work:
        attachment = attach(work, application, "plan", "../sơ đồ.exe", content)
    with unit.begin(applicant) as work:
        kept = attachment_of(work, application, attachment.id)
        assert content_of(work, kept) == content
        assert kept.sha256 == hashlib.sha256(content).hexdigest()
        assert (kept.media_type, kept.size, kept.pages) == ("application/pdf", len(content), 2)
        assert (kept.file_name, kept.uploaded_by) == ("../sơ đồ.exe", applicant.id)
        assert kept.uploaded_at == work.clock.now()
        assert work.session.scalars(sa.select(RecordedEvent.name)).all() == ["FileAttached"]


def test_a_refused_file_leaves_nothing(unit: UnitOfWork, applicant: Actor, settings: Settings) -> None:
    application = tokens.new_id()
    small = dataclasses.replace(settings, upload_limit=1000)
    unit.tools.add(small)
    for name, content, refusal in [
        ("letter.pdf", build.archive(), FileTypeRefused),
        ("a\u202efdp.exe", build.picture(), FileNameRefused),
        ("big.pdf", build.pdf().ljust(1001), FileTooLarge),
        ("empty.pdf", b"", FileTypeRefused),
    ]:
        with pytest.raises(refusal), unit.begin(applicant) as work:
            attach(work, application, "plan", name, content)
    with unit.begin(applicant) as work:
        assert not attachments_of(work, application)
        assert not work.session.scalars(sa.select(RecordedEvent)).all()


def test_the_same_file_twice_is_one_attachment_even_when_both_arrive_together(
    unit: UnitOfWork, applicant: Actor
) -> None:
    application, content, ids = tokens.new_id(), build.picture(), list[UUID]()
    done = threading.Event()

    def send() -> None:
        with unit.begin(applicant) as work:
            ids.append(attach(work, application, "photo", "a.png", content).id)
        done.set()

    other = threading.Thread(target=send)
    with unit.begin(applicant) as work:
        ids.append(attach(work, application, "photo", "a.png", content).id)
        other.start()
        assert not done.wait(1)  # it waits for this transaction
    other.join(60)
    assert len(ids) == 2 and len(set(ids)) == 1
    with unit.begin(applicant) as work:
        for_plan = attach(work, application, "plan", "a.png", content)
        assert for_plan.id not in ids
        assert len(attachments_of(work, application)) == 2


def test_a_removed_file_is_gone_from_the_application_but_stays_on_record(unit: UnitOfWork, applicant: Actor) -> None:
    application, content = tokens.new_id(), build.picture("JPEG")
    with unit.begin(applicant) as work:
        attachment = attach(work, application, "photo", "a.jpg", content)
    with unit.begin(applicant) as work:
        remove(work, application, attachment.id)
    with unit.begin(applicant) as work:
        assert not attachments_of(work, application)
        assert content_of(work, any_attachment_of(work, application, attachment.id)) == content
        with pytest.raises(AttachmentNotFound):
            remove(work, application, attachment.id)
    with unit.begin(applicant) as work:
        again = attach(work, application, "photo", "a.jpg", content)
        assert again.id != attachment.id
        assert len(work.session.scalars(sa.select(Attachment)).all()) == 2


def test_a_file_is_not_found_through_another_application(unit: UnitOfWork, applicant: Actor) -> None:
    with unit.begin(applicant) as work:
        attachment = attach(work, tokens.new_id(), "photo", "a.png", build.picture())
    with unit.begin(applicant) as work:
        for ask in (attachment_of, any_attachment_of, remove):
            with pytest.raises(AttachmentNotFound):
                ask(work, tokens.new_id(), attachment.id)
