"""Certificates of outside authorities: nobody signs with one that its authority does not vouch for."""

import subprocess
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, EllipticCurvePrivateKey
from cryptography.hazmat.primitives.serialization import Encoding

from config.clock import FrozenClock
from config.settings import Settings
from signing.pki import ceremony, keyfiles
from signing.pki.certificates import official_name
from signing.requests.models import Role
from signing.signer.errors import CertificateRefused, StandingUnknown
from signing.signer.fitness import OTHER_AGENCY as OTHER_AGENCY_WHY
from signing.signer.fitness import OTHER_PERSON
from signing.signer.standing import NO_ADDRESS, NO_ANSWER, NOT_KNOWN, REVOKED, Standing
from tests.pki.build import AGENCY, OTHER_AGENCY, PIN, Identity
from tests.signing.signer.conftest import HEAD, SEAL, Case, base_document
from tests.signing.signer.outside import Outside, now, outside

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")


@pytest.fixture
def clock() -> FrozenClock:
    return FrozenClock(now(), ZONE)


@pytest.fixture
def authority(tmp_path: Path) -> Iterator[Outside]:
    with outside(tmp_path / "outside") as made:
        yield made


@pytest.fixture
def at_the_start(request: pytest.FixtureRequest) -> str:
    """Which key is an outside one when the signer starts: "held" (the head's, in their own hands), "seal", none."""
    return str(getattr(request, "param", ""))


@pytest.fixture
def signer_settings(signer_settings: Settings, authority: Outside, at_the_start: str) -> Settings:
    """The installation trusts the outside root beside its own."""
    if at_the_start == "seal":
        _given(signer_settings.keys_folder, SEAL, authority.issue())
    if at_the_start == "held":
        (signer_settings.keys_folder / f"{HEAD}.p12").unlink()
        listed = '[stores.hands]\nkind = "held"\n\n[keys.official-head]\nstore = "hands"\n'
        (signer_settings.keys_folder / "keys.toml").write_text(listed)
    trusted = authority.root.public_bytes(Encoding.PEM)
    (signer_settings.trust_folder / "outside.pem").write_bytes(trusted)
    return signer_settings


def _given(folder: Path, name: str, key: Identity) -> None:
    """Put a key into the folder of keys under a name."""
    password = PIN if name.startswith("official") else (folder / f"{name}.pass").read_text()
    packed = keyfiles.pack(name, key.key, key.certificate, key.chain, password.encode(), 2_000)
    (folder / f"{name}.p12").write_bytes(packed)
    (folder / f"{name}.pem").write_bytes(key.certificate.public_bytes(Encoding.PEM))


def _unpacked(folder: Path, name: str) -> Identity:
    key, certificate, chain = keyfiles.unpack(folder / f"{name}.p12", (folder / f"{name}.pass").read_bytes())
    return Identity(name, certificate, key, chain, "")


def _sign(case: Case, key: Identity) -> bytes:
    _given(case.ours.folder, HEAD, key)
    prepared = case.prepare(base_document(), "Official", key)
    case.put(Role.OFFICIAL, prepared, key, HEAD)
    return case.signer.sign(case.request_id, HEAD, PIN, prepared.attributes, prepared.revision)


def _standing(tmp_path: Path, clock: FrozenClock, patience: float = 5.0) -> Standing:
    (tmp_path / "empty").mkdir(exist_ok=True)
    return Standing(tmp_path / "empty", clock, patience)


def test_an_officials_key_of_an_outside_authority_signs_once_its_authority_said_good(
    case: Case, authority: Outside
) -> None:
    assert _sign(case, authority.issue())
    assert authority.asked == ["/ocsp"]


BAD = {
    "revoked": ("openssl", "fresh", CertificateRefused, REVOKED),
    "not known to its authority": ("unknown", "fresh", CertificateRefused, NOT_KNOWN),
    "silent on both ways": ("broken", "none", StandingUnknown, NO_ANSWER),
    "answered for by a stranger": ("stranger", "stranger", StandingUnknown, NO_ANSWER),
    "answered for yesterday": ("stale", "stale", StandingUnknown, NO_ANSWER),
}


@pytest.mark.parametrize("case_name", BAD)
def test_an_officials_key_refuses_while_its_certificate_is(
    case: Case, authority: Outside, clock: FrozenClock, case_name: str
) -> None:
    authority.mode, authority.lists, kind, why = BAD[case_name]
    key = authority.issue()
    if case_name == "revoked":
        authority.revoked.add(key.certificate.serial_number)
    if case_name == "answered for yesterday":
        case.change(expires_on=clock.today() + timedelta(days=1))
        clock.advance(seconds=120)
    with pytest.raises(kind) as refused:
        _sign(case, key)
    assert refused.value.detail == why


@pytest.mark.parametrize(
    ("person", "agency", "why"),
    [("Trần Văn Mẫu", AGENCY, OTHER_PERSON), ("Nguyễn Thị Thử", OTHER_AGENCY, OTHER_AGENCY_WHY)],
)
def test_another_persons_or_agencys_certificate_does_not_sign(
    case: Case, authority: Outside, person: str, agency: str, why: str
) -> None:
    with pytest.raises(CertificateRefused) as refused:
        _sign(case, authority.issue(subject=official_name(person, "Giám đốc", agency)))
    assert refused.value.detail == why
    assert authority.asked == []


def test_a_certificate_of_another_agency_does_not_seal(case: Case) -> None:
    prepared = case.prepared_for_seal(case.signed())
    case.change(on_behalf_of=OTHER_AGENCY)
    with pytest.raises(CertificateRefused) as refused:
        case.seal(prepared)
    assert refused.value.detail == OTHER_AGENCY_WHY


