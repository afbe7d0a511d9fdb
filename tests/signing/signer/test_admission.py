"""What the signer process refuses: everything that is not exactly on record, whoever asks for it."""

import hashlib
from collections.abc import Callable
from io import BytesIO

import pytest
import sqlalchemy as sa
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, EllipticCurvePrivateKey
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from config.database import make_engine
from config.settings import Settings
from config.tokens import new_id
from signing.journal.record import LINES, verify_chain
from signing.keys.errors import KeyNotValid, KeyUnknown
from signing.pades.attributes import signed_attributes
from signing.pades.byte_range import digest_around, last_gap
from signing.pades.complete import check_value, complete
from signing.pades.prepare import PreparedRevision
from signing.pki import ceremony
from signing.pki.revoked import Revocation, RevocationRegister
from signing.requests.models import Role, State
from signing.signer.errors import CertificateRefused, SealRefused, SignatureRefused
from tests.pki.build import PIN, Identity, foreign_pki, pki
from tests.signing.signer.conftest import HEAD, SEAL, Case, base_document

Change = Callable[[Case], None]


def _lines(settings: Settings) -> list[tuple[str, str, str]]:
    engine = make_engine(settings.database_signer_url)
    with engine.connect() as connection:
        rows = connection.execute(sa.select(LINES).order_by(LINES.c.seq)).mappings().all()
    engine.dispose()
    verify_chain(rows)
    return [(row["key"], row["purpose"], row["outcome"]) for row in rows]


def test_an_official_and_a_seal_sign_what_is_on_record(case: Case, signer_settings: Settings) -> None:
    prepared = case.prepared_for_seal(case.signed())
    value = case.seal(prepared)
    check_value(prepared.attributes, value, case.ours.seal.certificate_der)
    assert _lines(signer_settings) == [
        (HEAD, "official", "asked"),
        (HEAD, "official", "signed"),
        (SEAL, "seal", "asked"),
        (SEAL, "seal", "signed"),
    ]


def test_the_journal_says_which_digest_for_which_request_and_for_whom(case: Case, signer_settings: Settings) -> None:
    prepared = case.prepared_for_official()
    case.signer.sign(case.request_id, HEAD, PIN, prepared.attributes, prepared.revision)
    engine = make_engine(signer_settings.database_signer_url)
    with engine.connect() as connection:
        line = connection.execute(sa.select(LINES).order_by(LINES.c.seq.desc()).limit(1)).mappings().one()
    engine.dispose()
    assert line["digest"] == hashlib.sha256(prepared.attributes).hexdigest()
    assert line["request_id"] == case.request_id
    assert line["on_behalf_of"] == "Sở Y tế tỉnh An Bình"
    assert PIN not in str(dict(line))


def test_the_same_question_may_be_asked_again_and_has_the_same_answer(case: Case) -> None:
    prepared = case.prepared_for_seal(case.signed())
    assert case.seal(prepared) == case.seal(prepared)


def test_a_second_seal_on_a_document_is_refused_even_if_the_record_was_changed(case: Case) -> None:
    signed = case.signed()
    case.seal(case.prepared_for_seal(signed))
    case.clock.advance(seconds=5)
    again = case.prepare(signed, "Seal", case.ours.seal)
    assert hashlib.sha256(again.revision).digest()
    sha256 = hashlib.sha256(again.revision).hexdigest()
    case.change(Role.SEAL, attributes=again.attributes, revision_sha256=sha256)
    with pytest.raises(SealRefused, match="before"):
        case.seal(again)


OFFICIAL_CHANGES: dict[str, tuple[Change, str]] = {
    "another request": (lambda case: setattr(case, "request_id", new_id()), "No document"),
    "a void request": (lambda case: case.change(state=State.VOID, void_reason="x"), "No document"),
    "a signed request": (lambda case: case.change(state=State.SIGNED), "No document"),
    "a request for another key": (lambda case: case.change(official_key="official-deputy"), "No document"),
    "a date that has passed": (lambda case: case.clock.advance(days=1), "passed"),
    "another document on record": (lambda case: case.change(document_sha256="0" * 64), "does not begin"),
    "a value on record": (
        lambda case: case.change(Role.OFFICIAL, value=b"v", made_at=case.clock.now()),
        "signed already",
    ),
    "other attributes on record": (lambda case: case.change(Role.OFFICIAL, attributes=b"other"), "attributes"),
    "another revision on record": (lambda case: case.change(Role.OFFICIAL, revision_sha256="0" * 64), "revision"),
    "another certificate on record": (lambda case: case.change(Role.OFFICIAL, certificate=b"other"), "No signature"),
    "another key on record": (lambda case: case.change(Role.OFFICIAL, key="official-deputy"), "No signature"),
}


