"""Files that go out with a document: the agency's seal on each, as text at the top right of page 1, by the same order.

The official does not sign them: what the official signs names their digests, and the signer process asks for that.
Each step is on record before the next, and may be repeated; no key and no server is asked inside a transaction.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from uuid import UUID

import sqlalchemy as sa
from asn1crypto import crl, ocsp, x509

from config.access import SYSTEM
from config.sentences import later
from config.settings import Settings
from config.storage import Storage
from config.typeset import Typesetter
from config.unit_of_work import UnitOfWork, Work
from signing.enclosures.apart import evidence_of, revision_of
from signing.pades.appearance import STAMPS
from signing.pades.attributes import signed_attributes
from signing.pades.byte_range import digest_around, last_gap
from signing.pades.certificates import authorities_among
from signing.pades.complete import complete
from signing.pades.extend import Evidence, Signed, check_evidence, stamp_revision
from signing.pades.levels import Level
from signing.pades.marks import MARK, attachment_mark
from signing.pades.token import token_facts
from signing.requests.errors import FilledOtherwise, NotYetSigned, RequestNotFound
from signing.requests.events import EnclosureSealed, EnclosureSealOrdered
from signing.requests.file import refuse_void
from signing.requests.models import Enclosure, Role, SigningRequest, State
from signing.requests.queries import get_request, signature_of
from signing.signer.client import KeyInfo, SignerClient
from signing.timestamps.client import Timestamper
from signing.trust.revocation import RevocationSource


def enclosures_of(work: Work, request_id: UUID) -> Sequence[Enclosure]:
    """What goes out with a document, in its order."""
    query = sa.select(Enclosure).where(Enclosure.request_id == request_id).order_by(Enclosure.position)
    return work.session.scalars(query.execution_options(populate_existing=True)).all()


def covered_digest(work: Work, enclosure: Enclosure) -> str:
    """SHA-256 (hex) of all octets of the sealed file but the seal's own signature."""
    revision = work.tools[Storage].get(enclosure.revision_sha256 or "")
    return digest_around(revision, last_gap(revision)).hex()


def order_enclosures(work: Work, request_id: UUID, mark: str | None) -> None:
    """Have those sealed that are not sealed yet, with `mark` on them; the first mark stays (FilledOtherwise)."""
    for enclosure in enclosures_of(work, request_id):
        if not mark or enclosure.mark not in (None, mark):
            raise FilledOtherwise(later("The number and date of this document are fixed already."))
        enclosure.mark = mark
        if enclosure.result_sha256 is None:
            work.record(EnclosureSealOrdered(enclosure.id))


def begin_enclosures_again(work: Work, key: str, certificates: Sequence[bytes]) -> int:
    """Seals that a lost key began and did not finish are begun anew with the present one; how many."""
    begun = (Enclosure.key == key, Enclosure.certificate.in_(certificates), Enclosure.result_sha256.is_(None))
    alive = sa.select(SigningRequest.id).where(SigningRequest.state != State.VOID)
    query = sa.select(Enclosure).where(*begun, Enclosure.request_id.in_(alive))
    found = work.session.scalars(query.with_for_update()).all()
    for row in found:
        row.key = row.certificate = row.chain = row.revision_sha256 = row.attributes = row.value = row.made_at = None
        work.record(EnclosureSealOrdered(row.id))
    return len(found)


def seal_enclosure(unit: UnitOfWork, enclosure_id: UUID) -> None:
    """Have the seal put on one of them (a job). A repeat asks the key for exactly what it was asked before."""
    enclosure, request, signed_sha256 = _state(unit, enclosure_id)
    if enclosure.result_sha256 is not None:
        return
    if enclosure.value is None:
        key = unit.tools[SignerClient].certificate(request.seal_key)
        if enclosure.certificate != key.certificate:  # not prepared yet, or for a key that was exchanged since
            enclosure = _prepare(unit, enclosure, request, key)
        storage = unit.tools[Storage]
        revision, signed = storage.get(enclosure.revision_sha256 or ""), storage.get(signed_sha256)
        value = unit.tools[SignerClient].seal_enclosure(
            enclosure.id, request.seal_key, enclosure.attributes or b"", revision, signed
        )
        enclosure = _keep_value(unit, enclosure, value)
    level = Level(unit.tools[Settings].evidence.level_of(request.purpose))  # that of its document, once it is done
    _complete(unit, enclosure, level)


