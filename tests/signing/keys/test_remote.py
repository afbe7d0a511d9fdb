"""The one place that talks to key services: whom it trusts, and whose addresses it never asks."""

import ipaddress
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from config.tokens import random_bytes
from signing.keys.errors import KeyUnusable
from signing.keys.remote import Remote
from tests.csc.provider import Provider
from tests.csc.serve import Running, serving


def server_certificate(folder: Path, host: x509.GeneralName) -> tuple[Path, Path]:
    """Certificate and key of a server, signed by itself, as PEM files."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "a key service")])
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), int.from_bytes(random_bytes(16)) >> 1)
        .not_valid_before(datetime(2020, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2020, 1, 1, tzinfo=UTC) + timedelta(days=36_500))
        .add_extension(x509.SubjectAlternativeName([host]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    certificate, secret = folder / "server.pem", folder / "server.secret"
    certificate.write_bytes(made.public_bytes(Encoding.PEM))
    secret.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return certificate, secret


@pytest.fixture
def tls(tmp_path: Path) -> tuple[Path, Path]:
    return server_certificate(tmp_path, x509.IPAddress(ipaddress.ip_address("127.0.0.1")))


@pytest.fixture
def running(tls: tuple[Path, Path]) -> Iterator[Running]:
    with serving(Provider("2.0", {}), tls) as running:
        yield running


def info(server: Remote) -> object:
    return server.post("/info", b"{}", {"Content-Type": "application/json"}).read().get("specs")


def test_a_server_is_trusted_by_the_roots_in_the_file_alone(running: Running, tls: tuple[Path, Path]) -> None:
    assert info(Remote(running.address, tls[0])) == "2.0.0.2"
    with pytest.raises(KeyUnusable, match="shows a certificate that is not trusted"):
        info(Remote(running.address))


def test_a_certificate_for_another_name_is_refused(tmp_path: Path) -> None:
    files = server_certificate(tmp_path, x509.DNSName("sign.example"))
    with (
        serving(Provider("2.0", {}), files) as running,
        pytest.raises(KeyUnusable, match="not trusted: IP address mismatch"),
    ):
        info(Remote(running.address, files[0]))


@pytest.mark.parametrize("way", ["slow", "trickle", "huge", "elsewhere"])
def test_time_and_size_have_their_limits_with_tls_as_well(running: Running, tls: tuple[Path, Path], way: str) -> None:
    running.misbehave("/info", way)
    with pytest.raises(KeyUnusable):
        info(Remote(running.address, tls[0], 0.5))


def test_a_server_without_tls_behind_an_address_with_it_is_refused(tls: tuple[Path, Path]) -> None:
    with serving(Provider("2.0", {})) as running:
        with pytest.raises(KeyUnusable, match="does not speak TLS with us"):
            info(Remote(running.address.replace("http:", "https:"), tls[0]))
        assert info(Remote(running.address)) == "2.0.0.2"


def test_a_proxy_of_the_environment_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    with serving(Provider("2.0", {})) as running:
        assert info(Remote(running.address)) == "2.0.0.2"


@pytest.mark.parametrize(
    "address", ["http://127.0.0.1/a", "http://[::1]:80", "http://localhost", "https://sign.example"]
)
def test_a_secret_may_be_sent_with_tls_or_to_this_machine(address: str) -> None:
    Remote(address)


WRONG = ["http://sign.example", "http://127.0.0.1.example", "http://10.0.0.1", "sign.example", "file:///x", "https://"]
WRONG += ["https://a:b@sign.example", "https://sign.example/?q", "https://sign.example/#f", "https://sign.example:x"]


@pytest.mark.parametrize("address", WRONG)
def test_a_secret_is_sent_nowhere_else(address: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        Remote(address)


def test_header_values_of_others_break_no_request(running: Running, tls: tuple[Path, Path]) -> None:
    with pytest.raises(KeyUnusable):
        Remote(running.address, tls[0]).post("/info", b"{}", {"Authorization": "Bearer x\r\nX-Other: y"})