@pytest.mark.parametrize("change", OFFICIAL_CHANGES)
def test_an_officials_key_refuses(case: Case, change: str, signer_settings: Settings) -> None:
    prepared = case.prepared_for_official()
    alter, why = OFFICIAL_CHANGES[change]
    alter(case)
    with pytest.raises(SignatureRefused, match=why):
        case.signer.sign(case.request_id, HEAD, PIN, prepared.attributes, prepared.revision)
    assert _lines(signer_settings)[-1] == (HEAD, "official", "refused")


def test_attributes_over_another_revision_are_refused_even_when_all_are_on_record(case: Case) -> None:
    other = case.prepare(base_document("another"), "Official", case.ours.official)
    prepared = case.prepare(base_document(), "Official", case.ours.official)
    mixed = type(prepared)(prepared.revision, prepared.digest, other.attributes)
    case.put(Role.OFFICIAL, mixed, case.ours.official)
    with pytest.raises(SignatureRefused, match="not over this revision"):
        case.signer.sign(case.request_id, HEAD, PIN, mixed.attributes, mixed.revision)


def test_a_revision_of_another_document_is_refused(case: Case) -> None:
    prepared = case.prepared_for_official(base_document("another licence"))
    with pytest.raises(SignatureRefused, match="does not begin"):
        case.signer.sign(case.request_id, HEAD, PIN, prepared.attributes, prepared.revision)


def test_what_is_no_revision_is_refused(case: Case) -> None:
    prepared = case.prepare(base_document(), "Official", case.ours.official)
    junk = type(prepared)(b"junk", b"", prepared.attributes)
    case.put(Role.OFFICIAL, junk, case.ours.official)
    with pytest.raises(SignatureRefused, match="does not end"):
        case.signer.sign(case.request_id, HEAD, PIN, junk.attributes, junk.revision)


@pytest.mark.parametrize(("name", "why"), [("official-expired", "expired"), ("official-revoked", "revoked")])
def test_an_expired_and_a_revoked_official_cannot_sign(case: Case, name: str, why: str) -> None:
    case.change(official_key=name)
    key = case.ours.identity(name)
    prepared = case.prepare(base_document(), "Official", key)
    case.put(Role.OFFICIAL, prepared, key)
    with pytest.raises(KeyNotValid, match=why):
        case.signer.sign(case.request_id, name, PIN, prepared.attributes, prepared.revision)


def _other_official(name: str) -> Change:
    def change(case: Case) -> None:
        case.change(official_key=name)
        case.change(Role.OFFICIAL, key=name)

    return change


SEAL_CHANGES: dict[str, tuple[Change, str]] = {
    "another request": (lambda case: setattr(case, "request_id", new_id()), "No signed document"),
    "an unsigned request": (lambda case: case.change(state=State.FILED), "No signed document"),
    "a void request": (lambda case: case.change(state=State.VOID, void_reason="x"), "No signed document"),
    "a request for another agency's seal": (lambda case: case.change(seal_key="seal-trade"), "No signed document"),
    "another document on record": (lambda case: case.change(document_sha256="0" * 64), "does not begin"),
    "another official in the request": (lambda case: case.change(official_key="official-deputy"), "not on record"),
    "another official in both": (_other_official("official-deputy"), "another certificate"),
    "a key that is none": (_other_official("official-nobody"), "not known"),
    "no finished signature": (lambda case: case.change(Role.OFFICIAL, result_sha256=None), "not on record"),
    "another finished document": (lambda case: case.change(Role.OFFICIAL, result_sha256="0" * 64), "does not begin"),
    "another certificate of the official": (
        lambda case: case.change(Role.OFFICIAL, certificate=case.ours.deputy.certificate_der),
        "another certificate",
    ),
    "other attributes on record": (lambda case: case.change(Role.SEAL, attributes=b"other"), "attributes"),
    "another revision on record": (lambda case: case.change(Role.SEAL, revision_sha256="0" * 64), "revision"),
    "an official revoked since": (
        lambda case: ceremony.revoke(case.ours.built_in, case.ours.official.certificate.serial_number, case.clock),
        "is revoked",
    ),
    "an authority revoked since": (
        lambda case: RevocationRegister(case.ours.folder).add(
            Revocation("root", case.ours.issuing.serial_number, case.clock.now())
        ),
        "is revoked",
    ),
}


@pytest.mark.parametrize("change", SEAL_CHANGES)
def test_a_seal_refuses(case: Case, change: str, signer_settings: Settings) -> None:
    prepared = case.prepared_for_seal(case.signed())
    alter, why = SEAL_CHANGES[change]
    alter(case)
    with pytest.raises((SealRefused, CertificateRefused), match=why):
        case.seal(prepared)
    assert _lines(signer_settings)[-1] == (SEAL, "seal", "refused")


