"""The agent as a process of its own, as an official starts it; the address that it opens is told to the test."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, pkcs12

from config.processes import with_parent
from tests.pki.build import Identity
from tests.processes import wait_for

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Agent:
    """A running agent; `folder` holds its pairings and what it said."""

    folder: Path
    process: subprocess.Popen[bytes]

    @property
    def said(self) -> str:
        return (self.folder / "said").read_text()

    def opened(self) -> str:
        """The address that it brought before the person last; told once."""
        path = self.folder / "opened"
        wait_for(path.exists)
        address = path.read_text()
        path.unlink()
        return address


def antin(
    *arguments: str, typed: str = "", environment: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """One command, to its end."""
    command = [sys.executable, "-m", "app", *arguments]
    given = os.environ | (environment or {})
    return subprocess.run(command, input=typed, capture_output=True, text=True, cwd=ROOT, env=given, timeout=60)


@contextmanager
def running(
    folder: Path, port: int, options: Sequence[str], environment: Mapping[str, str] | None = None
) -> Iterator[Agent]:
    """`antin agent run` on this port, until the block ends."""
    opened = folder / "opened"
    opener = f"sh -c 'printf %s \"$0\" > {opened}.new && mv {opened}.new {opened}'"
    command = [sys.executable, "-m", "app", "agent", "run", "--folder", str(folder), "--port", str(port)]
    with (folder / "said").open("wb") as said:
        process = subprocess.Popen(
            with_parent([*command, "--open", opener, *options]),
            cwd=ROOT,
            env=os.environ | (environment or {}),
            stdout=said,
            stderr=said,
        )
    agent = Agent(folder, process)
    try:
        wait_for(lambda: "Signing as" in agent.said or process.poll() is not None)
        assert process.poll() is None, agent.said
        yield agent
    finally:
        process.terminate()
        assert process.wait(20) == 0, agent.said


def write_key(folder: Path, key: Identity, pin: str) -> list[str]:
    """Key and certificate as files; the options that name them."""
    folder.mkdir(parents=True, exist_ok=True)
    protection = BestAvailableEncryption(pin.encode())
    packed = pkcs12.serialize_key_and_certificates(b"own", key.key, key.certificate, None, protection)
    (folder / "own.p12").write_bytes(packed)
    return ["--pkcs12", str(folder / "own.p12"), *write_certificate(folder, key)]


def write_certificate(folder: Path, key: Identity) -> list[str]:
    """The certificate as a file; the option that names it."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "own.pem").write_bytes(key.certificate.public_bytes(Encoding.PEM))
    return ["--certificate", str(folder / "own.pem")]
