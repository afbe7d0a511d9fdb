"""The refusal as an official paper: reserved, typeset, put on record; then signed and sealed exactly as a licence.

1. In one transaction the paper is reserved for the decision (found again by its id), with `before_signature` numbered.
2. Outside any transaction the paper is typeset and its empty fields are added.
3. In one transaction the exact bytes go on record, before anybody's key is touched.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any
from uuid import UUID

from config import tokens
from config.access import SYSTEM
from config.settings import Settings
from config.storage import Storage
from config.unit_of_work import UnitOfWork, Work
from licensing.accounts.authority import SigningAuthority
from licensing.accounts.models import Agency
from licensing.applications.canonical import canonical
from licensing.catalogue.package import AFTER_SIGNATURE, BEFORE_SIGNATURE
from licensing.images.stamps import NO_IMAGES, Corners, StampImages
from licensing.papers.blanks import blanks_for, signable_until, usual_texts
from licensing.papers.events import PaperPrepared, PaperVoided
from licensing.papers.layout import TRIAL, agency_data, signatory_data
from licensing.papers.models import OfficialPaper
from licensing.papers.numbering import number_paper, paper_number
from licensing.papers.queries import living_paper
from licensing.papers.typesetting import Sheet, compose, template_folder
from signing.pades.blanks import Blank
from signing.pades.fields import Box
from signing.pades.levels import Level
from signing.requests.file import Preparation, Stamps, file_request
from signing.requests.queries import get_request, has_signed, request_for
from signing.requests.seal_anew import KEY_LOST, key_was_lost
from signing.requests.void import void_request

KIND = "refusal"
BOXES = ((340.75, 82.0, 510.75, 148.0), (313.4, 73.0, 397.4, 157.0))
PASSED = "The date in the paper passed before it was signed."


@dataclass(frozen=True)
class RefusalWords:
    """Everything that a refusal says but its number and date. `grounds` have `text`, `provision`, `remedy` each."""

    decision_id: UUID
    application_id: UUID
    reference: str
    accepted_on: date
    procedure: str
    procedure_code: str
    addressee: str
    grounds: Sequence[Mapping[str, str]]
    appeal: Mapping[str, str]
    reason: str
    agency: Agency
    authority: SigningAuthority
    numbered_after: bool
    images: StampImages = NO_IMAGES

    @property
    def boxes(self) -> tuple[Corners, Corners]:
        """Where the official's signature and the seal stand, on the last page."""
        return self.images.places(*BOXES)


def prepare_refusal_paper(unit: UnitOfWork, words: RefusalWords) -> None:
    """Have the paper ready to be signed; a repeat finds what is there, another day dates anew what has its date."""
    with unit.begin(SYSTEM) as work:  # 1
        paper = reserve_refusal(work, words)
    if paper is None:
        return
    digest = unit.tools[Storage].put(compose_refusal(unit, words, paper))  # 2
    with unit.begin(SYSTEM) as work:  # 3
        file_refusal(work, words, paper.id, digest)


def is_prepared(work: Work, subject: str) -> bool:
    """True when the paper is on record and signed, or can still be signed: with a date on it, on that day alone."""
    request = request_for(work, KIND, subject)
    if request is None:
        return False
    locked = get_request(work, request.id, lock=True)  # whoever signs just now is waited for
    return has_signed(locked) or work.clock.today() <= locked.expires_on


def reserve_refusal(work: Work, words: RefusalWords) -> OfficialPaper | None:
    """The paper of this decision, with today's date where the official signs it; None when its document is on record.

    One that was not signed on the day printed on it is void, and so is its number (Decree 30/2020/NĐ-CP, art. 15).
    So is the number that the clerk gave when the key that had signed is lost before the seal.
    """
    subject = str(words.decision_id)
    paper = living_paper(work, KIND, subject)
    if is_prepared(work, subject):
        return None
    if paper is not None:
        if paper.request_id is None and paper.issued_on in (None, work.clock.today()):
            return paper
        void_refusal_paper(work, subject, KEY_LOST if key_was_lost(work, KIND, subject) else PASSED)
    paper = OfficialPaper(
        id=tokens.new_id(),
        kind=KIND,
        subject=subject,
        application_id=words.application_id,
        agency=words.agency.code,
        reserved_at=work.clock.now(),
    )
    work.session.add(paper)
    if not words.numbered_after:
        number_paper(work, paper)
    return paper