def test_another_agencys_seal_does_not_seal(case: Case) -> None:
    prepared = case.prepared_for_seal(case.signed())
    with pytest.raises(SealRefused, match="No signed document"):
        case.seal(prepared, "seal-trade")


def test_a_revoked_seal_does_not_seal(case: Case) -> None:
    prepared = case.prepared_for_seal(case.signed())
    ceremony.revoke(case.ours.built_in, case.ours.seal.certificate.serial_number, case.clock)
    with pytest.raises(KeyNotValid, match="revoked"):
        case.seal(prepared)


def test_an_anchor_taken_away_counts_at_once(case: Case) -> None:
    prepared = case.prepared_for_seal(case.signed())
    (case.ours.folder / "trust" / "root.pem").write_bytes((foreign_pki().folder / "root.pem").read_bytes())
    with pytest.raises(CertificateRefused, match="not come from an authority that is trusted"):
        case.seal(prepared)


def _sealed_over(case: Case, signed: bytes, other: bytes) -> PreparedRevision:
    """The seal's revision for `signed`, its beginning replaced by `other`, and everything put on record to fit."""
    assert len(signed) == len(other)
    prepared = case.prepare(signed, "Seal", case.ours.seal)
    revision = other + prepared.revision[len(signed) :]
    digest = digest_around(revision, last_gap(revision))
    forged = PreparedRevision(revision, digest, signed_attributes(digest, case.ours.seal.certificate_der))
    case.finished(other, b"value")
    case.put(Role.SEAL, forged, case.ours.seal)
    return forged


def _signed_by(case: Case, key: Identity) -> bytes:
    """The document signed with another key than the official's, put on record as the official's."""
    prepared = case.prepare(base_document(), "Official", key)
    assert isinstance(key.key, EllipticCurvePrivateKey)
    value = key.key.sign(prepared.attributes, ECDSA(hashes.SHA256()))
    case.prepared_for_official()
    signed = complete(prepared.revision, prepared.attributes, value, key.certificate_der, key.chain_der, None)
    case.finished(signed, value)
    return signed


@pytest.mark.parametrize("key", [pki().deputy, foreign_pki().official], ids=["colleague", "foreign namesake"])
def test_a_document_signed_by_somebody_else_is_not_sealed(case: Case, key: Identity) -> None:
    prepared = case.prepared_for_seal(_signed_by(case, key))
    with pytest.raises(SealRefused, match="another certificate"):
        case.seal(prepared)


@pytest.mark.parametrize("part", ["value", "attributes", "document"])
def test_a_signature_with_one_changed_octet_is_not_sealed(case: Case, part: str) -> None:
    signed = case.signed()
    gap = last_gap(signed)
    cms = signed[gap.start + 1 : gap.end - 1].rstrip(b"0")
    covered = digest_around(signed, gap).hex().encode()
    places = {
        "value": gap.start + len(cms) - 6,
        "attributes": gap.start + 1 + cms.index(covered) + 7,
        "document": base_document().index(b"stream") + 20,
    }
    changed = bytearray(signed)
    changed[places[part]] ^= 1
    forged = _sealed_over(case, signed, bytes(changed))
    case.change(document_sha256=_document_of(bytes(changed)))
    with pytest.raises(SealRefused, match=r"not over this document|cannot be read"):
        case.seal(forged)


def _document_of(signed: bytes) -> str:
    return hashlib.sha256(signed[: len(base_document())]).hexdigest()


def test_a_zeroed_signature_is_not_sealed(case: Case) -> None:
    signed = case.signed()
    gap = last_gap(signed)
    zeroed = signed[: gap.start + 1] + b"0" * (gap.end - gap.start - 2) + signed[gap.end - 1 :]
    with pytest.raises(SealRefused, match="cannot be read"):
        case.seal(_sealed_over(case, signed, zeroed))


def test_an_unsigned_document_is_not_sealed(case: Case) -> None:
    case.prepared_for_official()
    case.finished(base_document(), b"value")
    with pytest.raises(SealRefused, match="alone"):
        case.seal(case.prepared_for_seal(base_document()))


def test_an_update_after_the_officials_signature_is_not_sealed(case: Case) -> None:
    """A page put over the signed one would come as such an update."""
    writer = IncrementalPdfFileWriter(BytesIO(case.signed()))
    writer.root["/Anything"] = writer.add_object(pdf_name("/Else"))
    writer.update_root()  # type: ignore[no-untyped-call]
    written = BytesIO()
    writer.write(written)  # type: ignore[no-untyped-call]
    case.finished(written.getvalue(), b"value")
    with pytest.raises(SealRefused, match=r"does not cover|cannot be read"):
        case.seal(case.prepared_for_seal(written.getvalue()))


def test_an_unknown_key_is_unknown(case: Case) -> None:
    prepared = case.prepared_for_seal(case.signed())
    with pytest.raises(KeyUnknown):
        case.seal(prepared, "seal-nobody")
