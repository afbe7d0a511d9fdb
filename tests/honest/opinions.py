"""What other programs say of a signed PDF, in four words.

good     every signature is valid, and one of them covers the whole file
partly   every signature is valid, and none covers the whole file
bad      a signature is not valid
nothing  the program sees no signature, or cannot read the file
crashed  the program comes to its end over the file
"""

from __future__ import annotations

import json
import subprocess
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path

from cryptography.hazmat.primitives.serialization import Encoding

from signing.pades.byte_range import BYTE_RANGE
from tests.pki.build import pki

GOOD, PARTLY, BAD, NOTHING, CRASHED = "good", "partly", "bad", "nothing", "crashed"
UNO_PYTHON = "/usr/bin/python3"
LONGEST = 300  # seconds for all files


def _word(found: Iterable[tuple[bool, bool]]) -> str:
    """From "is valid" and "covers the whole file" of each signature."""
    said = list(found)
    if not said:
        return NOTHING
    if not all(valid for valid, _ in said):
        return BAD
    return GOOD if any(whole for _, whole in said) else PARTLY


def by_pdfsig(path: Path) -> str:
    """Poppler, without its list of roots. It verifies no timestamps over the document, but says what they cover."""
    done = subprocess.run(["pdfsig", "-nocert", path], capture_output=True, timeout=60)
    parts = done.stdout.decode(errors="replace").split("Signature #")[1:]
    signed = [part for part in parts if "is not signed" not in part]
    return _word(("Signature is Valid" in part or _is_unknown(part), "- Total document" in part) for part in signed)


def _is_unknown(part: str) -> bool:
    return "Signature Type: unknown" in part and "has not yet been verified" in part


def by_openssl(pdf: bytes, folder: Path) -> str:
    """`openssl cms -verify` and `openssl ts -verify` over the bytes that each /ByteRange names."""
    return _word(_each_by_openssl(pdf, folder))


def _each_by_openssl(pdf: bytes, folder: Path) -> Iterable[tuple[bool, bool]]:
    content, signature, root = folder / "content", folder / "signature", folder / "root.pem"
    root.write_bytes(pki().root.public_bytes(Encoding.PEM))
    for match in BYTE_RANGE.finditer(pdf):
        first, second, length = map(int, match.groups())
        covered = pdf[:first] + pdf[second : second + length]
        content.write_bytes(covered)
        try:
            cms = bytes.fromhex(pdf[first + 1 : second - 1].decode())
        except ValueError:
            cms = b""
        signature.write_bytes(cms)
        common: list[str | Path] = ["-in", signature]
        if b"\x2a\x86\x48\x86\xf7\x0d\x01\x09\x10\x01\x04" in cms[:120]:  # id-ct-TSTInfo
            command = ["openssl", "ts", "-verify", *common, "-token_in", "-data", content, "-CAfile", root]
        else:
            check: list[str | Path] = ["-content", content, "-noverify", "-out", "/dev/null"]
            command = ["openssl", "cms", "-verify", "-binary", "-inform", "DER", *common, *check]
        done = subprocess.run(command, capture_output=True, timeout=60)
        yield done.returncode == 0, second + length == len(pdf)


def by_libreoffice(folder: Path) -> Mapping[str, str]:
    """What LibreOffice says of every PDF in a folder, by name."""
    office = Path(__file__).with_name("office.py")
    with tempfile.TemporaryDirectory() as profile:
        place = Path(profile) / "files"
        place.mkdir()
        for path in folder.glob("*.pdf"):
            (place / path.name).write_bytes(path.read_bytes())
        command: list[str | Path] = [UNO_PYTHON, office, "verify", place]
        done = subprocess.run(command, capture_output=True, check=True, timeout=LONGEST)
    said = json.loads(done.stdout.decode().splitlines()[-1])
    return {name: _told(one) for name, one in said.items()}


def _told(said: list[list[bool]] | None) -> str:
    return CRASHED if said is None else _word((valid, not partial) for valid, partial in said)