def _state(unit: UnitOfWork, enclosure_id: UUID) -> tuple[Enclosure, SigningRequest, str]:
    """The file with its document's request, and the SHA-256 of what the official signed."""
    with unit.begin(SYSTEM) as work:
        enclosure = _get(work, enclosure_id)
        request = get_request(work, enclosure.request_id)
        refuse_void(request)
        official = signature_of(request, Role.OFFICIAL)
        if official is None or official.result_sha256 is None or enclosure.mark is None:
            raise NotYetSigned(later("The document has no finished signature of the official yet."))
        return enclosure, request, official.result_sha256


def _get(work: Work, enclosure_id: UUID, *, lock: bool = False) -> Enclosure:
    query = sa.select(Enclosure).where(Enclosure.id == enclosure_id).execution_options(populate_existing=True)
    if found := work.session.scalar(query.with_for_update() if lock else query):
        return found
    raise RequestNotFound(later("There is no such signing request."))


def _prepare(unit: UnitOfWork, enclosure: Enclosure, request: SigningRequest, key: KeyInfo) -> Enclosure:
    """The revision with the mark on record; who comes second finds the first one, unless it is for another key."""
    at = unit.clock.now()
    data = attachment_mark(enclosure.mark or "", at.astimezone(unit.clock.zone).isoformat(timespec="seconds"))
    stamp = unit.tools[Typesetter].typeset(STAMPS, MARK, data, at=at, standards=(), tagged=False)
    storage = unit.tools[Storage]
    revision = revision_of(storage.get(enclosure.sha256), stamp, at)
    attributes = signed_attributes(digest_around(revision, last_gap(revision)), key.certificate)
    digest = storage.put(revision)
    with unit.begin(SYSTEM) as work:
        refuse_void(get_request(work, request.id))
        row = _get(work, enclosure.id, lock=True)
        if row.value is None and row.certificate != key.certificate:
            row.key, row.certificate, row.chain = request.seal_key, key.certificate, key.chain
            row.revision_sha256, row.attributes = digest, attributes
    return row


def _keep_value(unit: UnitOfWork, enclosure: Enclosure, value: bytes) -> Enclosure:
    with unit.begin(SYSTEM) as work:
        row = _get(work, enclosure.id, lock=True)
        if row.value is None and row.attributes == enclosure.attributes:
            row.value, row.made_at = value, work.clock.now()
    return row


def _complete(unit: UnitOfWork, enclosure: Enclosure, level: Level) -> None:
    """Timestamp, embed, check, add evidence as for its document; the first finished file stored wins."""
    if enclosure.value is None or enclosure.attributes is None or enclosure.certificate is None:
        raise NotYetSigned("The key has not answered yet.")
    revision = unit.tools[Storage].get(enclosure.revision_sha256 or "")
    ask = unit.tools[Timestamper].token
    token = ask(hashlib.sha256(enclosure.value).digest()) if level.reaches(Level.B_T) else None
    chain = list(enclosure.chain or ())
    finished = complete(revision, enclosure.attributes, enclosure.value, enclosure.certificate, chain, token)
    if level.reaches(Level.B_LT) and token is not None:
        finished = _preserved(unit, finished, [enclosure.certificate, *chain], token)
    digest = unit.tools[Storage].put(finished)
    with unit.begin(SYSTEM) as work:
        request = get_request(work, enclosure.request_id)
        row = _get(work, enclosure.id, lock=True)
        if row.result_sha256 is None:
            row.result_sha256, row.completed_at = digest, work.clock.now()
            work.record(EnclosureSealed(row.id, request.id, request.purpose, request.subject))


def _preserved(unit: UnitOfWork, sealed: bytes, certificates: list[bytes], token: bytes) -> bytes:
    """Level B-LTA: revocation data that is newer than the seal, and a timestamp over all of it.

    As `signing.pades.extend.preserve`, but the file, which is somebody else's, is read in a confined child.
    """
    source, facts = unit.tools[RevocationSource], token_facts(token)
    known = list(dict.fromkeys([*certificates, *facts.certificates]))
    found = source.fetch(known)
    lists = [crl.CertificateList.load(one, strict=True) for one in found.crls]
    answers = [ocsp.OCSPResponse.load(one, strict=True) for one in found.ocsps]
    check_evidence([Signed(x509.Certificate.load(certificates[0]), facts.time)], lists, answers)
    evidence = Evidence(authorities_among(known), list(found.crls), list(found.ocsps))
    return stamp_revision(evidence_of(sealed, evidence), unit.tools[Timestamper].token)
