"""Makes the samples of this folder again, with the signing programs that the tests do not install.

    python3 -m venv /tmp/signers && /tmp/signers/bin/pip install endesive==3.0.1 pypdf==5.9.0 pyHanko==0.38.0 reportlab
    npm install --prefix /tmp/signers @signpdf/signpdf @signpdf/placeholder-plain @signpdf/signer-p12
    apt-get install libreoffice-draw-nogui python3-uno libnss3-tools
    /tmp/signers/bin/python tests/honest/samples/make.py /tmp/signers

endesive's oscrypto 1.3.0 does not know OpenSSL 3.0.10 and later: there one digit in a pattern of its file
_openssl/_libcrypto_cffi.py must become several. Each time by a new authority of invented people, whose keys are thrown
away. What is not installed is left as it was.
"""

# mypy: ignore-errors
# It runs where those programs are, not where types are checked.

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import NameOID

HERE = Path(__file__).parent
PASSWORD = "sample"
NOW = datetime.now(UTC)  # noqa: TID251 - other programs take the machine's time as well
SIGNPDF = """
const { readFileSync, writeFileSync } = require("node:fs");
const { SignPdf } = require("@signpdf/signpdf");
const { P12Signer } = require("@signpdf/signer-p12");
const { plainAddPlaceholder } = require("@signpdf/placeholder-plain");
const [, , source, target, p12, passphrase] = process.argv;
const more = { reason: "Approved", contactInfo: "", name: "Sample", location: "An Binh" };
const pdfBuffer = plainAddPlaceholder({ pdfBuffer: readFileSync(source), ...more });
const signer = new P12Signer(readFileSync(p12), { passphrase });
new SignPdf().sign(pdfBuffer, signer).then((pdf) => writeFileSync(target, pdf));
"""


class Signer:
    """Somebody with a key and a certificate of the sample authority; also as a PKCS #12 file."""

    def __init__(self, folder: Path, name: str, issuer: Signer | None = None) -> None:
        self.name, self.key = name, rsa.generate_private_key(65537, 2048)
        subject = x509.Name(
            [x509.NameAttribute(NameOID.COUNTRY_NAME, "VN"), x509.NameAttribute(NameOID.COMMON_NAME, name)]
        )
        above = issuer or self
        start = NOW - timedelta(days=1)
        self.subject = subject
        builder = x509.CertificateBuilder(above.subject, subject, self.key.public_key(), x509.random_serial_number())
        builder = builder.not_valid_before(start).not_valid_after(start + timedelta(days=365 * 20))
        builder = builder.add_extension(x509.BasicConstraints(issuer is None, None), critical=True)
        use = [issuer is not None, issuer is not None, *(False,) * 3, issuer is None, issuer is None, False, False]
        builder = builder.add_extension(x509.KeyUsage(*use), critical=True)
        self.certificate = builder.sign(above.key, hashes.SHA256())
        self.above = [issuer.certificate] if issuer else []
        self.p12 = folder / f"{name}.p12"
        packing = serialization.PrivateFormat.PKCS12.encryption_builder()
        packing = packing.kdf_rounds(2000).key_cert_algorithm(pkcs12.PBES.PBESv1SHA1And3KeyTripleDESCBC)
        how = packing.hmac_hash(hashes.SHA1()).build(PASSWORD.encode())
        self.p12.write_bytes(
            pkcs12.serialize_key_and_certificates(name.encode(), self.key, self.certificate, self.above, how)
        )


def letter() -> bytes:
    """A letter by reportlab, with a form: one field filled, one empty."""
    from reportlab.pdfgen.canvas import Canvas

    written = BytesIO()
    canvas = Canvas(written, pagesize=(595, 842), invariant=1)
    canvas.setTitle("A sample letter")
    canvas.drawString(60, 700, "Pay one hundred dong to the bearer.")
    for name, height, value in (("Payee", 600, "Nguyen Van An"), ("Remark", 560, "")):
        canvas.acroForm.textfield(name=name, x=60, y=height, width=240, height=20, value=value, fontName="Helvetica")
    canvas.save()
    return written.getvalue()


def by_pyhanko(pdf: bytes, who: Signer, field: str, box: tuple[int, int, int, int] | None = None) -> bytes:
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.sign import signers
    from pyhanko.sign.fields import SigFieldSpec

    signer = signers.SimpleSigner.load_pkcs12(str(who.p12), passphrase=PASSWORD.encode())
    meta = signers.PdfSignatureMetadata(field_name=field, md_algorithm="sha256")
    spec = SigFieldSpec(field, on_page=0, box=box)
    writer = IncrementalPdfFileWriter(BytesIO(pdf))
    return signers.PdfSigner(meta, signer, new_field_spec=spec).sign_pdf(writer).getvalue()


