"""Keys that sign elsewhere: the signer's rules hold for them, and no value is believed that does not verify."""

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, EllipticCurvePrivateKey
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

from config.access import SYSTEM
from config.clock import FrozenClock
from config.settings import Settings
from config.tokens import new_id
from signing.journal.models import JournalLine
from signing.keys.confirm import Confirmation
from signing.keys.errors import (
    ConfirmationRefused,
    ConfirmationUnavailable,
    KeyElsewhere,
    KeyNotValid,
    KeyStoresInvalid,
    KeyUnknown,
)
from signing.keys.protocol import Way
from signing.keys.stores import read_stores
from signing.pades.complete import complete
from signing.pades.errors import SignatureValueWrong
from signing.pades.prepare import PreparedRevision
from signing.pades.value import control_code
from signing.pki import ceremony
from signing.requests.models import Role
from signing.signer.client import SignerClient
from signing.signer.errors import CertificateRefused, SignatureRefused
from signing.signer.fitness import names_person
from tests.confirm.server import ACCOUNT, SECRET, USER, ConfirmService, confirming
from tests.pki.build import PIN, Identity, Pki, foreign_pki, pki
from tests.signing.keys.test_pkcs11 import show
from tests.signing.signer.conftest import HEAD, Case, base_document

KEYS = """
[stores.hands]
kind = "held"

[stores.phone]
kind = "confirm"
url = "{url}"
account = "{account}"
secret = "phone.pass"
timeout = 1

[keys.official-head]
store = "{store}"
{more}
"""


@pytest.fixture
def phone() -> Iterator[ConfirmService]:
    with confirming(pki().official, pki().deputy) as service:
        yield service