def void_refusal_paper(work: Work, subject: str, reason: str) -> None:
    """Take the living paper of a decision out of use, with its signing request; nothing happens when there is none."""
    paper = living_paper(work, KIND, subject)
    if paper is None or paper.file_sha256 is not None:
        return
    if request := request_for(work, KIND, subject):
        void_request(work, request.id, reason)
    paper.void_reason = reason
    work.session.flush()
    work.record(PaperVoided(paper.id, paper.application_id))


def compose_refusal(unit: UnitOfWork, words: RefusalWords, paper: OfficialPaper) -> bytes:
    """The document ready to be signed: PDF/A-3a, PDF/UA-1, with `refusal.json` inside. Same words, same bytes."""
    settings, blanks = unit.tools[Settings], blanks_needed(words, paper)
    said = paper_data(words, paper, trial=settings.trial)
    sheet = Sheet(
        folder=template_folder(settings.data_folder),
        template="refusal.typ",
        data=said | {"blanks": usual_texts(blanks, partial(_number, words))},
        files={"refusal.json": canonical({"schema": "antin.refusal.v1", **said}).encode()},
        day=paper.issued_on or paper.reserved_at.astimezone(unit.clock.zone).date(),
    )
    official, seal = words.boxes
    return compose(unit, sheet, (Box(*official), Box(*seal)), blanks)


def blanks_needed(words: RefusalWords, paper: OfficialPaper) -> dict[str, Blank]:
    """What the clerk fills in after the signature; nothing where number and date stand in the text."""
    return {} if paper.number is not None else blanks_for(partial(_number, words), "Ngày ban hành")


def _number(words: RefusalWords, digits: str) -> str:
    return paper_number(KIND, digits, words.agency.symbol)


def paper_data(words: RefusalWords, paper: OfficialPaper, *, trial: bool) -> dict[str, Any]:
    """What the template is given, and the data in the paper: number and date are null where they come afterwards."""
    return {
        "agency": agency_data(words.agency),
        "numbering": AFTER_SIGNATURE if paper.number is None else BEFORE_SIGNATURE,
        "number": paper.number,
        "issued_on": paper.issued_on.isoformat() if paper.issued_on else None,
        "addressee": words.addressee,
        "reference": words.reference,
        "accepted_on": words.accepted_on.isoformat(),
        "procedure": words.procedure,
        "procedure_code": words.procedure_code,
        "grounds": [dict(ground) for ground in words.grounds],
        "appeal": dict(words.appeal),
        "reason": words.reason,
        "recipients": ["Như trên", "Lưu: VT"],
        "signatory": signatory_data(words.authority),
        "trial": TRIAL if trial else None,
    }


def file_refusal(work: Work, words: RefusalWords, paper_id: UUID, digest: str) -> None:
    """Put the bytes on record. A paper that became void meanwhile is left to the run that replaced it."""
    paper = living_paper(work, KIND, str(words.decision_id))
    if paper is None or paper.id != paper_id or paper.request_id is not None:
        return
    trial, numbered = work.tools[Settings].trial, f", số {paper.number}" if paper.number else ""
    request = file_request(
        work,
        Preparation(
            purpose=KIND,
            subject=str(words.decision_id),
            agency=words.agency.code,
            document_sha256=digest,
            summary=f"Thông báo từ chối giải quyết hồ sơ {words.reference}{numbered}",
            on_behalf_of=words.agency.name_vi,
            signatory=str(words.authority.account_id),
            signatory_name=words.authority.official_name,
            official_key=words.authority.signing_key,
            seal_key=words.authority.seal_key,
            stamps=Stamps(
                *words.boxes,
                words.agency.name_vi,
                TRIAL["vi"] if trial else "",
                *words.images.pictures,
            ),
            expires_on=signable_until(paper.issued_on, work.clock.today()),
            level=Level(work.tools[Settings].evidence.level_of(KIND)),
        ),
    )
    paper.request_id = request.id
    work.record(PaperPrepared(paper.id, paper.application_id, request.id))
