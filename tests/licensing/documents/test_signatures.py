"""Signatures in supplied PDFs are looked at by a job; what is found stands beside the file, and decides nothing."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from config import tokens
from config.access import Actor
from config.clock import FrozenClock
from config.unit_of_work import UnitOfWork
from licensing.documents.attach import attach
from licensing.documents.events import FileAttached
from licensing.documents.models import Attachment, SignatureCheck
from licensing.documents.signatures import check_signatures, signed_of
from signing.trust.anchors import TrustStore
from tests.licensing.documents import build
from tests.pki.build import foreign_pki, pki
from tests.signing.pades.build import LATER, base_document, issued
from tests.signing.validation.foreign import turned


@pytest.fixture(autouse=True)
def trusting(unit: UnitOfWork, clock: FrozenClock) -> None:
    unit.tools.add(TrustStore.of([pki().root]))
    clock.at = LATER


def supplied(unit: UnitOfWork, applicant: Actor, content: bytes) -> Attachment:
    with unit.begin(applicant) as work:
        attachment = attach(work, tokens.new_id(), "plan", "plan.pdf", content)
    check_signatures(unit, FileAttached(attachment.id, attachment.application_id, attachment.sha256))
    return attachment


@pytest.mark.parametrize("content", [build.pdf(), build.picture(), base_document()])
def test_a_file_without_signatures_leaves_nothing(unit: UnitOfWork, applicant: Actor, content: bytes) -> None:
    attachment = supplied(unit, applicant, content)
    with unit.begin(applicant) as work:
        assert signed_of(work, [attachment.sha256]) == {}
        assert work.session.scalar(sa.select(sa.func.count()).select_from(SignatureCheck)) == 0


def test_a_good_signature_is_told_with_its_signer(unit: UnitOfWork, applicant: Actor) -> None:
    attachment = supplied(unit, applicant, issued().preserved)
    with unit.begin(applicant) as work:
        signed = signed_of(work, [attachment.sha256])[attachment.sha256]
    assert (signed.colour, signed.tag) == ("green", "Digitally signed, unchanged since")
    official, seal = signed.signers
    assert (official.name, official.capacity, official.proven) == (
        "Nguyễn Thị Thử",
        "Giám đốc, Sở Y tế tỉnh An Bình",
        True,
    )
    assert seal.capacity == "seal of the organisation"


def test_a_stranger_is_amber_and_an_altered_file_is_red(unit: UnitOfWork, applicant: Actor) -> None:
    unit.tools.add(TrustStore.of([foreign_pki().root]))
    stranger = supplied(unit, applicant, issued().preserved)
    altered = supplied(unit, applicant, turned(issued().preserved))
    with unit.begin(applicant) as work:
        signed = signed_of(work, [stranger.sha256, altered.sha256])
    assert signed[stranger.sha256].colour == "amber"
    assert signed[altered.sha256].colour == "red"
    assert "altered after signing" in signed[altered.sha256].told


def test_a_repeat_changes_nothing(unit: UnitOfWork, applicant: Actor) -> None:
    supplied(unit, applicant, issued().preserved)
    supplied(unit, applicant, issued().preserved)
    with unit.begin(applicant) as work:
        (row,) = work.session.scalars(sa.select(SignatureCheck)).all()
        assert row.checked_at == LATER
