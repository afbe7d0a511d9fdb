"""Has `openssl cms` make a whole signature, as a program of an official's own would."""

from __future__ import annotations

import subprocess
from pathlib import Path

from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from tests.pki.build import Identity

GOOD = ("-cades", "-nosmimecap", "-md", "sha256")


def made(folder: Path, key: Identity, content: bytes, *options: str) -> bytes:
    """What `openssl cms -sign` makes of the octets."""
    (folder / "covered.bin").write_bytes(content)
    (folder / "cert.pem").write_bytes(key.certificate.public_bytes(Encoding.PEM))
    (folder / "key.pem").write_bytes(key.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    command = ["openssl", "cms", "-sign", "-binary", "-outform", "DER", "-signer", "cert.pem", "-inkey", "key.pem"]
    command += ["-in", "covered.bin", "-out", "made.der", *options]
    subprocess.run(command, cwd=folder, check=True, capture_output=True)
    return (folder / "made.der").read_bytes()
