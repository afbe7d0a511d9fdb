"""Both processes of the built-in authority as they are really started: gunicorn, loopback, one state."""

import hashlib
import os
import shutil
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from http.client import HTTPException
from pathlib import Path

import pytest
from asn1crypto import cms
from cryptography import x509

from config.clock import SystemClock
from config.settings import Settings
from signing.pki import ceremony
from signing.pki.errors import KeyFolderUnusable
from signing.pki.issue import Renewal, renew
from signing.pki.serving import responder_of, serve_responder, serve_tsa, tsa_of
from signing.timestamps.client import Timestamper
from tests.pki.build import pki
from tests.pki.serve import serving
from tests.processes import free_ports

PROGRAM = (
    "import sys; from config.settings import Settings; from signing.pki import serving; "
    "getattr(serving, sys.argv[1])(Settings.from_environment())"
)


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    shutil.copytree(pki().folder, tmp_path / "keys")
    sockets = dict.fromkeys(("SIGNER_SOCKET", "TYPESETTER_SOCKET"), "/nonexistent/socket")  # of others
    return {"DATA_FOLDER": str(tmp_path), "PORT": str(free_ports()), **sockets}


@contextmanager
def _running(name: str, environment: dict[str, str], ready: str) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen([sys.executable, "-c", PROGRAM, name], env=os.environ | environment)
    try:
        ends = time.monotonic() + 30
        while time.monotonic() < ends and process.poll() is None:
            try:
                with urllib.request.urlopen(ready, timeout=2) as response:
                    assert response.status == 200
                    break
            except (OSError, HTTPException):  # nobody listens yet, or the socket met itself
                continue
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0


@pytest.mark.slow
def test_timestamps_from_the_process_are_good_and_never_share_a_number(environment: dict[str, str]) -> None:
    settings = Settings.from_environment(environment)
    timestamper = Timestamper(settings.tsa_url, [pki().root], SystemClock(settings.time_zone), 10)
    ready = settings.tsa_url.removesuffix("/tsa") + "/healthz"
    tokens = []
    for _ in range(2):  # the second time after a restart
        with _running("serve_tsa", environment, ready):
            tokens += [timestamper.token(hashlib.sha256(bytes([n])).digest()) for n in range(5)]
    assert len(set(tokens)) == 10


@pytest.mark.slow
def test_the_responder_process_gives_lists(environment: dict[str, str]) -> None:
    settings = Settings.from_environment(environment)
    with (
        _running("serve_responder", environment, f"{settings.responder_url}/healthz"),
        urllib.request.urlopen(f"{settings.responder_url}/crl/issuing.crl", timeout=5) as response,
    ):
        assert x509.load_der_x509_crl(response.read()).issuer == pki().issuing.subject


@pytest.mark.parametrize(("serve", "key"), [(serve_tsa, "tsa"), (serve_responder, "ocsp")])
def test_a_key_that_cannot_be_used_stops_the_start_with_its_name(
    environment: dict[str, str], serve: Callable[[Settings], None], key: str
) -> None:
    settings = Settings.from_environment(environment)
    (settings.keys_folder / f"{key}.pass").write_text("wrong")
    with pytest.raises(KeyFolderUnusable, match=f"{key}.p12: the key cannot be opened"):
        serve(settings)
    for ending in ("p12", "pass"):
        shutil.copy(settings.keys_folder / f"seal-expired.{ending}", settings.keys_folder / f"{key}.{ending}")
    with pytest.raises(KeyFolderUnusable, match=f"{key}.p12: the certificate is not valid now"):
        serve(settings)


@pytest.mark.parametrize(
    ("signature", "kind"), [("ecdsa", "ecdsa"), ("rsa-pss", "rsassa_pss"), ("rsa", "rsassa_pkcs1v15")]
)
def test_the_tsa_signs_as_the_setting_says_once_its_key_is_renewed(
    environment: dict[str, str], signature: str, kind: str
) -> None:
    settings = Settings.from_environment(environment | {"TSA_SIGNATURE": signature})
    password = (settings.keys_folder / "tsa.pass").read_bytes()
    now = SystemClock(settings.time_zone).now()
    how = Renewal(now, password=password, tsa_by_curve=settings.authority.tsa_signature == "ecdsa")
    renew(ceremony.load_authority(settings.keys_folder), "tsa", how)
    with serving(tsa_of(settings)) as url:
        clock = SystemClock(settings.time_zone)
        token = Timestamper(f"{url}/tsa", [pki().root], clock, 5).token(hashlib.sha256(b"x").digest())
    signer = cms.ContentInfo.load(token)["content"]["signer_infos"][0]
    assert signer["signature_algorithm"].signature_algo == kind


def test_the_applications_are_made_of_the_folder(environment: dict[str, str]) -> None:
    settings = Settings.from_environment(environment)
    assert callable(responder_of(settings))
    assert callable(tsa_of(replace(settings, data_folder=settings.data_folder / "other")))
