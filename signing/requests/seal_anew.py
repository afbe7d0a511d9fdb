"""Documents whose seal or signature a lost key made: sealed anew, or withdrawn to be prepared anew."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from cryptography import x509
from sqlalchemy.orm import selectinload

from config import tokens
from config.events import RecordedEvent
from config.unit_of_work import Work
from signing.pki.marks import mark_of_key
from signing.requests.enclosures import begin_enclosures_again
from signing.requests.events import SealOrdered
from signing.requests.models import Enclosure, Role, Signature, SigningRequest, State
from signing.requests.queries import has_signed, request_for, signature_of
from signing.requests.void import void_request

KEY_LOST = "The key that signed the document was lost."


def seal_anew(work: Work, sealed: SigningRequest, purpose: str) -> SigningRequest:
    """Have the seal's present key put on what the official of a sealed request signed; once for each `purpose`.

    A request of its own carries the official's finished signature, byte for byte: the signer validates it again. The
    first seal stays on record with its own request.
    """
    if found := request_for(work, purpose, sealed.subject):
        return found
    official = signature_of(sealed, Role.OFFICIAL)
    if official is None or official.result_sha256 is None:
        raise LookupError("A sealed request has its official's finished signature.")
    request = SigningRequest(id=tokens.new_id(), **_columns(sealed, "id", "purpose", "state"), purpose=purpose)
    request.state, request.filed_at = State.SIGNED, work.clock.now()
    work.session.add(request)
    work.session.flush()
    copy = _columns(official, "id", "request_id")
    work.session.add(Signature(id=tokens.new_id(), request_id=request.id, **copy))
    work.session.flush()
    work.record(SealOrdered(request.id))
    return request


def order_unfinished_seals(work: Work, key: str, mark: str) -> int:
    """Seals of a lost key that were begun and not finished are begun again with the present key; how many."""
    found = 0
    for request in _with_signature(work, Role.SEAL, key, mark, (State.SIGNED,)):
        for signature in [one for one in request.signatures if one.role == Role.SEAL]:
            work.session.delete(signature)
        work.session.flush()
        work.record(SealOrdered(request.id))
        found += 1
    return found + begin_enclosures_again(work, key, certificates_of_enclosures(work, key, mark))


def order_waiting_seals(work: Work, key: str) -> int:
    """Seals that were ordered while their key was lost, and not begun, are ordered again; how many.

    Their jobs may have given up by the time the next key is there. One that did not finds the seal on the document.
    """
    ordered = sa.exists().where(
        RecordedEvent.name == SealOrdered.__name__,
        RecordedEvent.body["request_id"].astext == sa.cast(SigningRequest.id, sa.String),
    )
    begun = sa.exists().where(Signature.request_id == SigningRequest.id, Signature.role == Role.SEAL)
    query = sa.select(SigningRequest.id).where(SigningRequest.state == State.SIGNED, SigningRequest.seal_key == key)
    waiting = work.session.scalars(query.where(ordered, ~begun).order_by(SigningRequest.filed_at)).all()
    work.record_all([SealOrdered(request_id) for request_id in waiting])
    return len(waiting)


def unfinished_with(work: Work, key: str, mark: str) -> Sequence[SigningRequest]:
    """Requests that an official's lost key signed and that have no seal yet.

    One that was begun and not signed stays: the next key signs it, over a revision of its own.
    """
    found = _with_signature(work, Role.OFFICIAL, key, mark, (State.FILED, State.SIGNED))
    return [request for request in found if has_signed(request)]


def void_signed_with(work: Work, key: str, mark: str) -> int:
    """Withdraw what a lost key of an official signed and nobody has sealed: it is prepared anew; how many."""
    found = unfinished_with(work, key, mark)
    for request in found:
        void_request(work, request.id, KEY_LOST)
    return len(found)


def key_was_lost(work: Work, purpose: str, subject: str) -> bool:
    """Whether nothing is on record for a subject because the key that had signed it was lost."""
    if request_for(work, purpose, subject):
        return False
    lost = sa.exists().where(
        SigningRequest.purpose == purpose, SigningRequest.subject == subject, SigningRequest.void_reason == KEY_LOST
    )
    return bool(work.session.scalar(sa.select(lost)))


def certificates_with(work: Work, role: Role, key: str, mark: str) -> list[bytes]:
    """The certificates (DER) under which a key signed in a role: one for each time that it was certified."""
    query = sa.select(Signature.certificate).where(Signature.role == role, Signature.key == key).distinct()
    return [
        der
        for der in work.session.scalars(query)
        if mark_of_key(x509.load_der_x509_certificate(der).public_key()) == mark
    ]


def certificates_of_enclosures(work: Work, key: str, mark: str) -> list[bytes]:
    """As `certificates_with`, of the seals that were begun on files that go out with documents."""
    query = sa.select(Enclosure.certificate).where(Enclosure.key == key, Enclosure.result_sha256.is_(None)).distinct()
    return [
        der
        for der in work.session.scalars(query)
        if der is not None and mark_of_key(x509.load_der_x509_certificate(der).public_key()) == mark
    ]


def _with_signature(work: Work, role: Role, key: str, mark: str, states: Sequence[State]) -> Sequence[SigningRequest]:
    """Requests in these states with a signature, finished or not, of a key; in the order in which they were filed."""
    signed = sa.exists().where(
        Signature.request_id == SigningRequest.id,
        Signature.role == role,
        Signature.key == key,
        Signature.certificate.in_(certificates_with(work, role, key, mark)),
    )
    query = sa.select(SigningRequest).where(SigningRequest.state.in_(states), signed).with_for_update()
    query = query.order_by(SigningRequest.filed_at, SigningRequest.id).options(selectinload(SigningRequest.signatures))
    return work.session.scalars(query).all()


def _columns(row: SigningRequest | Signature, *but: str) -> dict[str, object]:
    """The values of a row by column."""
    return {column.key: getattr(row, column.key) for column in row.__table__.columns if column.key not in but}
