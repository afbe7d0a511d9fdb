"""A real PKCS #11 module for tests: SoftHSM 2, its tokens in a folder of the test run."""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from tests.pki.build import Identity

FOLDERS = ("/usr/lib/softhsm", "/usr/lib/x86_64-linux-gnu/softhsm", "/usr/lib64/pkcs11", "/usr/local/lib/softhsm")
MODULE = next((path for folder in FOLDERS if (path := Path(folder) / "libsofthsm2.so").exists()), None)
UTILITY = shutil.which("softhsm2-util")
ABSENT = "SoftHSM is not here: apt-get install softhsm2"


@dataclass(frozen=True)
class SoftHsm:
    """Tokens below one folder. The module reads where they are from the environment, once in a process."""

    folder: Path
    module: Path

    def environment(self) -> dict[str, str]:
        return {"SOFTHSM2_CONF": str(self.folder / "softhsm2.conf")}

    def add_token(self, label: str, pin: str) -> None:
        """A new token; the processes that loaded the module before do not see it."""
        self._run("--init-token", "--free", "--label", label, "--so-pin", "12345678", "--pin", pin)

    def put(self, token: str, pin: str, key: Identity, label: str, number: str) -> None:
        """Bring a key in, with its public part; `number` is its identifier in hexadecimal."""
        file = self.folder / f"{label}.pem"
        file.write_bytes(key.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
        self._run("--import", str(file), "--token", token, "--pin", pin, "--label", label, "--id", number)
        file.unlink()

    def _run(self, *arguments: str) -> None:
        command = [UTILITY or "", "--module", str(self.module), *arguments]
        subprocess.run(command, check=True, capture_output=True, env=os.environ | self.environment(), timeout=60)


def make_softhsm(folder: Path) -> SoftHsm:
    """An empty SoftHSM in a folder that is there."""
    assert MODULE is not None
    (folder / "tokens").mkdir(mode=0o700)
    (folder / "softhsm2.conf").write_text(
        f"directories.tokendir = {folder / 'tokens'}\nobjectstore.backend = file\nlog.level = ERROR\n"
    )
    return SoftHsm(folder, MODULE)
