"""A folder of keys that lists a seal and an official's key at a remote signing service."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from cryptography.hazmat.primitives.serialization import Encoding

from config.clock import FrozenClock
from signing.keys.keyring import Keyring
from tests.csc.provider import CLIENT_SECRET, Held, Provider
from tests.csc.serve import Running
from tests.pki.build import PIN, Identity, pki

CLOCK = FrozenClock(datetime(2026, 2, 12, 3, 0, tzinfo=UTC), ZoneInfo("Asia/Ho_Chi_Minh"))
SEAL_PIN = "975310"
KEYS = """
[stores.remote]
kind = "csc"
api = "{version}"
url = "{url}"
authorization = "oauth2"
token = "{token}"
client = "antin"
client_secret = "remote.secret"
seconds = 2

[keys.seal-health]
store = "remote"
credential = "SEAL"

[keys.official-head]
store = "remote"
credential = "HEAD"
"""


@dataclass
class Remote:
    """A service that runs, and the folder of keys that lists it."""

    running: Running
    folder: Path

    @property
    def provider(self) -> Provider:
        return self.running.provider

    @property
    def head(self) -> Held:
        return self.provider.held["HEAD"]

    @property
    def seal(self) -> Held:
        return self.provider.held["SEAL"]

    def keyring(self) -> Keyring:
        return Keyring(self.folder, CLOCK, {})

    def faults(self) -> dict[str, str]:
        """What is said at the start, by the key's name."""
        return {fault.name: fault.why for fault in self.keyring().open_seals()}

    def change(self, there: str, instead: str) -> None:
        """Write something else into `keys.toml`."""
        file = self.folder / "keys.toml"
        assert there in file.read_text()
        file.write_text(file.read_text().replace(there, instead))

    def asked(self, path: str) -> list[object]:
        """What a method was asked so far."""
        return [asked for called, asked in self.provider.calls if called == path]

    def sign(self, pin: str = PIN, data: bytes = b"data") -> bytes:
        """The official's signature, in an act of its own."""
        key = self.keyring().official("official-head", pin)
        try:
            return key.sign(data)
        finally:
            key.close()


def provider(version: str) -> Provider:
    """A service that holds both keys."""
    return Provider(version, {"SEAL": Held(pki().seal, SEAL_PIN), "HEAD": Held(pki().official, PIN)})


def lay_out(folder: Path, running: Running) -> None:
    """List both keys in a folder, with their certificates and secrets beside."""
    given = {"version": running.provider.version, "url": running.address, "token": running.token_address}
    (folder / "keys.toml").write_text(KEYS.format(**given))
    (folder / "remote.secret").write_text(CLIENT_SECRET + "\n")
    (folder / "seal-health.pass").write_text(SEAL_PIN)
    show(folder, "seal-health", running.provider.held["SEAL"].key)
    show(folder, "official-head", running.provider.held["HEAD"].key)


def show(folder: Path, name: str, key: Identity) -> None:
    """The certificates of a key."""
    shown = [key.certificate, *key.chain]
    (folder / f"{name}.pem").write_bytes(b"".join(each.public_bytes(Encoding.PEM) for each in shown))
