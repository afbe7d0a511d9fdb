"""Good documents are valid, each weakness gets its own answer, and no forgery is ever valid."""

import asyncio
import hashlib
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from signing.pades.extend import preserve
from signing.pades.fields import OFFICIAL, SEAL
from signing.pki import authority, certificates
from signing.pki.tsa import TsaKey
from signing.preservation.lives import life_of
from signing.trust.anchors import TrustStore
from signing.validation.policy import LARGEST_FILE
from signing.validation.report import Integrity, Kind, Report, Verdict
from signing.validation.validate import validate
from tests.pki.build import END, EXPIRED_AT, REVOKED_AT, START, foreign_pki, pki
from tests.signing.pades.build import AT, LATER, fresh, issued, preserve_now, sign, timestamper, trust
from tests.signing.validation.attacks import ATTACKS

BYTES_ALTERED = 40


def _validate(pdf: bytes, at: datetime = LATER, **more: frozenset[str]) -> Report:
    return validate(pdf, trust(), at, fresh(at), **more)


def test_a_finished_document_is_valid_on_what_it_carries() -> None:
    report = validate(issued().preserved, trust(), LATER)
    assert (report.verdict, report.reasons) == (Verdict.VALID, ())
    assert [(one.field, one.kind, one.integrity) for one in report.signatures] == [
        ("Official", Kind.SIGNATURE, Integrity.INTACT),
        ("Seal", Kind.SIGNATURE, Integrity.INTACT),
        ("Timestamp-1", Kind.TIMESTAMP, Integrity.INTACT),
    ]
    assert [one.covers_document for one in report.signatures] == [False, False, True]
    assert [one.later_changes for one in report.signatures] == ["signing", "preservation", "none"]


def test_it_says_who_signed_and_when_a_timestamp_says_so() -> None:
    official, seal, timestamp = _validate(issued().preserved).signatures
    assert (official.signer, seal.signer) == ("Nguyễn Thị Thử", "Sở Y tế tỉnh An Bình")
    assert (official.signed_at, official.time_source) == (AT, "timestamp")
    assert timestamp.signed_at == LATER
    assert all("no legal value" in (one.trust_anchor or "") for one in (official, seal))


def test_it_says_what_each_revision_brought() -> None:
    assert _validate(issued().preserved).revisions == (
        "1: the document",
        "2: signature in the field Official",
        "3: signature in the field Seal",
        "4: revocation data, timestamp in the field Timestamp-1",
    )


def test_a_trial_certificate_is_said_to_have_no_legal_value() -> None:
    assert "Seal: the certificate is for trial and has no legal value" in _validate(issued().preserved).notes


@pytest.mark.parametrize("scheme", ["rsassa_pss", "ecdsa"])
def test_timestamps_of_authorities_with_other_kinds_of_keys_count_as_much(scheme: str) -> None:
    key = authority.new_authority_key() if scheme == "rsassa_pss" else authority.new_signing_key()
    name, issuing = certificates.trial_name("TSA"), pki().built_in.issuing
    certificate = issuing.issue(certificates.TSA, name, key.public_key(), START, END)
    tsa = TsaKey(certificate, [pki().issuing], key, pss=scheme == "rsassa_pss")
    official = sign(issued().fields, OFFICIAL, pki().official, timestamps=timestamper(AT, key=tsa))
    sealed = sign(official, SEAL, pki().seal, timestamps=timestamper(AT, key=tsa))
    above = [pki().issuing.public_bytes(Encoding.DER)]
    preserved = preserve(sealed, above, pki().crls(LATER), [], timestamper(LATER, key=tsa))
    assert validate(preserved, trust(), LATER).verdict is Verdict.VALID
    assert any(used.startswith(scheme) for used in life_of(preserved).algorithms)


def test_with_fresh_data_it_stays_valid_for_years() -> None:
    for later in (timedelta(days=30), timedelta(days=1200), timedelta(days=2800)):
        assert _validate(issued().preserved, LATER + later).verdict is Verdict.VALID


def test_a_renewed_document_is_valid() -> None:
    at = LATER + timedelta(days=300)
    assert _validate(preserve_now(issued().preserved, at), at).verdict is Verdict.VALID


def test_a_sealed_document_needs_revocation_data_from_elsewhere() -> None:
    assert _validate(issued().sealed).verdict is Verdict.VALID
    assert validate(issued().sealed, trust(), LATER).verdict is Verdict.INDETERMINATE


def test_a_missing_seal_is_missed_unless_it_is_still_awaited() -> None:
    assert _validate(issued().official).reasons == ("Seal: this signature is foreseen but missing",)
    awaited = _validate(issued().official, may_be_unsigned=frozenset({"Seal"}))
    assert awaited.verdict is Verdict.VALID


@pytest.mark.parametrize("state", ["base", "fields"])
def test_an_unsigned_document_has_no_signature(state: str) -> None:
    assert _validate(getattr(issued(), state)).verdict is Verdict.NO_SIGNATURE


@pytest.mark.parametrize("content", [b"", b"text", b"%PDF-1.7\n%%EOF\n", b"\x00" * 2_000, b"%PDF-1.7" + b"(" * 90_000])
def test_what_is_no_pdf_is_unreadable(content: bytes) -> None:
    assert _validate(content).verdict is Verdict.UNREADABLE


