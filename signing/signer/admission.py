"""What a key is allowed to sign: only what is on record, read with the signer's own database role.

The callers are believed in nothing. What they send is compared with the record, and the record with itself.
"""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from cryptography import x509

from config.errors import Refused
from signing.journal.record import Journal, KeyUse
from signing.keys.keyring import Keyring
from signing.keys.protocol import KeyInfo
from signing.pades.attributes import signed_attributes
from signing.pades.byte_range import digest_around, is_empty, last_gap
from signing.pades.errors import ReadyMadeRefused
from signing.pades.ready_made import check_attributes
from signing.signer.errors import CertificateRefused, SealRefused, SignatureRefused
from signing.signer.filled_blanks import check_filled
from signing.signer.fitness import OTHER_AGENCY, OTHER_PERSON, QC_AGENCY, QC_PERSON, names_agency, names_person
from signing.signer.official_signature import Trust, check_official_signature, earlier_revision
from signing.signer.standing import FRESH

OFFICIAL, SEAL = "official", "seal"
FILED, SIGNED = "filed", "signed"

# Not the models: this process shares the tables with the others, not their code for changing them.
REQUESTS = sa.table(
    "signing_requests",
    sa.column("id", sa.Uuid),
    *(
        sa.column(name)
        for name in (
            "document_sha256",
            "summary",
            "signatory",
            "signatory_name",
            "on_behalf_of",
            "official_key",
            "seal_key",
            "expires_on",
            "state",
        )
    ),
    sa.column("filled", sa.JSON),
)
SIGNATURES = sa.table(
    "signing_signatures",
    sa.column("request_id", sa.Uuid),
    *(sa.column(name) for name in ("role", "key", "certificate", "chain", "revision_sha256", "attributes", "value")),
    sa.column("result_sha256"),
)


@dataclass(frozen=True)
class Question:
    """What a caller wants signed: the DER of the signed attributes, and the revision that they are over."""

    request_id: UUID
    key: str
    attributes: bytes
    revision: bytes

    def use(self, role: str, on_behalf_of: str = "") -> KeyUse:
        """How the journal names it."""
        return KeyUse(self.key, role, hashlib.sha256(self.attributes).hexdigest(), self.request_id, on_behalf_of)


