"""What a remote signing service does wrong, says no to, or cannot do: nothing of it gets any further than the key."""

from base64 import b64encode
from collections.abc import Callable

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, EllipticCurvePrivateKey

from signing.keys.errors import KeyStoresInvalid, KeyUnusable
from signing.pades.complete import check_value
from tests.csc.folder import Remote
from tests.csc.provider import CLIENT_SECRET, Held
from tests.pki.build import PIN, Identity, pki

OTP = "424242"
LIES: dict[str, Callable[[bytes], bytes]] = {
    "garbage": lambda value: b"garbage",
    "nothing": lambda value: b"",
    "a changed value": lambda value: value[:-1] + bytes([value[-1] ^ 1]),
    "as long as a plain value": lambda value: bytes(64),
    "another key's": lambda value: value_of(pki().deputy, b"data"),
    "over something else": lambda value: value_of(pki().official, b"other"),
}


def value_of(owner: Identity, data: bytes) -> bytes:
    """A good value, but not the one that was asked for."""
    assert isinstance(owner.key, EllipticCurvePrivateKey)
    return owner.key.sign(data, ECDSA(hashes.SHA256()))


@pytest.mark.parametrize("lie", LIES)
def test_what_does_not_verify_is_not_given_on(remote: Remote, lie: str) -> None:
    remote.provider.alter = LIES[lie]
    with pytest.raises(KeyUnusable, match=r"not a signature of this key|returned no signature"):
        remote.sign()


METHODS = ("/credentials/info", "/credentials/authorize", "/signatures/signHash", "/oauth2/token")
WAYS = {
    "broken": r"answers 500, server_error|does not let us in \(500\)",
    "slow": "does not answer in time",
    "trickle": "does not answer in time",
    "no json": "cannot be read|authorised nothing|returned no signature|does not let us in",
    "not an object": "cannot be read|authorised nothing|returned no signature|does not let us in",
    "deep": "cannot be read|authorised nothing|returned no signature|does not let us in",
    "nothing in it": "cannot be read|authorised nothing|returned no signature|does not let us in",
    "elsewhere": "sends us elsewhere",
    "huge": "too long",
}


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("way", WAYS)
def test_a_service_that_fails_makes_the_key_unusable_and_nothing_else(second: Remote, method: str, way: str) -> None:
    second.change("seconds = 2", "seconds = 1")
    second.running.misbehave(method, way)
    with pytest.raises(KeyUnusable, match=WAYS[way]) as caught:
        second.sign()
    said = str(caught.value)
    assert PIN not in said and CLIENT_SECRET not in said
    second.running.instead.clear()
    check_value(b"data", second.sign(), pki().official.certificate_der)