def by_endesive(pdf: bytes, who: Signer, field: str, box: tuple[int, int, int, int] | None = None) -> bytes:
    from endesive.pdf import cms

    said: dict[str, Any] = {
        "sigflags": 3,
        "aligned": 8192,
        "sigfield": field,
        "reason": "Approved",
        "location": "An Binh",
    }
    said["signingdate"] = NOW.strftime("D:%Y%m%d%H%M%S+00'00'")
    if box:
        said |= {"sigpage": 0, "signaturebox": box, "signature": f"Signed by {who.name}", "sigbutton": True}
    return pdf + cms.sign(pdf, said, who.key, who.certificate, who.above, "sha256")


def by_signpdf(pdf: bytes, who: Signer, programs: Path) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder) / "source.pdf", Path(folder) / "target.pdf"
        source.write_bytes(pdf)
        script = programs / "sign.cjs"
        script.write_text(SIGNPDF)
        subprocess.run(["node", script, source, target, who.p12, PASSWORD], check=True, cwd=programs)
        return target.read_bytes()


def filled_by_pypdf(pdf: bytes) -> bytes:
    """The empty field filled in an incremental update, as a program for forms does it."""
    from pypdf import PdfWriter

    writer, written = PdfWriter(BytesIO(pdf), incremental=True), BytesIO()
    writer.update_page_form_field_values(writer.pages[0], {"Remark": "Paid in cash"}, auto_regenerate=False)
    writer.write(written)
    return written.getvalue()


def by_libreoffice(folder: Path, who: Signer) -> dict[str, bytes]:
    """A text exported and signed in one go, and signed by hand once more; needs LibreOffice and its Python."""
    certificates = folder / "nss"
    certificates.mkdir(exist_ok=True)
    store = ["-d", f"sql:{certificates}"]
    subprocess.run(["certutil", "-N", *store, "--empty-password"], check=True)
    subprocess.run(["pk12util", "-i", who.p12, *store, "-W", PASSWORD], check=True)
    trusted = folder / "root.pem"
    trusted.write_bytes(who.above[0].public_bytes(serialization.Encoding.PEM))
    subprocess.run(["certutil", "-A", *store, "-n", "root", "-t", "C,C,C", "-a", "-i", trusted], check=True)
    subprocess.run(["/usr/bin/python3", HERE.parent / "office.py", "sign", folder, certificates], check=True)
    signed = {name: (folder / f"{name}.pdf").read_bytes() for name in ("libreoffice", "libreoffice_twice")}
    return signed


def main(programs: Path) -> None:
    """Write every sample whose program is here."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        root = Signer(folder, "Sample Authority")
        first, second = Signer(folder, "Tran Thi Mau", root), Signer(folder, "Le Van Thu", root)
        corners = (400, 20, 560, 90), (200, 20, 360, 90)
        once = by_endesive(letter(), first, "First", corners[0])
        signed: dict[str, Callable[[], bytes]] = {
            "endesive": lambda: by_endesive(letter(), first, "First"),
            "endesive_visible": lambda: once,
            "endesive_twice": lambda: by_endesive(once, second, "Second", corners[1]),
            "signpdf": lambda: by_signpdf(letter(), first, programs),
            "pyhanko_filled_signed": lambda: by_pyhanko(_waited(filled_by_pypdf(_first(first))), second, "Second"),
            "pyhanko_twice": lambda: by_pyhanko(_waited(_first(first)), second, "Second", corners[1]),
            "endesive_then_pyhanko": lambda: by_pyhanko(once, second, "Second", corners[1]),
        }
        found = {name: make() for name, make in signed.items()}
        if shutil.which("soffice") and shutil.which("certutil"):
            found |= by_libreoffice(folder, first)
        for name, pdf in found.items():
            (HERE / f"{name}.pdf").write_bytes(pdf)


def _first(who: Signer) -> bytes:
    return by_pyhanko(letter(), who, "First", (400, 20, 560, 90))


def _waited(pdf: bytes) -> bytes:
    """A second later: programs write anew when they saved a file last."""
    threading.Event().wait(1.1)
    return pdf


if __name__ == "__main__":
    main(Path(sys.argv[1]))