class Admission:
    """Says yes by returning the journal's line, and no by SignatureRefused, SealRefused or CertificateRefused.

    StandingUnknown is neither: the certificate's authority was silent, and the caller asks again.
    """

    def __init__(self, engine: sa.Engine, keyring: Keyring, journal: Journal, trust: Callable[[], Trust]) -> None:
        self._engine = engine
        self._keyring = keyring
        self._journal = journal
        self._trust = trust

    def admit_authorisation(self, key: str, documents: Mapping[UUID, str]) -> None:
        """A PIN for several documents opens the key only where each is on record for it, as it was named.

        The certificate is looked at for each, too: the person learns at once what would stop every one of them.
        """
        query = sa.select(REQUESTS).where(REQUESTS.c.id.in_(documents))
        with self._engine.connect() as connection:
            found = {row.id: row for row in connection.execute(query)}
        info = self._keyring.usable(key)
        for request_id, document in documents.items():
            row = found.get(request_id)
            if row is None or row.state != FILED or row.official_key != key or row.document_sha256 != document:
                raise SignatureRefused("One of the documents is not on record for this key to sign.")
            if self._trust().today > row.expires_on:
                raise SignatureRefused("The date in one of the documents on record has passed.")
            self._check_person(info, row)

    def admit_official(
        self,
        question: Question,
        info: KeyInfo,
        document: str | None = None,
        newest: timedelta = FRESH,
        *,
        ready_made: bool = False,
    ) -> KeyUse:
        """An official's key signs the document on record that was prepared for it, until the day printed in it ends.

        `document` is the SHA-256 (hex) that was authorised, where one PIN counts for several documents. The
        certificate must be good, for documents, and this person's of this agency; an answer of its authority that is
        older than `newest` is asked for again. `ready_made`: another program chose the attributes, and the key signed
        them elsewhere already; they are looked at instead of compared with the record.
        """
        request, rows = self.record(question.request_id)
        if request is None or request.state != FILED or request.official_key != question.key:
            raise SignatureRefused("No document is on record for this key to sign.")
        if document is not None and request.document_sha256 != document:
            raise SignatureRefused("The document on record is not the one that was authorised.")
        if self._trust().today > request.expires_on:
            raise SignatureRefused("The date in the document on record has passed.")
        row = rows.get(OFFICIAL)
        if row is not None and row.value is not None:
            raise SignatureRefused("The document is signed already.")
        if problem := differs(question, info, row, ready_made=ready_made):
            raise SignatureRefused(problem)
        if earlier_revision(question.revision, request.document_sha256) is None:
            raise SignatureRefused("The revision does not begin with the document on record.")
        self._check_person(info, request, newest)
        return question.use(OFFICIAL, request.on_behalf_of)

    def _check_person(self, info: KeyInfo, request: "sa.Row[Any]", newest: timedelta = FRESH) -> None:
        certificate = x509.load_der_x509_certificate(info.certificate)
        if not names_person(certificate, request.signatory_name):
            raise CertificateRefused(OTHER_PERSON)
        if not names_agency(certificate, request.on_behalf_of):
            raise CertificateRefused(OTHER_AGENCY)
        above = [x509.load_der_x509_certificate(der) for der in info.chain]
        self._trust().refuse(certificate, above, QC_PERSON, newest)

    def now(self) -> datetime:
        """This instant, by the signer's clock."""
        return self._trust().at

    def words(self, request_id: UUID) -> str:
        """What is signed, in words: from the record, whatever the caller says."""
        with self._engine.connect() as connection:
            return str(connection.scalar(sa.select(REQUESTS.c.summary).where(REQUESTS.c.id == request_id)) or "")

    def admit_seal(self, question: Question, info: KeyInfo) -> KeyUse:
        """A seal goes on a document on record after its official's signature, which is validated here, and once.

        Where the document has blanks, the seal's revision fills them with the texts on record and changes nothing else.
        """
        request, rows = self.record(question.request_id)
        if request is None or request.state != SIGNED or request.seal_key != question.key:
            raise SealRefused("No signed document is on record for this seal.")
        official = rows.get(OFFICIAL)
        if official is None or official.result_sha256 is None or official.key != request.official_key:
            raise SealRefused("The official's finished signature is not on record.")
        if problem := differs(question, info, rows.get(SEAL)):
            raise SealRefused(problem)
        signed = earlier_revision(question.revision, official.result_sha256)
        if signed is None or earlier_revision(signed, request.document_sha256) is None:
            raise SealRefused("The revision does not begin with the document that the official signed.")
        self.check_official(signed, official)
        check_filled(signed, question.revision, request.filled or {})
        self.check_agency(info, request)
        use = question.use(SEAL, request.on_behalf_of)
        # Once for each key: what a lost one sealed before it was retired is sealed again.
        retired_at = self._keyring.retired_at(question.key)
        if self._journal.signed_digests(question.request_id, SEAL, retired_at) - {use.digest}:
            raise SealRefused("The seal was put on this document before.")
        return use

    def record(self, request_id: UUID) -> "tuple[sa.Row[Any] | None, dict[str, sa.Row[Any]]]":
        """A request on record, and its signatures by role."""
        with self._engine.connect() as connection:
            request = connection.execute(sa.select(REQUESTS).where(REQUESTS.c.id == request_id)).first()
            rows = connection.execute(sa.select(SIGNATURES).where(SIGNATURES.c.request_id == request_id))
            return request, {row.role: row for row in rows}

    def check_official(self, signed: bytes, official: "sa.Row[Any]") -> None:
        """Validate what the official signed; the certificate must be that of the key named in the request."""
        try:
            known = self._keyring.info(official.key)
        except Refused as error:
            raise SealRefused("The official's key is not known.") from error
        certificate = bytes(official.certificate)
        if known.certificate != certificate:
            raise SealRefused("The document is signed with another certificate than the official's.")
        chain = [bytes(item) for item in official.chain]
        check_official_signature(signed, certificate, chain, self._trust())

    def check_agency(self, info: KeyInfo, request: "sa.Row[Any]") -> None:
        """The seal's certificate must be good, and the agency's for which the official signed."""
        certificate = x509.load_der_x509_certificate(info.certificate)
        if not names_agency(certificate, request.on_behalf_of):
            raise CertificateRefused(OTHER_AGENCY)
        above = [x509.load_der_x509_certificate(der) for der in info.chain]
        self._trust().refuse(certificate, above, QC_AGENCY)


def differs(question: Question, info: KeyInfo, row: "sa.Row[Any] | None", *, ready_made: bool = False) -> str:
    """How the question differs from what is on record for it, or an empty text."""
    if row is None or row.key != question.key or bytes(row.certificate) != info.certificate:
        return "No signature of this key is prepared."
    if bytes(row.attributes) != question.attributes and not ready_made:
        return "These are not the attributes on record."
    if row.revision_sha256 != hashlib.sha256(question.revision).hexdigest():
        return "This is not the revision on record."
    try:
        gap = last_gap(question.revision)
    except Refused as error:
        return error.detail
    if not is_empty(question.revision, gap):
        return "The revision is signed already."
    return _not_over(question, digest_around(question.revision, gap), info.certificate, ready_made)


def _not_over(question: Question, digest: bytes, certificate: bytes, ready_made: bool) -> str:
    if question.attributes == signed_attributes(digest, certificate):
        return ""
    if not ready_made:
        return "The attributes are not over this revision and certificate."
    try:
        check_attributes(question.attributes, digest, certificate)
    except ReadyMadeRefused as error:
        return error.detail
    return ""
