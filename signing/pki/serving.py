"""Starts the built-in authority's two processes: `antin signing tsa` and `antin signing responder`."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import pkcs12
from gunicorn.app.base import BaseApplication

from config.clock import SystemClock
from config.settings import Settings
from signing.pki.api import responder_application, tsa_application
from signing.pki.ceremony import load_authority
from signing.pki.errors import KeyFolderUnusable
from signing.pki.ocsp import OcspResponder
from signing.pki.revoked import RevocationRegister
from signing.pki.serials import SerialNumbers
from signing.pki.tsa import TimestampAuthority, TsaKey

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

THREADS = 4


def serve_tsa(settings: Settings) -> None:
    """Run the time-stamping authority until it is told to stop."""
    _service_key(settings, "tsa")  # an unreadable key stops the start here, with one line
    _Service(settings.tsa_url, lambda: tsa_of(settings)).run()


def serve_responder(settings: Settings) -> None:
    """Run the OCSP and list responder until it is told to stop."""
    _service_key(settings, "ocsp")
    _Service(settings.responder_url, lambda: responder_of(settings)).run()


def tsa_of(settings: Settings) -> "WSGIApplication":
    """The TSA of this installation; holds its state folder, so one process at a time."""
    opened = _service_key(settings, "tsa")
    if not isinstance(opened.key, RSAPrivateKey):
        raise KeyFolderUnusable("tsa.p12: the time-stamping authority needs an RSA key.")
    serials = SerialNumbers(settings.data_folder / "tsa", SystemClock(settings.time_zone))
    return tsa_application(TimestampAuthority(TsaKey(opened.certificate, opened.chain, opened.key), serials))


def responder_of(settings: Settings) -> "WSGIApplication":
    """The responder of this installation's built-in authority."""
    opened = _service_key(settings, "ocsp")
    built_in = load_authority(settings.keys_folder, settings.responder_url)
    register = RevocationRegister(settings.keys_folder)
    ocsp = OcspResponder(
        built_in.issuing.certificate,
        built_in.issuing.name,
        opened.certificate,
        opened.key,
        built_in.issued,
        register.find,
    )
    return responder_application(built_in, ocsp, register, SystemClock(settings.time_zone))


@dataclass(frozen=True)
class _Opened:
    certificate: Any
    chain: list[Any]
    key: RSAPrivateKey | EllipticCurvePrivateKey


def _service_key(settings: Settings, name: str) -> _Opened:
    """Open `<name>.p12` with `<name>.pass`; refuses what cannot be read or is not valid now."""
    folder = settings.keys_folder
    try:
        password = (folder / f"{name}.pass").read_bytes().strip()
        packed = pkcs12.load_pkcs12((folder / f"{name}.p12").read_bytes(), password)
    except (OSError, ValueError) as error:
        raise KeyFolderUnusable(f"{name}.p12: the key cannot be opened with {name}.pass.") from error
    if packed.cert is None or not isinstance(packed.key, RSAPrivateKey | EllipticCurvePrivateKey):
        raise KeyFolderUnusable(f"{name}.p12: holds no key with its certificate.")
    certificate = packed.cert.certificate
    now = SystemClock(settings.time_zone).now()
    if not certificate.not_valid_before_utc <= now <= certificate.not_valid_after_utc:
        raise KeyFolderUnusable(f"{name}.p12: the certificate is not valid now.")
    return _Opened(certificate, [extra.certificate for extra in packed.additional_certs], packed.key)


class _Service(BaseApplication):  # type: ignore[misc]
    """One gunicorn worker with a few threads on the host and port of an address."""

    def __init__(self, address: str, make: "Callable[[], WSGIApplication]") -> None:
        parts = urlsplit(address)
        self._bind = f"{parts.hostname}:{parts.port or 80}"
        self._make = make
        super().__init__()

    def load_config(self) -> None:
        options = {
            "bind": self._bind,
            "workers": 1,  # serial numbers have one holder
            "worker_class": "gthread",
            "threads": THREADS,
            "timeout": 30,
            "graceful_timeout": 5,
            "keepalive": 15,
            "preload_app": False,  # the key and the state belong to the worker, not to its parent
            "control_socket_disable": True,
            "accesslog": None,
            "loglevel": "warning",
        }
        for name, value in options.items():
            self.cfg.set(name, value)

    def load(self) -> "WSGIApplication":
        return self._make()
