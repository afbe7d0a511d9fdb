"""A file that goes out with a document: the signer seals it only behind the official's signature over its digest."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

import pytest

from config.access import SYSTEM
from config.settings import Settings
from config.storage import Storage
from config.tokens import new_id
from signing.enclosures.apart import revision_of
from signing.enclosures.blank import blank_page
from signing.enclosures.identity import enclosure_id
from signing.pades.attributes import signed_attributes
from signing.pades.byte_range import digest_around, last_gap
from signing.pades.complete import check_value, complete
from signing.pki import ceremony
from signing.requests.models import Enclosure, Role, State
from signing.signer.errors import CertificateRefused, QuestionMalformed, SealRefused
from tests.pki.build import PIN
from tests.signing.enclosures.documents import CHANGES, dishonest_revision, drawing, naming
from tests.signing.signer.conftest import HEAD, SEAL, Case
from tests.signing.signer.test_admission import _lines, _other_official

FILE, STRANGE = drawing(), drawing("Một bản vẽ khác")
SHA256 = hashlib.sha256(FILE).hexdigest()


@dataclass
class Enclosed:
    """A document that names a file, and what is asked about that file."""

    case: Case
    id: UUID
    signed: bytes
    revision: bytes = b""
    attributes: bytes = b""

    def prepare(self, original: bytes = FILE, revision: bytes | None = None) -> None:
        """Put a question on record."""
        key = self.case.ours.seal
        self.revision = revision or revision_of(original, blank_page(200, 36), self.case.clock.now())
        self.attributes = signed_attributes(digest_around(self.revision, last_gap(self.revision)), key.certificate_der)
        digest = hashlib.sha256(self.revision).hexdigest()
        certificate = {"key": key.name, "certificate": key.certificate_der, "chain": key.chain_der}
        self.change(revision_sha256=digest, attributes=self.attributes, **certificate)

    def change(self, **values: object) -> None:
        """Overwrite columns, as whoever holds the database could."""
        with self.case.unit.begin(SYSTEM) as work:
            row = work.session.get_one(Enclosure, self.id)
            for name, value in values.items():
                setattr(row, name, value)

    def seal(self, key: str = SEAL) -> bytes:
        return self.case.signer.seal_enclosure(self.id, key, self.attributes, self.revision, self.signed)


def signed_by_official(case: Case, document: bytes) -> bytes:
    """The official signs this document; both are on record."""
    case.change(document_sha256=case.unit.tools[Storage].put(document))
    key, prepared = case.ours.official, case.prepared_for_official(document)
    value = case.signer.sign(case.request_id, HEAD, PIN, prepared.attributes, prepared.revision)
    finished = complete(prepared.revision, prepared.attributes, value, key.certificate_der, key.chain_der, None)
    case.finished(finished, value)
    return finished


def enclosed_in(case: Case, document: bytes, file: bytes = FILE) -> Enclosed:
    signed = signed_by_official(case, document)
    sha256 = hashlib.sha256(file).hexdigest()
    enclosed = Enclosed(case, enclosure_id(case.request_id, sha256), signed)
    with case.unit.begin(SYSTEM) as work:
        row = {"id": enclosed.id, "request_id": case.request_id, "sha256": sha256, "size": len(file)}
        work.session.add(Enclosure(**row, position=1, name="Bản vẽ"))
    enclosed.prepare(file)
    return enclosed


@pytest.fixture
def enclosed(case: Case) -> Enclosed:
    return enclosed_in(case, naming((SHA256,)))


def test_a_file_that_the_official_named_is_sealed_once(enclosed: Enclosed, signer_settings: Settings) -> None:
    value = enclosed.seal()
    assert enclosed.seal() == value
    check_value(enclosed.attributes, value, enclosed.case.ours.seal.certificate_der)
    assert _lines(signer_settings)[-2:] == [(SEAL, "enclosure", "asked"), (SEAL, "enclosure", "signed")]
    enclosed.case.change(state=State.SEALED)  # its document was sealed meanwhile
    assert enclosed.seal() == value
    enclosed.case.clock.advance(seconds=5)
    enclosed.prepare()
    with pytest.raises(SealRefused, match="before"):
        enclosed.seal()


Change = Callable[[Enclosed], None]
CHANGED: dict[str, tuple[Change, str]] = {
    "nothing on record": (lambda one: setattr(one, "id", new_id()), "on record for this seal"),
    "a document that is not signed": (lambda one: one.case.change(state=State.FILED), "on record for this seal"),
    "a void one": (lambda one: one.case.change(state=State.VOID, void_reason="x"), "on record for this seal"),
    "another agency's": (lambda one: one.case.change(seal_key="seal-trade"), "on record for this seal"),
    "no finished signature": (
        lambda one: one.case.change(Role.OFFICIAL, result_sha256=None),
        "finished signature is not on record",
    ),
    "another official": (lambda one: _other_official("official-deputy")(one.case), "another certificate"),
    "another document on record": (lambda one: one.case.change(document_sha256="0" * 64), "does not begin with"),
    "an unsigned document": (lambda one: setattr(one, "signed", naming((SHA256,))), "not the document"),
    "another file on record": (lambda one: one.change(sha256="0" * 64), "named on record"),
    "another size on record": (lambda one: one.change(size=len(FILE) - 1), "does not begin with the enclosure"),
    "other attributes on record": (lambda one: one.change(attributes=b"other"), "attributes on record"),
    "another revision on record": (lambda one: one.change(revision_sha256="0" * 64), "revision on record"),
    "no question on record": (
        lambda one: one.change(attributes=None, certificate=None),
        "No signature of this key is prepared",
    ),
    "an official revoked since": (
        lambda one: ceremony.revoke(
            one.case.ours.built_in, one.case.ours.official.certificate.serial_number, one.case.clock
        ),
        "is revoked",
    ),
}


@pytest.mark.parametrize("change", CHANGED)
def test_what_is_not_as_on_record_is_not_sealed(enclosed: Enclosed, change: str, signer_settings: Settings) -> None:
    alter, why = CHANGED[change]
    alter(enclosed)
    with pytest.raises((SealRefused, CertificateRefused), match=why):
        enclosed.seal()
    assert _lines(signer_settings)[-1] == (SEAL, "enclosure", "refused")


def test_a_file_that_the_official_did_not_name_is_not_sealed_whatever_the_record_says(case: Case) -> None:
    with pytest.raises(SealRefused, match="does not name this enclosure"):
        enclosed_in(case, naming((SHA256,)), STRANGE).seal()


def test_a_file_has_one_name_and_so_one_seal(enclosed: Enclosed) -> None:
    """A second row for the same file, with another mark on it, is no second seal."""
    enclosed.seal()
    other = new_id()
    enclosed.change(id=other)
    enclosed.id = other
    enclosed.prepare(revision=revision_of(FILE, blank_page(200, 30), enclosed.case.clock.now()))
    with pytest.raises(SealRefused, match="named on record"):
        enclosed.seal()


def test_a_document_that_names_nothing_lends_its_signature_to_no_file(case: Case) -> None:
    with pytest.raises(SealRefused, match="does not name this enclosure"):
        enclosed_in(case, naming(())).seal()


def test_a_document_named_by_its_own_prepared_revision_is_no_way_to_a_seal(case: Case) -> None:
    """The main document itself, as a file: it has a form, and a seal without its clerk's order is refused."""
    document = naming((SHA256,))
    other = naming((hashlib.sha256(document).hexdigest(),))
    with pytest.raises(Exception, match="form fields or signatures"):
        enclosed_in(case, other, document)


@pytest.mark.parametrize("what", CHANGES)
def test_a_revision_that_shows_or_does_anything_else_is_not_sealed(enclosed: Enclosed, what: str) -> None:
    enclosed.prepare(revision=dishonest_revision(FILE, CHANGES[what]))
    with pytest.raises(SealRefused, match="something else"):
        enclosed.seal()


def test_a_question_without_the_signed_document_is_malformed(enclosed: Enclosed) -> None:
    header = {"ask": "seal-enclosure", "request": str(enclosed.id), "key": SEAL}
    with pytest.raises(QuestionMalformed):
        enclosed.case.signer._ask(header, [enclosed.attributes, enclosed.revision])


def test_neither_question_answers_for_the_other(enclosed: Enclosed) -> None:
    """The same attributes, asked as if they were a document's."""
    with pytest.raises(SealRefused):
        enclosed.case.signer.seal(enclosed.case.request_id, SEAL, enclosed.attributes, enclosed.revision)
    with pytest.raises(SealRefused):
        enclosed.case.signer.seal(enclosed.id, SEAL, enclosed.attributes, enclosed.revision)