def test_a_file_that_is_too_large_is_not_looked_at() -> None:
    report = _validate(issued().preserved + bytes(LARGEST_FILE))
    assert (report.verdict, report.too_complex) == (Verdict.INDETERMINATE, True)


@pytest.mark.parametrize("name", ATTACKS)
def test_no_forgery_is_valid(name: str) -> None:
    forged = ATTACKS[name]()
    for store in (trust(), trust().for_any_issuer()):
        assert validate(forged, store, LATER, fresh()).verdict in {
            Verdict.INVALID,
            Verdict.INDETERMINATE,
            Verdict.UNREADABLE,
        }


def test_only_a_foreign_signature_over_our_bytes_is_less_than_red() -> None:
    verdicts = {name: _validate(make()).verdict for name, make in ATTACKS.items()}
    amber = {name for name, verdict in verdicts.items() if verdict is Verdict.INDETERMINATE}
    assert amber == {"foreign_signature_over_our_bytes"}


def test_no_single_altered_byte_is_valid() -> None:
    document = issued().preserved
    for number in range(BYTES_ALTERED):
        drawn = hashlib.sha256(b"%d" % number).digest()  # the same bytes in every run, all over the file
        position, bit = int.from_bytes(drawn[:4]) % len(document), 1 << drawn[4] % 8
        altered = document[:position] + bytes([document[position] ^ bit]) + document[position + 1 :]
        assert _validate(altered).verdict is not Verdict.VALID, (position, bit)


def test_a_document_of_strangers_is_good_but_not_trusted() -> None:
    foreign = TrustStore.of([foreign_pki().root])
    report = validate(issued().preserved, foreign, LATER)
    assert report.verdict is Verdict.INDETERMINATE
    assert {one.integrity for one in report.signatures} == {Integrity.INTACT}
    official = report.signatures[0]
    assert (official.indication, official.sub_indication) == ("INDETERMINATE", "NO_CERTIFICATE_CHAIN_FOUND")


def test_asked_for_integrity_alone_the_issuer_does_not_count() -> None:
    report = validate(issued().preserved, TrustStore(()).for_any_issuer(), LATER)
    assert report.verdict is Verdict.VALID
    assert "Who issued the certificates was not checked." in report.notes


def test_a_certificate_revoked_before_signing_makes_it_invalid() -> None:
    at = REVOKED_AT + timedelta(days=10)
    report = _validate(sign(issued().fields, OFFICIAL, pki().revoked_official, at), at + timedelta(minutes=1))
    assert report.verdict is Verdict.INVALID
    assert (
        "Official: the signature is not good enough: its certificate was revoked before it was used" in report.reasons
    )


def test_a_certificate_revoked_after_signing_does_not() -> None:
    at = REVOKED_AT - timedelta(days=10)
    signed = sign(issued().fields, OFFICIAL, pki().revoked_official, at)
    report = _validate(signed, REVOKED_AT + timedelta(days=2), may_be_unsigned=frozenset({"Seal"}))
    assert report.verdict is Verdict.VALID


def test_a_certificate_that_had_expired_makes_it_invalid() -> None:
    at = EXPIRED_AT + timedelta(days=10)
    report = _validate(sign(issued().fields, OFFICIAL, pki().expired_official, at), at + timedelta(minutes=1))
    assert report.verdict is Verdict.INVALID


def test_without_a_timestamp_the_time_is_only_claimed() -> None:
    plain = sign(issued().fields, OFFICIAL, pki().official, timestamped=False)
    report = _validate(plain, may_be_unsigned=frozenset({"Seal"}))
    assert report.verdict is Verdict.VALID
    assert report.signatures[0].time_source == "claimed"
    assert any("claim" in note for note in report.notes)


def test_a_timestamp_of_strangers_is_not_trusted() -> None:
    signed = sign(issued().fields, OFFICIAL, pki().official, timestamps=timestamper(AT, foreign_pki()))
    report = _validate(signed, may_be_unsigned=frozenset({"Seal"}))
    assert report.verdict is Verdict.INDETERMINATE
    assert report.signatures[0].integrity is Integrity.INTACT


def test_too_many_revisions_are_not_judged() -> None:
    document = issued().preserved
    for _ in range(14):
        document = preserve_now(document)
    report = _validate(document)
    assert report.reasons == ("The document is too complex to be validated here.",)
    assert report.verdict is Verdict.INDETERMINATE


def test_it_also_answers_inside_an_event_loop() -> None:
    async def asked() -> Report:
        return _validate(issued().preserved)

    assert asyncio.run(asked()).verdict is Verdict.VALID


def test_the_json_line_has_the_promised_names() -> None:
    line = _validate(issued().preserved).as_json("a.pdf")
    assert {"file", "verdict", "reasons", "signatures"} <= set(line)
    promised = {"field", "kind", "integrity", "covers_document", "signer", "signed_at"}
    assert all(promised <= set(one) for one in line["signatures"])
    assert line["signatures"][0]["signed_at"] == datetime(2026, 3, 2, 3, 0, tzinfo=UTC).isoformat()
