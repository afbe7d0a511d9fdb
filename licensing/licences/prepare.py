"""Prepare a granted licence: reserve, compose, put on record (issuance steps 2a-2c). Any step may be run again.

1. (2a) In one transaction the register code is reserved for the decision, with `before_signature` number and date too.
2. (2b) Outside any transaction the document is typeset and its two empty signature fields are added.
3. (2c) In one transaction the exact bytes go on record, before anybody's key is touched.
"""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlalchemy import select

from config import tokens
from config.access import SYSTEM
from config.events import only_where
from config.settings import Settings
from config.storage import Storage
from config.unit_of_work import UnitOfWork, Work
from licensing.accounts.authority import signing_authority
from licensing.accounts.queries import agency_by_code
from licensing.applications.queries import application_by_id
from licensing.catalogue.queries import package_of
from licensing.decisions.events import DecisionApproved
from licensing.decisions.models import Decision
from licensing.decisions.queries import decision_by_id
from licensing.images.queries import stamp_images
from licensing.licences.compose import compose, field_boxes
from licensing.licences.enclosures import enclosed_files
from licensing.licences.events import LicencePrepared
from licensing.licences.layout import Facts
from licensing.licences.models import Licence
from licensing.licences.number import PURPOSE, is_numbered_after, licence_of_decision, number_licence, take_number_back
from licensing.papers.blanks import signable_until, waited_too_long
from registry.entries.reserve import reserve_paper
from signing.requests.events import RequestVoided
from signing.requests.file import Enclosed, Preparation, Stamps, file_request
from signing.requests.queries import request_for
from signing.requests.seal_anew import key_was_lost
from signing.requests.void import void_unsigned


def prepare_licence(unit: UnitOfWork, decision_id: UUID) -> None:
    """Have the licence of a granting decision ready to be signed; a repeat finds what is there."""
    with unit.begin(SYSTEM) as work:  # 2a
        facts = reserve_licence(work, decision_id)
    if facts is None:
        return
    digest = unit.tools[Storage].put(compose(unit, facts))  # 2b
    with unit.begin(SYSTEM) as work:  # 2c
        file_licence(work, decision_id, facts, digest)


def prepare_granted(unit: UnitOfWork, event: DecisionApproved) -> None:
    """A licence was granted (reaction, as a job; may be run again)."""
    prepare_licence(unit, event.decision_id)


@only_where(lambda event: event.purpose == PURPOSE)
def prepare_after_loss(unit: UnitOfWork, event: RequestVoided) -> None:
    """The key that had signed a licence was lost before the seal (reaction, as a job; may be run again)."""
    with unit.begin(SYSTEM) as work:
        lost = key_was_lost(work, event.purpose, event.subject)
    if lost:
        prepare_licence(unit, UUID(event.subject))


def prepare_expired(unit: UnitOfWork) -> None:
    """Prepare anew what was not signed until the day printed on it, or not for long (periodic, after midnight)."""
    with unit.begin(SYSTEM) as work:
        waited = waited_too_long(Licence.issued_on, Licence.request_id, work.clock.today())
        living = select(Licence.decision_id).where(Licence.void_reason.is_(None), Licence.entry_id.is_(None))
        decisions = work.session.scalars(living.where(waited)).all()
    for decision_id in decisions:
        prepare_licence(unit, decision_id)


def reserve_licence(work: Work, decision_id: UUID) -> Facts | None:
    """Step 2a: what is reserved for this decision, found again by its id; None when its document is on record.

    A preparation whose printed date has passed unsigned is withdrawn, and reserved anew for today.
    """
    decision = decision_by_id(work, decision_id, lock=True)
    if decision.set_aside_at is not None:
        return None
    request = request_for(work, PURPOSE, str(decision_id))
    if request is not None:
        passed = "The date in the document passed before it was signed."
        if work.clock.today() <= request.expires_on or not void_unsigned(work, request.id, passed):
            return None
    licence = licence_of_decision(work, decision_id) or _reserve(work, decision)
    if is_numbered_after(work, licence):
        if request is None:
            take_number_back(licence)
    elif request is not None or _dated_before(work, licence):
        number_licence(work, licence)
    return facts_of(work, decision, licence)


def _dated_before(work: Work, licence: Licence) -> bool:
    """Reserved on another day, and not on record yet."""
    return licence.issued_on != work.clock.today() and licence.request_id is None


def _reserve(work: Work, decision: Decision) -> Licence:
    application = application_by_id(work, decision.application_id)
    paper = reserve_paper(work, str(decision.id))
    licence = Licence(
        id=tokens.new_id(),
        decision_id=decision.id,
        application_id=application.id,
        revision_id=application.revision_id,
        agency=application.agency,
        register_code=paper.register_code,
        reserved_at=work.clock.now(),
    )
    work.session.add(licence)
    work.session.flush()
    return licence


def facts_of(work: Work, decision: Decision, licence: Licence) -> Facts:
    """Everything that is written on the licence, from what the applicant handed in and the decision granted."""
    application = application_by_id(work, decision.application_id)
    settings, package = work.tools[Settings], package_of(work, licence.revision_id)
    return Facts(
        package=package,
        agency=agency_by_code(work, licence.agency),
        authority=signing_authority(work, decision.decided_by, licence.agency),
        answers=application.answers,
        prepared_on=licence.issued_on or licence.reserved_at.astimezone(work.clock.zone).date(),
        number=licence.number,
        register_code=licence.register_code,
        issued_on=licence.issued_on,
        valid_until=licence.valid_until,
        verify_at=f"{settings.public_url}/l/{licence.register_code}",
        trial=settings.trial,
        images=stamp_images(work, decision.decided_by, licence.agency),
        enclosures=enclosed_files(work, application.id, package.definition),
    )


def file_licence(work: Work, decision_id: UUID, facts: Facts, digest: str) -> None:
    """Step 2c: the preparation on record. Whoever comes second finds the first."""
    licence = licence_of_decision(work, decision_id)
    if licence is None or licence.register_code != facts.register_code or licence.number != facts.number:
        return  # meanwhile void or dated anew: another run composes what counts now
    known = request_for(work, PURPOSE, str(decision_id))
    request = file_request(work, preparation_of(decision_id, facts, digest, work.clock.today()))
    licence.request_id = request.id
    if known is None:
        work.record(LicencePrepared(licence.id, licence.application_id, request.id))


def preparation_of(decision_id: UUID, facts: Facts, digest: str, today: date) -> Preparation:
    """The signing request of a licence, which may be signed until the end of the day printed in it."""
    note = "BẢN THỬ NGHIỆM – KHÔNG CÓ GIÁ TRỊ PHÁP LÝ" if facts.trial else ""
    title = facts.definition.result.title.vi
    return Preparation(
        purpose=PURPOSE,
        subject=str(decision_id),
        agency=facts.agency.code,
        document_sha256=digest,
        summary=f"{title}{f' số {facts.number}' if facts.number else ''}, mã đăng ký {facts.register_code}",
        on_behalf_of=facts.agency.name_vi,
        signatory=str(facts.authority.account_id),
        signatory_name=facts.authority.official_name,
        official_key=facts.authority.signing_key,
        seal_key=facts.authority.seal_key,
        stamps=Stamps(
            *field_boxes(facts),
            facts.agency.name_vi,
            note,
            *facts.images.pictures,
        ),
        expires_on=signable_until(facts.issued_on, today),
        enclosures=tuple(Enclosed(one.name["vi"], one.sha256, one.size, one.pages) for one in facts.enclosures),
    )
