"""Which installations this agent listens to: their addresses, their public keys, and how the agent is called there."""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from config.tokens import random_secret
from signing.agent.errors import AgentStopped
from signing.agent_requests.jws import JwsInvalid, public_key_of, thumbprint
from signing.pki.keyfolder import write_private

FILE = "pairings.json"


@dataclass(frozen=True)
class Pairing:
    """`origin` as browsers write it; `issuer` as the installation calls itself; `agent` is known to no other."""

    origin: str
    issuer: str
    jwk: dict[str, str]
    agent: str

    @property
    def fingerprint(self) -> str:
        """SHA-256 (hex) of the pinned key."""
        return thumbprint(self.jwk)


class Pairings:
    """The pairings in one folder of the person's, closed to others. Read anew each time: a new one counts at once."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def all(self) -> list[Pairing]:
        """Every pairing (AgentStopped when the file cannot be read: then nobody is listened to)."""
        path = self._folder / FILE
        try:
            if not path.exists():
                return []
            if path.stat().st_mode & 0o077 or path.stat().st_uid != os.getuid():
                raise AgentStopped(f"{path}: must be yours alone (mode 0600).")
            return [_pairing(item) for item in json.loads(path.read_bytes())]
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise AgentStopped(f"{path}: cannot be read: {error}.") from error

    def find(self, origin: str) -> Pairing | None:
        """The pairing of exactly this origin."""
        return next((one for one in self.all() if one.origin == origin), None)

    def keep(self, origin: str, issuer: str, jwk: dict[str, str]) -> Pairing:
        """Pair with an installation, in place of what was pinned for the same address; a new name for the agent."""
        made = Pairing(origin, issuer, dict(jwk), random_secret())
        with self._changed() as others:
            others[:] = [one for one in others if one.origin != origin] + [made]
        return made

    def forget(self, origin: str) -> bool:
        """Unpair; False when there was nothing."""
        with self._changed() as others:
            before = len(others)
            others[:] = [one for one in others if one.origin != origin]
            return len(others) < before

    @contextmanager
    def _changed(self) -> Iterator[list[Pairing]]:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(self._folder / ".lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            found = self.all()
            yield found
            write_private(self._folder / FILE, json.dumps([asdict(one) for one in found], indent=1).encode())
        finally:
            os.close(descriptor)


def _pairing(item: dict[str, Any]) -> Pairing:
    names = {name: str(item[name]) for name in ("origin", "issuer", "agent")}
    jwk = {str(name): str(value) for name, value in item["jwk"].items()}
    try:
        public_key_of(jwk)
    except JwsInvalid as error:
        raise ValueError(str(error)) from error
    return Pairing(jwk=jwk, **names)
