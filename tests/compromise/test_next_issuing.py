"""The issuing authority was lost and its root is on another machine: the ceremony makes the next one in its place."""

from __future__ import annotations

from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from config.clock import SystemClock
from config.retired import RetiredKey, RetiredKeys
from signing.pki.errors import PassphraseWrong
from signing.pki.former import former_lists, list_name, put_aside
from signing.pki.keyfiles import read_certificate
from signing.pki.marks import mark_of
from tests.conftest import HANOI
from tests.signing.pki.commands import PASSPHRASE, Machine

NAMES = {"AUTHORITY_ORGANISATION": "Example Authority", "AUTHORITY_URL": "http://pki.example"}

pytestmark = pytest.mark.slow


def test_the_ceremony_makes_the_next_one(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    root = Machine(monkeypatch, tmp_path / "root-machine", **NAMES)
    house = Machine(monkeypatch, tmp_path / "house", **NAMES)
    (carried := tmp_path / "stick").mkdir()
    secret, root_secret = ("--passphrase-file", house.passphrase), ("--passphrase-file", root.passphrase)
    ca = root.folder / "ca"
    said = root.must("authority", "create-root", ca, "--name", "Example Root", *root_secret)
    fingerprint = said.splitlines()[-1].removeprefix("SHA-256 ")

    def ceremony(name: str) -> x509.Certificate:
        house.must("authority", "request", carried, "--name", name, *secret)
        root.must("authority", "sign", ca, carried, "--name", name, *root_secret)
        house.must("authority", "install", carried, "--root-fingerprint", fingerprint)
        return read_certificate(house.keys / "issuing.pem")

    def issue(code: str) -> int:
        return house.run("issue-certificate", "seal", code, "--agency", "Example Agency", *secret).exit_code

    first, now = ceremony("Example Issuing"), SystemClock(HANOI).now()
    assert issue("before") == 0
    RetiredKeys(house.keys).add(RetiredKey("issuing", "issuing", mark_of(first), now, now))
    assert issue("refused") == 1
    with pytest.raises(PassphraseWrong):
        put_aside(house.keys, b"not the passphrase", now)
    assert (house.keys / "issuing.pem").exists()
    for _ in range(2):
        put_aside(house.keys, PASSPHRASE.encode(), now)
    last = x509.load_der_x509_crl(former_lists(house.keys)[list_name(first)])
    key = first.public_key()
    assert isinstance(key, RSAPublicKey) and last.is_signature_valid(key)
    assert last.next_update_utc == first.not_valid_after_utc

    second = ceremony("Example Issuing 2")
    assert mark_of(second) != mark_of(first)
    assert issue("after") == 0
    assert read_certificate(house.keys / "seal-after.pem").issuer == second.subject
    house.must("renew-certificate", "seal-before", "--same-key", *secret)
    before = read_certificate(house.keys / "seal-before.pem")
    before.verify_directly_issued_by(second)
    assert house.must("authority", "audit") == ""