def test_an_authorisation_that_was_used_or_is_too_old_signs_nothing(
    second: Remote, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tests.csc.provider.SAD_SECONDS", -1.0)
    with pytest.raises(KeyUnusable, match="SAD expired"):
        second.sign()


def test_a_service_that_is_away_is_said(second: Remote) -> None:
    second.change(second.running.address, "http://127.0.0.1:9/csc/v2")
    with pytest.raises(KeyUnusable, match=r"127\.0\.0\.1 cannot be reached"):
        second.sign()


GOOD = {"key": {"status": "enabled", "algo": ["1.2.840.10045.4.3.2"]}, "auth": {"mode": "explicit"}, "SCAL": "2"}
ODD: list[dict[str, object]] = [
    {},
    {"cert": None},
    {"cert": {"certificates": []}},
    {"cert": {"certificates": [7]}},
    {"cert": {"certificates": ["%%"]}},
    {"cert": {"certificates": ["AAAA"], "status": ["valid"]}},
    {"key": []},
    {"key": {"status": "enabled", "algo": [[]]}},
    {"key": {"status": None, "algo": 3}},
    {"auth": "explicit"},
    {"auth": {"mode": "explicit", "objects": [{"id": []}]}},
    {"auth": {"mode": "explicit", "objects": [{"id": 3}]}},
    {"auth": {"mode": "explicit", "objects": {"id": "PIN"}}},
    {"auth": {"mode": "explicit", "objects": ["PIN"]}},
    {"auth": {"mode": "explicit", "expression": 3}},
    {"auth": {"mode": "explicit", "expression": "PIN OR OTP"}},
]


@pytest.mark.parametrize("odd", range(len(ODD)))
def test_what_a_service_says_of_a_key_in_no_known_form_is_refused(second: Remote, odd: int) -> None:
    shown = b64encode(pki().official.certificate_der).decode()
    said = GOOD | {"cert": {"certificates": [shown]}} | ODD[odd]
    second.running.instead["/credentials/info"] = lambda: said
    with pytest.raises(KeyUnusable, match="official-head: "):
        second.sign()


def test_more_than_two_things_to_type_are_not_supported(second: Remote) -> None:
    objects = [{"id": name, "type": "Password"} for name in ("PIN", "TAN", "OTP")]
    shown = b64encode(pki().official.certificate_der).decode()
    said = GOOD | {"cert": {"certificates": [shown]}, "auth": {"mode": "explicit", "objects": objects}}
    second.running.instead["/credentials/info"] = lambda: said
    with pytest.raises(KeyUnusable, match="it asks for PIN, TAN, OTP; this is not supported"):
        second.sign()


def test_an_asynchronous_signature_that_fails_is_not_waited_for(second: Remote) -> None:
    second.change("seconds = 2", "seconds = 2\nasynchronous = true")
    second.running.instead["/signatures/signHash"] = lambda: {"responseID": "made up"}
    with pytest.raises(KeyUnusable, match="Invalid parameter requestID"):
        second.sign()


STATES: dict[str, tuple[Callable[[Held], None], str]] = {
    "disabled": (lambda held: setattr(held, "enabled", False), "has disabled the key"),
    "revoked": (lambda held: setattr(held, "certificate_status", "revoked"), "the certificate is revoked"),
    "another certificate": (lambda held: setattr(held, "key", pki().deputy), "another certificate"),
    "no SHA-256": (lambda held: setattr(held, "algorithms", ("1.2.840.10045.4.3.4",)), "does not sign with SHA-256"),
    "a page of its own": (lambda held: setattr(held, "mode", "oauth2code"), "the service's own page"),
}
OF_OFFICIALS: dict[str, tuple[Callable[[Held], None], str]] = {
    "not bound": (lambda held: setattr(held, "scal", "1"), "SCAL 2"),
    "asks nothing": (lambda held: setattr(held, "pin", None), "asks its owner for nothing"),
    "implicit": (lambda held: setattr(held, "mode", "implicit"), "asks its owner for nothing"),
    "sent passwords": (
        lambda held: vars(held).update(otp=OTP, otp_type="online"),
        "cannot be authorised by typing",
    ),
}


@pytest.mark.parametrize("state", STATES)
def test_a_key_that_cannot_be_used_is_said_at_the_start(remote: Remote, state: str) -> None:
    change, said = STATES[state]
    change(remote.head)
    change(remote.seal)
    faults = remote.faults()
    assert sorted(faults) == ["official-head", "seal-health"]
    assert all(why.startswith(f"{name}: ") and said in why for name, why in faults.items())


@pytest.mark.parametrize("state", OF_OFFICIALS)
def test_an_officials_key_must_ask_the_official_about_each_signature(remote: Remote, state: str) -> None:
    change, said = OF_OFFICIALS[state]
    change(remote.head)
    faults = remote.faults()
    assert list(faults) == ["official-head"]
    assert said in faults["official-head"]


def test_a_seal_cannot_type_one_time_passwords(remote: Remote) -> None:
    remote.seal.otp = OTP
    assert "nobody who types it" in remote.faults()["seal-health"]


def test_a_service_that_lacks_a_method_is_said_at_the_start(second: Remote) -> None:
    second.provider.methods = ("credentials/info", "credentials/authorize")
    assert set(second.faults().values()) == {"The service does not know signatures/signHash."}


@pytest.mark.parametrize(
    ("there", "instead", "said"),
    [
        ('api = "2.0"', 'api = "3.0"', "api must be one of 1.0.4, 2.0"),
        ('api = "2.0"', 'api = "1.0.4"\nasynchronous = true', "only version 2.0 of the API knows it"),
        ('"oauth2"', '"basic"', "version 2.0 of the API has no basic"),
        ('"oauth2"', '"magic"', "authorization must be one of oauth2, basic"),
        ('client_secret = "remote.secret"', 'client_secret = "none"', "client_secret: there is no file none"),
        ("seconds = 2", "seconds = 200", "seconds must be a whole number from 1 to 25"),
        ("seconds = 2", 'seconds = 2\nasynchronous = "yes"', "asynchronous must be true or false"),
        ("seconds = 2", 'seconds = 2\nca = "remote.secret"', "ca: "),
        ('credential = "SEAL"', 'credentials = "SEAL"', "there is no option credentials"),
        ('url = "http://127.0.0.1', 'url = "http://sign.example', "must begin with https"),
        ('url = "http://127.0.0.1', 'url = "http://user@127.0.0.1', "is not an address like"),
        ('url = "http://127.0.0.1', 'url = "ftp://127.0.0.1', "is not an address like"),
    ],
)
def test_what_cannot_be_is_said_with_its_place(second: Remote, there: str, instead: str, said: str) -> None:
    second.change(there, instead)
    with pytest.raises(KeyStoresInvalid) as caught:
        second.keyring()
    assert "stores.remote" in str(caught.value)
    assert said in str(caught.value)


def test_a_secret_never_stands_in_keys_toml(second: Remote) -> None:
    (second.folder / "remote.secret").write_text("\n")
    with pytest.raises(KeyStoresInvalid, match=r"client_secret: remote\.secret is empty"):
        second.keyring()
