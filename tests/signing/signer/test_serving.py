"""The start of the signer process: with everything in order or not at all, and once."""

import os
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from config.clock import FrozenClock
from config.settings import Settings
from config.unit_of_work import UnitOfWork
from signing.journal.record import KeyUse
from signing.signer.client import SignerClient
from signing.signer.errors import SignerNotReady, SignerUnavailable
from signing.signer.serving import prepare
from tests.pki.build import copy_of, pki

Spoil = Callable[[Settings], object]


def _without(name: str) -> Spoil:
    return lambda settings: (settings.keys_folder / name).unlink()


def _expired(settings: Settings) -> None:
    for ending in ("p12", "pass", "pem"):
        shutil.copy(pki().folder / f"seal-expired.{ending}", settings.keys_folder)


def _other_log_key(settings: Settings) -> None:
    key = pki().seal.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (settings.keys_folder / "log.key.pem").write_bytes(key)


SPOILT: dict[str, tuple[Spoil, str]] = {
    "no role of its own": (
        lambda settings: replace(settings, database_signer_url=""),
        "DATABASE_SIGNER_URL: is missing",
    ),
    "no password": (_without("seal-health.pass"), "seal-health: needs seal-health.pass"),
    "an expired seal": (_expired, "seal-expired: the certificate expired on 2025-07-01."),
    "no log key": (_without("log.key.pem"), "log.key.pem: no key can be read"),
    "another log key": (_other_log_key, "must hold an Ed25519 key"),
    "no anchor": (_without("trust/root.pem"), "no trusted root"),
    "an open folder": (lambda settings: settings.keys_folder.chmod(0o755), "closed to other users"),
    "damaged counts": (
        lambda settings: (settings.data_folder / "signer" / "pin-attempts.json").write_text("{"),
        "cannot be read",
    ),
    "no database": (
        lambda settings: replace(settings, database_signer_url="postgresql://x@/none?host=/nonexistent"),
        "cannot read its journal",
    ),
}


@pytest.mark.parametrize("what", SPOILT)
def test_it_does_not_start_with(what: str, signer_settings: Settings, unit: UnitOfWork, clock: FrozenClock) -> None:
    prepare(signer_settings, clock).close()
    spoil, line = SPOILT[what]
    with pytest.raises(SignerNotReady, match=line):
        spoilt = spoil(signer_settings)
        prepare(spoilt if isinstance(spoilt, Settings) else signer_settings, clock)


def test_all_faults_of_keys_are_said_at_once(signer_settings: Settings, unit: UnitOfWork, clock: FrozenClock) -> None:
    (signer_settings.keys_folder / "seal-health.pass").unlink()
    (signer_settings.keys_folder / "seal-trade.pass").write_text("wrong")
    with pytest.raises(SignerNotReady) as caught:
        prepare(signer_settings, clock)
    assert len(str(caught.value).splitlines()) == 2


def test_a_changed_journal_stops_the_start(signer_settings: Settings, unit: UnitOfWork, clock: FrozenClock) -> None:
    first = prepare(signer_settings, clock)
    first.answers._journal.record(KeyUse("seal-health", "seal", "0" * 64), "asked")
    first.close()
    with psycopg.connect(signer_settings.database_owner_url, autocommit=True) as owner:
        owner.execute("UPDATE signing_journal SET key = 'another'")
    with pytest.raises(SignerNotReady, match="not the one that the signer remembers"):
        prepare(signer_settings, clock)


def test_two_signers_do_not_share_a_data_folder(
    signer_settings: Settings, unit: UnitOfWork, clock: FrozenClock
) -> None:
    first = prepare(signer_settings, clock)
    with pytest.raises(SignerNotReady, match="Another signer process"):
        prepare(signer_settings, clock)
    first.close()
    prepare(signer_settings, clock).close()


PROGRAM = """
import sys
from config.settings import Settings
from dataclasses import replace
from signing.signer.errors import SignerNotReady
from signing.signer.serving import serve_signer
settings = replace(Settings.from_environment(), database_signer_url=sys.argv[1])
try:
    serve_signer(settings)
except SignerNotReady as reason:
    sys.exit(str(reason))
"""


@pytest.mark.slow
def test_the_process_answers_and_stops_cleanly_or_is_killed_and_starts_again(
    settings: Settings, unit: UnitOfWork, tmp_path: Path
) -> None:
    ours = copy_of(pki(), tmp_path / "keys")
    for path in ours.folder.glob("seal-expired.*"):
        path.unlink()
    path = tmp_path / "run" / "signer.sock"
    environment = os.environ | {"DATA_FOLDER": str(tmp_path)}
    client = SignerClient(path, 10)
    for ending in (signal.SIGKILL, signal.SIGTERM):
        process = subprocess.Popen([sys.executable, "-c", PROGRAM, settings.database_signer_url], env=environment)
        for _ in range(400):
            try:
                assert client.certificate("seal-health").certificate == ours.seal.certificate_der
                break
            except SignerUnavailable:
                assert process.poll() is None
                threading.Event().wait(0.05)
        process.send_signal(ending)
        assert process.wait(15) == (0 if ending == signal.SIGTERM else -9)
    assert not path.exists()
