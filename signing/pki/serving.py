"""Starts the built-in authority's two processes: `antin signing tsa` and `antin signing responder`."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from cryptography import x509
from gunicorn.app.base import BaseApplication

from config.clock import SystemClock
from config.settings import Settings
from signing.pki.api import responder_application, tsa_application
from signing.pki.authority import PrivateKey
from signing.pki.built_in import load_published
from signing.pki.delegate import DelegatedResponder
from signing.pki.errors import KeyFolderUnusable, PassphraseWrong
from signing.pki.issue import adopt
from signing.pki.keyfiles import read_password, unpack
from signing.pki.keyfolder import locked
from signing.pki.lists import Lists
from signing.pki.replaced import Following, ReplacedAuthority
from signing.pki.revoked import RevocationRegister
from signing.pki.serials import SerialNumbers
from signing.pki.timekeeping import ClockWatch
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
    _Service(settings.responder_url, lambda: Following(lambda: responder_of(settings), _above(settings))).run()


def tsa_of(settings: Settings) -> "WSGIApplication":
    """The TSA of this installation; holds its state folder, so one process at a time."""
    serials = SerialNumbers(settings.data_folder / "tsa", SystemClock(settings.time_zone))
    names = settings.authority
    watch = ClockWatch(names.clock_must_be_synchronised)

    def made() -> TimestampAuthority:
        return TimestampAuthority(_tsa_key(settings), serials, names.tsa_policy, watch.allows)

    return tsa_application(ReplacedAuthority(made, settings.keys_folder, settings.keys_folder / "tsa.p12"))


def _tsa_key(settings: Settings) -> TsaKey:
    key, certificate, above = _service_key(settings, "tsa")
    return TsaKey(certificate, above, key, pss=settings.authority.tsa_signature == "rsa-pss")


def responder_of(settings: Settings) -> "WSGIApplication":
    """The responder of this installation's built-in authority; makes lists where the issuing key is at hand."""
    folder, clock = settings.keys_folder, SystemClock(settings.time_zone)
    built_in = load_published(folder, settings.authority.address, settings.authority.policy)
    with locked(folder):
        adopt(folder)
    register = RevocationRegister(folder)
    lists = Lists({one.name: one for one in (built_in.issuing, built_in.root)}, register, clock, folder)
    return responder_application(built_in, DelegatedResponder(built_in, register), register, clock, lists)


def _above(settings: Settings) -> list[Path]:
    """The certificates of the authorities, by which the responder knows for whom it answers."""
    return [settings.keys_folder / f"{name}.pem" for name in ("issuing", "root")]


def _service_key(settings: Settings, name: str) -> tuple[PrivateKey, x509.Certificate, list[x509.Certificate]]:
    """Open `<name>.p12` with `<name>.pass`; refuses what cannot be read or is not valid now."""
    folder = settings.keys_folder
    try:
        opened = unpack(folder / f"{name}.p12", read_password(folder / f"{name}.pass") or b"")
    except PassphraseWrong as error:
        raise KeyFolderUnusable(f"{name}.p12: the key cannot be opened with {name}.pass.") from error
    now = SystemClock(settings.time_zone).now()
    if not opened[1].not_valid_before_utc <= now <= opened[1].not_valid_after_utc:
        raise KeyFolderUnusable(f"{name}.p12: the certificate is not valid now.")
    return opened


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
