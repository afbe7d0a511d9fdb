"""Keys of the agent's owner: files, and tokens of a real SoftHSM; wrong PINs, tokens that are pulled out."""

from __future__ import annotations

from pathlib import Path

import pytest

from signing.agent.consent import Asking
from signing.agent.errors import AgentStopped, KeyNotReady
from signing.agent.keys import OwnKey, key_in_file, key_in_token, read_certificate
from signing.keys.errors import KeyUnusable, WrongPin
from signing.keys.pkcs11 import Place
from signing.pades.complete import check_value
from tests.agent.running import write_key
from tests.pki.build import PIN, Identity, pki
from tests.softhsm import SoftHsm


def signs(key: OwnKey, pin: str, official: Identity) -> None:
    with key.open(pin) as opened:
        check_value(b"data", opened.sign(b"data"), official.certificate_der)


def test_a_file_is_opened_by_its_pin_alone(key: OwnKey, official: Identity) -> None:
    signs(key, PIN, official)
    with pytest.raises(WrongPin), key.open("wrong"):
        pass
    assert key.holder == "Nguyễn Thị Thử"


def test_a_file_with_another_key_than_the_certificate_s_is_not_used(tmp_path: Path, official: Identity) -> None:
    write_key(tmp_path, pki().deputy, PIN)
    with pytest.raises(KeyUnusable), key_in_file(tmp_path / "own.p12", official.certificate_der).open(PIN):
        pass


def test_what_is_not_there_stops_the_start(tmp_path: Path) -> None:
    (tmp_path / "own.pem").write_bytes(b"none")
    for attempt in (
        lambda: read_certificate(tmp_path / "own.pem"),
        lambda: read_certificate(tmp_path / "other.pem"),
        lambda: key_in_file(tmp_path / "own.p12", b""),
        lambda: key_in_token(tmp_path / "module.so", Place("token", "label", None), b""),
    ):
        with pytest.raises(AgentStopped):
            attempt()


def test_a_token_signs_and_says_when_its_pin_is_wrong(softhsm: SoftHsm, official: Identity) -> None:
    key = key_in_token(softhsm.module, Place("head", "head", None), official.certificate_der)
    signs(key, PIN, official)
    with pytest.raises(WrongPin), key.open("000000"):
        pass
    signs(key, PIN, official)


def test_a_token_that_was_pulled_out_can_be_put_back(
    softhsm: SoftHsm, official: Identity, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("signing.keys.pkcs11_module.LEAST_SECONDS", 0)  # as after some seconds
    key = key_in_token(softhsm.module, Place("head", "head", None), official.certificate_der)
    signs(key, PIN, official)
    asking = Asking([], "", key.holder, "en", lambda pin: signs(key, pin, official))
    tokens, away = softhsm.folder / "tokens", softhsm.folder / "away"
    tokens.rename(away)
    tokens.mkdir(mode=0o700)
    assert asking.answer(PIN) == KeyNotReady.detail
    assert not asking.over.is_set()
    tokens.rmdir()
    away.rename(tokens)
    assert asking.answer(PIN) == ""
    asking.wait(0)
