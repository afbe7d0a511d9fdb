"""Keys at a remote signing service, against one that speaks both versions of the standard and is strict about it."""

import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from signing.keys import csc_api
from signing.keys.errors import KeyUnusable, PinLocked, WrongPin
from signing.pades.complete import check_value
from tests.csc.folder import Remote, lay_out, provider, show
from tests.csc.provider import MOST_WRONG, PASSWORD
from tests.csc.serve import serving
from tests.pki.build import PIN, pki

OTP = "424242"


def test_an_official_and_a_seal_sign_and_every_authorisation_names_its_digest(remote: Remote) -> None:
    keyring = remote.keyring()
    assert keyring.open_seals() == []
    check_value(b"sealed", keyring.seal("seal-health").sign(b"sealed"), pki().seal.certificate_der)
    check_value(b"signed", remote.sign(data=b"signed"), pki().official.certificate_der)
    assert len(remote.provider.sads) == 2
    assert all(len(sad.digests) == 1 and sad.used for sad in remote.provider.sads.values())


def test_rsa_is_signed_with_either_name_of_the_algorithm(remote: Remote) -> None:
    remote.seal.key = pki().tsa
    show(remote.folder, "seal-health", pki().tsa)
    for algorithms in ((), ("1.2.840.113549.1.1.1",)):
        remote.seal.algorithms = algorithms
        value = remote.keyring().seal("seal-health").sign(b"data")
        check_value(b"data", value, pki().tsa.certificate_der)


def test_an_ecdsa_value_of_both_forms_is_given_on_as_der(remote: Remote) -> None:
    remote.provider.plain = True
    for number in range(8):
        data = f"document {number}".encode()
        check_value(data, remote.sign(data=data), pki().official.certificate_der)


def test_a_pin_and_a_one_time_password_are_typed_with_a_space_between_them(remote: Remote) -> None:
    remote.head.otp = OTP
    check_value(b"data", remote.sign(f"{PIN} {OTP}"), pki().official.certificate_der)
    with pytest.raises(WrongPin):
        remote.sign(f"{PIN} 000000")
    with pytest.raises(KeyUnusable, match="type the PIN, a space, and the one-time password"):
        remote.sign(PIN)


def test_a_seal_without_a_pin_needs_none(remote: Remote) -> None:
    for mode in ("implicit", "explicit"):
        remote.seal.pin, remote.seal.mode = None, mode
        (remote.folder / "seal-health.pass").write_text("")
        value = remote.keyring().seal("seal-health").sign(b"data")
        check_value(b"data", value, pki().seal.certificate_der)


@pytest.mark.parametrize(
    "said",
    [
        ("invalid_request", "The PIN is invalid"),
        ("invalid_pin", ""),
        ("invalid_request", "Invalid parameter PIN"),
        ("invalid_otp", "No"),
        ("access_denied", "Wrong PIN 000000"),
    ],
)
def test_a_wrong_pin_is_told_apart(second: Remote, said: tuple[str, str]) -> None:
    second.provider.pin_error = said
    with pytest.raises(WrongPin) as caught:
        second.sign("000000")
    assert "000000" not in str(caught.value)
    check_value(b"data", second.sign(), pki().official.certificate_der)


def test_a_key_that_the_service_locked_is_told_apart(remote: Remote) -> None:
    for _ in range(MOST_WRONG):
        with pytest.raises(WrongPin):
            remote.sign("000000")
    with pytest.raises(PinLocked):
        remote.sign()


def test_a_seal_with_a_wrong_pin_asks_once_and_never_again(remote: Remote) -> None:
    """Its jobs try again; a few wrong PINs would lock the key at the service for good."""
    (remote.folder / "seal-health.pass").write_text("000000")
    key = remote.keyring().seal("seal-health")
    for _ in range(3):
        with pytest.raises(KeyUnusable, match="not asked again") as caught:
            key.sign(b"data")
        assert "000000" not in str(caught.value)
    assert remote.seal.wrong == 1