@pytest.mark.parametrize("mode", ["broken", "stranger", "stale"])
def test_the_list_stands_in_for_answers_that_must_not_be_relied_on(
    authority: Outside, tmp_path: Path, clock: FrozenClock, mode: str
) -> None:
    authority.mode = mode
    good, bad = authority.issue(), authority.issue()
    authority.revoked.add(bad.certificate.serial_number)
    if mode == "stale":
        clock.advance(seconds=120)
    standing = _standing(tmp_path, clock)
    standing.refuse_revoked([good.certificate, authority.root])
    with pytest.raises(CertificateRefused, match="revoked"):
        standing.refuse_revoked([bad.certificate, authority.root])
    assert authority.asked == ["/ocsp", "/list"] * 2


def test_openssl_says_the_same_of_the_answer(authority: Outside, tmp_path: Path) -> None:
    """That the responder of these tests is a real one: openssl itself believes it."""
    key = authority.issue()
    authority._pem("signers.pem", key.certificate)
    command = ["openssl", "ocsp", "-issuer", "root.pem", "-cert", "signers.pem", "-url", f"{authority.address}/ocsp"]
    authority._pem("root.pem", authority.root)
    done = subprocess.run([*command, "-CAfile", "root.pem"], cwd=authority.folder, capture_output=True, text=True)
    assert "signers.pem: good" in done.stdout
    assert "Response verify OK" in done.stderr


def test_an_answer_is_kept_and_asked_for_anew_before_it_is_old(
    authority: Outside, tmp_path: Path, clock: FrozenClock
) -> None:
    path = [authority.issue().certificate, authority.root]
    standing = _standing(tmp_path, clock)
    for _ in range(3):
        standing.refuse_revoked(path)
    assert len(authority.asked) == 1
    authority.revoked.add(path[0].serial_number)
    clock.advance(seconds=61)
    with pytest.raises(CertificateRefused, match="revoked"):
        standing.refuse_revoked(path)


def test_an_answer_stands_in_until_its_end_while_the_authority_is_down(
    authority: Outside, tmp_path: Path, clock: FrozenClock
) -> None:
    path = [authority.issue().certificate, authority.root]
    standing = _standing(tmp_path, clock)
    standing.refuse_revoked(path)
    authority.mode, authority.lists = "broken", "none"
    clock.advance(seconds=120)
    standing.refuse_revoked(path)
    clock.advance(minutes=5)
    with pytest.raises(StandingUnknown):
        standing.refuse_revoked(path)


def test_nobody_is_held_by_a_slow_authority_and_the_next_attempt_finds_its_answer(
    authority: Outside, tmp_path: Path, clock: FrozenClock
) -> None:
    authority.mode = "silent"
    path = [authority.issue().certificate, authority.root]
    standing = _standing(tmp_path, clock, patience=0.1)
    for _ in range(2):
        with pytest.raises(StandingUnknown):
            standing.refuse_revoked(path)
    assert len(authority.asked) == 1  # one question is on its way, however many wait for it
    authority.go_on.set()
    (known,) = standing._known.values()
    assert known.arrived.wait(10)
    standing.refuse_revoked(path)


def test_a_certificate_without_addresses_is_refused(authority: Outside, tmp_path: Path, clock: FrozenClock) -> None:
    authority.address = ""
    with pytest.raises(CertificateRefused) as refused:
        _standing(tmp_path, clock).refuse_revoked([authority.issue().certificate, authority.root])
    assert refused.value.detail == NO_ADDRESS


@pytest.mark.parametrize("at_the_start", ["held"], indirect=True)
def test_a_held_key_that_is_revoked_between_prepare_and_finish_signs_nothing(case: Case, authority: Outside) -> None:
    key = authority.issue()
    (case.ours.folder / f"{HEAD}.pem").write_bytes(key.certificate.public_bytes(Encoding.PEM))
    prepared = case.prepare(base_document(), "Official", key)
    assert isinstance(key.key, EllipticCurvePrivateKey)
    value = key.key.sign(prepared.attributes, ECDSA(hashes.SHA256()))
    case.put(Role.OFFICIAL, prepared, key, HEAD)
    asked = (case.request_id, HEAD, prepared.attributes, prepared.revision)
    case.signer.may_sign(*asked)
    authority.revoked.add(key.certificate.serial_number)
    with pytest.raises(CertificateRefused, match="revoked"):
        case.signer.note_held(*asked, value)


@pytest.mark.parametrize("at_the_start", ["seal"], indirect=True)
def test_an_outside_seal_is_asked_about_before_it_seals(case: Case, authority: Outside) -> None:
    key = _unpacked(case.ours.folder, SEAL)
    signed = case.signed()
    prepared = case.prepare(signed, "Seal", key)
    case.put(Role.SEAL, prepared, key, SEAL)
    assert case.seal(prepared)
    authority.revoked.add(key.certificate.serial_number)
    case.clock.advance(seconds=61)
    with pytest.raises(CertificateRefused, match="revoked"):
        case.seal(prepared)


def test_the_built_in_authoritys_register_is_read_and_nobody_asked(case: Case) -> None:
    path = [case.ours.official.certificate, case.ours.issuing, case.ours.root]
    standing = Standing(case.ours.folder, case.clock)
    standing.refuse_revoked(path)  # none of these certificates has an address
    ceremony.revoke(case.ours.built_in, path[0].serial_number, case.clock)
    with pytest.raises(CertificateRefused, match="revoked"):
        standing.refuse_revoked(path)