@pytest.fixture(params=["held", "confirm"])
def way(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def signer_settings(signer_settings: Settings, phone: ConfirmService, way: str) -> Settings:
    """The head's key is not in the folder: it is in their hands, or on their telephone."""
    folder = signer_settings.keys_folder
    (folder / f"{HEAD}.p12").unlink()
    (folder / "phone.pass").write_text(SECRET)
    store, more = ("hands", "") if way == "held" else ("phone", f'user = "{USER}"')
    (folder / "keys.toml").write_text(KEYS.format(url=phone.address, account=ACCOUNT, store=store, more=more))
    return signer_settings


@pytest.fixture
def case(case: Case) -> Case:
    return replace(case, ours=pki())


def value_of(prepared: PreparedRevision, key: Identity) -> bytes:
    """What the key answers, wherever it is."""
    assert isinstance(key.key, EllipticCurvePrivateKey)
    return key.key.sign(prepared.attributes, ECDSA(hashes.SHA256()))


def plain(value: bytes) -> bytes:
    """The two numbers side by side, as a token gives them."""
    return b"".join(number.to_bytes(32) for number in decode_dss_signature(value))


def handed_in(case: Case, prepared: PreparedRevision, value: bytes) -> bytes:
    return case.signer.note_held(case.request_id, HEAD, prepared.attributes, prepared.revision, value)


def journal(case: Case) -> list[tuple[str, str]]:
    with case.unit.begin(SYSTEM) as work:
        rows = work.session.scalars(sa.select(JournalLine).order_by(JournalLine.seq))
        return [(row.outcome, row.reason.partition(":")[0]) for row in rows]


def started(case: Case, prepared: PreparedRevision) -> str:
    return case.signer.confirm_start(case.request_id, HEAD, prepared.attributes, prepared.revision, new_id())


def polled(case: Case, prepared: PreparedRevision, ticket: str) -> tuple[Confirmation, bytes]:
    return case.signer.confirm_poll(case.request_id, HEAD, prepared.attributes, prepared.revision, ticket)


@pytest.mark.parametrize("way", ["held"], indirect=True)
def test_a_value_of_the_registered_key_is_taken_in_both_forms_and_sealed(case: Case) -> None:
    prepared = case.prepared_for_official()
    assert case.signer.certificate(HEAD).way is Way.HELD
    case.signer.may_sign(case.request_id, HEAD, prepared.attributes, prepared.revision)
    value = value_of(prepared, case.ours.official)
    assert handed_in(case, prepared, value) == value
    assert decode_dss_signature(handed_in(case, prepared, plain(value))) == decode_dss_signature(value)
    assert journal(case) == [("asked", ""), ("signed", "")]  # told twice, signed once
    key = case.ours.official
    finished = complete(prepared.revision, prepared.attributes, value, key.certificate_der, key.chain_der, None)
    case.finished(finished, value)
    case.seal(case.prepared_for_seal(finished))


@pytest.mark.parametrize("way", ["held"], indirect=True)
def test_garbage_and_foreign_values_are_refused_and_written_down(case: Case) -> None:
    prepared = case.prepared_for_official()
    good = value_of(prepared, case.ours.official)
    for wrong in (b"", b"x", good[:-1], good + b"\x00", bytes(64), bytes(4096), value_of(prepared, case.ours.deputy)):
        with pytest.raises(SignatureValueWrong):
            handed_in(case, prepared, wrong)
    assert set(journal(case)) == {("refused", "SignatureValueWrong")}


def test_the_pin_opens_no_such_key(case: Case) -> None:
    prepared = case.prepared_for_official()
    with pytest.raises(KeyElsewhere):
        case.signer.sign(case.request_id, HEAD, PIN, prepared.attributes, prepared.revision)


@pytest.mark.parametrize("way", ["held"], indirect=True)
def test_all_is_asked_again_when_the_value_comes(case: Case, clock: FrozenClock) -> None:
    prepared = case.prepared_for_official()
    value = value_of(prepared, case.ours.official)
    case.change(expires_on=clock.today() - timedelta(days=1))
    with pytest.raises(SignatureRefused, match="has passed"):
        handed_in(case, prepared, value)
    case.change(expires_on=clock.today())
    other = replace(prepared, attributes=prepared.attributes + b"\x00")
    with pytest.raises(SignatureRefused, match="can be read"):
        handed_in(case, other, value)
    with pytest.raises(KeyUnknown):
        started(case, prepared)


@pytest.mark.parametrize("way", ["held"], indirect=True)
def test_a_certificate_that_was_revoked_meanwhile_signs_nothing(
    case: Case, clock: FrozenClock, signer_settings: Settings
) -> None:
    prepared = case.prepared_for_official()
    value = value_of(prepared, case.ours.official)
    ours = Pki(signer_settings.keys_folder)
    serial = case.ours.official.certificate.serial_number
    ceremony.revoke(ours.built_in, serial, clock, x509.ReasonFlags.key_compromise)
    with pytest.raises(KeyNotValid, match="revoked"):
        handed_in(case, prepared, value)


@pytest.mark.parametrize("way", ["held"], indirect=True)
@pytest.mark.parametrize("which", ["expired", "authority", "foreign", "another"])
def test_certificates_that_may_not_sign_are_refused(case: Case, signer_settings: Settings, which: str) -> None:
    authority = replace(pki().official, certificate=pki().issuing, chain=[])
    keys = {"expired": pki().expired_official, "authority": authority, "foreign": foreign_pki().official}
    key = keys.get(which, pki().deputy)
    show(signer_settings.keys_folder, HEAD, key)
    prepared = case.prepare(base_document(), "Official", key)
    case.put(Role.OFFICIAL, prepared, key, HEAD)
    with pytest.raises((KeyNotValid, CertificateRefused)):
        case.signer.may_sign(case.request_id, HEAD, prepared.attributes, prepared.revision)


@pytest.mark.parametrize(
    ("name", "same"),
    [
        ("Nguyễn Thị Thử", True),
        ("NGUYEN THI  THU", True),
        ("Thị Thử", True),
        ("Nguyễn Thử", False),
        ("Nguyễn Thị Thử Hai", False),
        ("", False),
    ],
)
def test_a_certificate_names_its_person(name: str, same: bool) -> None:
    assert names_person(pki().official.certificate, name) is same


@pytest.mark.parametrize("way", ["confirm"], indirect=True)
def test_a_person_confirms_on_the_telephone_and_sees_what(case: Case, phone: ConfirmService) -> None:
    prepared = case.prepared_for_official()
    transaction = new_id()
    question = (case.request_id, HEAD, prepared.attributes, prepared.revision)
    ticket = case.signer.confirm_start(*question, transaction)
    assert case.signer.confirm_start(*question, transaction) == ticket  # a repeat asks nobody again
    assert len(phone.transactions) == 1
    assert phone.asked.digest == hashlib.sha256(prepared.attributes).digest()
    assert phone.asked.words == f"{control_code(prepared.attributes)} – Giấy chứng nhận số 1"
    assert polled(case, prepared, ticket) == (Confirmation.WAITING, b"")
    phone.confirm()
    for _ in range(2):  # whoever was killed before keeping the value asks again
        state, value = polled(case, prepared, ticket)
        assert state is Confirmation.SIGNED
    assert journal(case) == [("asked", ""), ("asked", ""), ("signed", "")]
    key = case.ours.official
    complete(prepared.revision, prepared.attributes, value, key.certificate_der, key.chain_der, None)


@pytest.mark.parametrize("way", ["confirm"], indirect=True)
@pytest.mark.parametrize("mode", ["garbage", "foreign"])
def test_what_comes_from_the_telephone_is_verified(case: Case, phone: ConfirmService, mode: str) -> None:
    prepared = case.prepared_for_official()
    ticket = started(case, prepared)
    phone.mode = mode
    phone.confirm()
    with pytest.raises(SignatureValueWrong):
        polled(case, prepared, ticket)
    assert journal(case)[-1] == ("refused", "SignatureValueWrong")


@pytest.mark.parametrize("way", ["confirm"], indirect=True)
def test_a_no_and_a_silence_are_told_apart(case: Case, phone: ConfirmService) -> None:
    prepared = case.prepared_for_official()
    ticket = started(case, prepared)
    phone.refuse()
    assert polled(case, prepared, ticket) == (Confirmation.REFUSED, b"")
    ticket = started(case, prepared)
    phone.expire()
    assert polled(case, prepared, ticket) == (Confirmation.EXPIRED, b"")


@pytest.mark.parametrize("way", ["confirm"], indirect=True)
@pytest.mark.parametrize("mode", ["slow", "error", "nonsense"])
def test_a_service_that_does_not_work_is_unavailable(case: Case, phone: ConfirmService, mode: str) -> None:
    prepared = case.prepared_for_official()
    ticket = started(case, prepared)
    phone.mode = mode
    with pytest.raises(ConfirmationUnavailable) as caught:
        started(case, prepared)
    assert SECRET not in str(caught.value)
    with pytest.raises(ConfirmationUnavailable):
        polled(case, prepared, ticket)


@pytest.mark.parametrize("way", ["confirm"], indirect=True)
def test_a_request_that_is_not_taken_is_refused(
    case: Case, phone: ConfirmService, signer: SignerClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    prepared = case.prepared_for_official()
    monkeypatch.setattr("tests.confirm.server.USER", "somebody else")
    with pytest.raises(ConfirmationRefused):
        started(case, prepared)
    with pytest.raises(KeyUnknown):
        polled(case, prepared, "../credentials")
    with pytest.raises(KeyUnknown):
        signer.note_held(case.request_id, HEAD, prepared.attributes, prepared.revision, b"value")


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ('kind = "held"\nurl = "x"', "no option url"),
        ('kind = "confirm"\nurl = "http://sca.vidu.example"\naccount = "a"\nsecret = "s"', "https"),
        ('kind = "confirm"\nurl = "https://sca.vidu.example"\naccount = "a"\nsecret = "absent"', "no file absent"),
        ('kind = "confirm"\nurl = "https://sca.vidu.example"\naccount = "a"\nsecret = "empty"', "is empty"),
        ('kind = "confirm"\nurl = "https://sca.vidu.example"\nsecret = "s"', "account is missing"),
    ],
)
def test_what_is_wrong_in_the_list_is_said(keys_folder: Path, said: str, why: str) -> None:
    (keys_folder / "s").write_text("secret")
    (keys_folder / "empty").write_text("\n")
    user = 'user = "1"' if "confirm" in said else ""
    (keys_folder / "keys.toml").write_text(f'[stores.x]\n{said}\n[keys.official-head]\nstore = "x"\n{user}\n')
    with pytest.raises(KeyStoresInvalid, match=why):
        read_stores(keys_folder)


@pytest.mark.parametrize("kind", ["held", "confirm"])
def test_a_seal_never_waits_for_a_person(keys_folder: Path, kind: str) -> None:
    (keys_folder / "keys.toml").write_text(f'[stores.x]\nkind = "{kind}"\n[keys.seal-health]\nstore = "x"\n')
    with pytest.raises(KeyStoresInvalid, match="a seal cannot wait"):
        read_stores(keys_folder)