def test_a_seal_with_a_wrong_pin_asks_once_however_many_want_it(second: Remote) -> None:
    (second.folder / "seal-health.pass").write_text("000000")
    key = second.keyring().seal("seal-health")
    with ThreadPoolExecutor(8) as pool:
        asked = [pool.submit(key.sign, b"data") for _ in range(16)]
    assert all(isinstance(each.exception(), KeyUnusable) for each in asked)
    assert second.seal.wrong == 1


def test_what_a_service_says_is_told_unless_it_repeats_what_was_sent(second: Remote) -> None:
    second.provider.pin_error = ("invalid_request", "Signing certificate O=Sở Y tế is expired")
    with pytest.raises(KeyUnusable, match="400, invalid_request: Signing certificate OSở Y tế is expired"):
        second.sign("000000")
    second.provider.pin_error = ("invalid_request", "We do not like 111111")
    with pytest.raises(KeyUnusable) as caught:
        second.sign("111111")
    assert "111111" not in str(caught.value)


def test_a_token_is_kept_and_renewed_once_when_it_is_not_taken_any_more(remote: Remote) -> None:
    key = remote.keyring().seal("seal-health")
    key.sign(b"first")
    (token,) = remote.provider.tokens
    remote.provider.tokens.clear()
    key.sign(b"second")
    assert len(remote.provider.tokens) == 1 and token not in remote.provider.tokens


def test_a_service_that_takes_no_token_is_not_asked_for_ever(second: Remote) -> None:
    key = second.keyring().seal("seal-health")
    second.running.instead["/credentials/authorize"] = lambda: ({"error": "invalid_token"}, 401)
    with pytest.raises(KeyUnusable, match="401, invalid_token"):
        key.sign(b"data")
    assert len(second.provider.tokens) == 2


def test_version_1_lets_in_by_name_and_password(keys_folder: Path) -> None:
    with serving(provider("1.0.4")) as running:
        lay_out(keys_folder, running)
        remote = Remote(running, keys_folder)
        remote.change('authorization = "oauth2"', 'authorization = "basic"\nuser = "so-y-te"\npassword = "password"')
        (keys_folder / "password").write_text(PASSWORD)
        check_value(b"data", remote.sign(), pki().official.certificate_der)
        (keys_folder / "password").write_text("another")
        with pytest.raises(KeyUnusable, match="does not let us in"):
            remote.sign()


def test_many_seal_at_once(second: Remote) -> None:
    key = second.keyring().seal("seal-health")
    data = [f"document {number}".encode() for number in range(24)]
    with ThreadPoolExecutor(6) as pool:
        for said, value in zip(data, pool.map(key.sign, data), strict=True):
            check_value(said, value, pki().seal.certificate_der)


def test_an_asynchronous_signature_is_fetched_when_it_is_ready(second: Remote, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(csc_api, "POLL_SECONDS", 0.01)
    second.change("seconds = 2", "seconds = 2\nasynchronous = true")
    second.provider.slow_polls = 3
    check_value(b"data", second.sign(), pki().official.certificate_der)
    assert len(second.asked("/signatures/signPolling")) == 4
    second.change("seconds = 2", "seconds = 1")
    second.provider.slow_polls = 1_000_000
    with pytest.raises(KeyUnusable, match="not ready in time"):
        second.sign()


def test_a_key_that_was_closed_forgot_its_pin(second: Remote) -> None:
    key = second.keyring().official("official-head", PIN)
    key.close()
    key.close()
    with pytest.raises(KeyUnusable, match="is closed"):
        key.sign(b"data")


def test_acts_of_two_officials_do_not_wait_for_each_other(second: Remote) -> None:
    """Nothing is held between opening and signing: a remote key has no login of the process."""
    first, other = (second.keyring().official("official-head", PIN) for _ in range(2))
    values: list[bytes] = []
    thread = threading.Thread(target=lambda: values.append(other.sign(b"other")))
    thread.start()
    thread.join(10)
    check_value(b"other", values[0], pki().official.certificate_der)
    check_value(b"first", first.sign(b"first"), pki().official.certificate_der)
