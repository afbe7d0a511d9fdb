"""What others would do: WeasyPrint to PDF/A-3u from the same text in the same font, one signature by pyHanko's signer.

Both are given their best case: fonts and style sheet are loaded once, keys as well; a run is what one document costs.
"""

from __future__ import annotations

import logging
from base64 import b64encode
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from io import BytesIO
from pathlib import Path
from typing import Any

import weasyprint.pdf.fonts
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, pkcs12
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import signers
from pyhanko.sign.fields import SigSeedSubFilter
from weasyprint import CSS, HTML, Attachment
from weasyprint.text.fonts import FontConfiguration

from config.clock import Clock
from licensing.licences.layout import Facts, layout_data, licence_json
from licensing.papers.qr import qr_svg
from signing.keys.pkcs12 import Pkcs12Key, open_pkcs12
from signing.pki import certificates
from signing.pki.authority import PrivateKey
from signing.pki.ceremony import load_authority
from tests.benchmarks.cpu import cpu_ms

PASSWORD = "benchmark"
FACES = (
    ("400Regular", "normal", "normal"),
    ("400Regular_Italic", "normal", "italic"),
    ("700Bold", "bold", "normal"),
    ("700Bold_Italic", "bold", "italic"),
)
STYLE = """
@page { size: A4; margin: 20mm 15mm 20mm 30mm; @top-center { content: "" } }
html { font: 13pt Tinos; line-height: 1.15 } h1 { font-size: 14pt; text-align: center; margin: 18pt 0 8pt }
table { width: 100%; border-spacing: 0 4pt } td { vertical-align: top; padding: 0 8pt 0 0 }
.head td { text-align: center; padding: 0 } .small { font-size: 12pt } .middle { text-align: center }
.trial { color: #b00020; font-size: 9.5pt; font-weight: bold; text-align: center }
.behind { position: fixed; top: 110mm; left: 0; width: 165mm; text-align: center; font-size: 34pt; color: #f7ebeb;
  font-weight: bold; white-space: nowrap; transform: rotate(-52deg); z-index: -1 }
.foot { position: absolute; top: 470pt; width: 196pt; font-size: 11pt }
.who { position: absolute; top: 470pt; left: 204pt; width: 264pt; text-align: center; font-weight: bold }
.who p:last-child { margin-top: 110pt } .check { position: absolute; bottom: 0; font-size: 9pt } img { width: 74pt }
"""
ACTIVITY = "kinh doanh thực phẩm"


class Weasy:
    """WeasyPrint with the fonts of our documents, warm.

    Without the library HarfBuzz-Subset it falls back on fontTools, which is twenty times slower and would flatter us:
    there the time that goes into subsetting fonts is counted in `apart_ms`, to be left out of the baseline.
    """

    def __init__(self, fonts: Path) -> None:
        self.apart_ms = 0.0
        self.subsets_quickly = weasyprint.pdf.fonts.harfbuzz_subset is not None
        if not self.subsets_quickly:
            self._count_subsetting_apart()
        self._fonts = FontConfiguration()
        faces = "".join(
            f"@font-face {{ font-family: Tinos; font-weight: {weight}; font-style: {style};"
            f" src: url({(fonts / f'Tinos_{name}.ttf').as_uri()}) }}\n"
            for name, weight, style in FACES
        )
        self._style = CSS(string=faces + STYLE, font_config=self._fonts)

    def typeset(self, facts: Facts) -> bytes:
        """The same licence as PDF/A-3u with its data inside. Untagged: level u asks for no tags, and they cost."""
        data = Attachment(string=licence_json(facts), name="licence.json", relationship="Data")
        pdf: bytes = HTML(string=page(facts)).write_pdf(
            stylesheets=[self._style],
            font_config=self._fonts,
            attachments=[data],
            pdf_variant="pdf/a-3u",
        )
        return pdf

    def _count_subsetting_apart(self) -> None:
        subset = weasyprint.pdf.fonts.Font.subset

        def counted(*arguments: Any) -> None:
            before = cpu_ms()
            subset(*arguments)
            self.apart_ms += cpu_ms() - before

        weasyprint.pdf.fonts.Font.subset = counted
        logging.getLogger("weasyprint").setLevel(logging.ERROR)  # it would say so with each document
        logging.getLogger("fontTools").setLevel(logging.ERROR)


def page(facts: Facts) -> str:
    """The words of the food-safety licence (its Typst layout says the same), as HTML."""
    data: Mapping[str, Any] = layout_data(facts)
    fields, agency, person = data["fields"], data["agency"], data["signatory"]
    year, month, day = data["issued_on"].split("-")
    qr = "data:image/svg+xml;base64," + b64encode(qr_svg(facts.verify_at)).decode()
    labelled = (
        ("Tên cơ sở:", f"<b>{escape(fields['establishment_name'])}</b>"),
        ("Chủ cơ sở:", escape(fields["owner_name"])),
        ("Địa chỉ sản xuất, kinh doanh:", escape(fields["production_address"])),
        ("Điện thoại:", escape(fields["phone"])),
        ("Giấy đăng ký kinh doanh số:", escape(fields["business_registration_number"])),
    )
    return f"""<html lang=vi><title>Giấy chứng nhận cơ sở đủ điều kiện an toàn thực phẩm số {data["number"]}</title>
<meta name=author content="{escape(agency["name"])}"><div class=behind>KHÔNG CÓ GIÁ TRỊ PHÁP LÝ</div>
<div class=trial>{data["trial"]["vi"]} / {data["trial"]["en"]}</div>
<table class=head><tr><td class=small>{agency["superior"].upper()}<br><b>{agency["name"].upper()}</b></td>
<td><b><span class=small>CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM</span><br>Độc lập - Tự do - Hạnh phúc</b></td></tr>
<tr><td>Số: {data["number"]}</td><td><i>{agency["place"]}, ngày {day} tháng {month} năm {year}</i></td></tr></table>
<h1>GIẤY CHỨNG NHẬN<br>CƠ SỞ ĐỦ ĐIỀU KIỆN AN TOÀN THỰC PHẨM</h1>
<p class=middle><b>{agency["name"].upper()}<br>CHỨNG NHẬN</b></p>
<table>{"".join(f"<tr><td>{label}</td><td>{value}</td></tr>" for label, value in labelled)}</table>
<p class=middle><b>Đủ điều kiện an toàn thực phẩm để {ACTIVITY}:</b></p>
<ul>{"".join(f"<li>{escape(product)}</li>" for product in fields["products"])}</ul>{_until(data)}
<div class=foot><b><i>Nơi nhận:</i></b><br>{"<br>".join(f"- {escape(one)}" for one in data["recipients"])}</div>
<div class=who><p>{"<br>".join(line.upper() for line in person["capacity"])}</p><p>{person["name"]}</p></div>
<div class=check><img src="{qr}" alt="Mã QR: {data["verify_at"]}">
Mã đăng ký: <b>{data["register_code"]}</b><br>Chỉ kiểm tra tại / Verify only at:<br>{data["verify_at"]}</div></html>"""


def _until(data: Mapping[str, Any]) -> str:
    if data["valid_until"] is None:
        return ""
    year, month, day = data["valid_until"].split("-")
    return f"<p>Giấy chứng nhận này có hiệu lực đến hết ngày {day} tháng {month} năm {year}.</p>"


@dataclass(frozen=True)
class SameKey:
    """One key of the installation's authority, for both sides: as pyHanko's signer and as ours."""

    signer: Any
    ours: Pkcs12Key
    file: Path


KINDS: Mapping[str, Callable[[], PrivateKey]] = {
    "rsa": lambda: rsa.generate_private_key(public_exponent=65537, key_size=2048),
    "ec": lambda: ec.generate_private_key(ec.SECP256R1()),
    "rsa4096": lambda: rsa.generate_private_key(public_exponent=65537, key_size=4096),
}


def same_keys(
    keys_folder: Path, clock: Clock, folder: Path, kinds: Sequence[str] = ("rsa", "ec")
) -> dict[str, SameKey]:
    """An RSA-2048, a P-256 and, if asked for, an RSA-4096 key, each with its certificate and chain, in `folder`."""
    issuing = load_authority(keys_folder).issuing
    made = {}
    for name in kinds:
        key, subject = KINDS[name](), certificates.seal_name("Benchmark")
        certificate = issuing.issue(certificates.SEAL, subject, key.public_key(), clock.now())
        path = folder / f"{name}.p12"
        path.write_bytes(_packed(key, certificate, [issuing.certificate]))
        signer = signers.SimpleSigner.load_pkcs12(str(path), passphrase=PASSWORD.encode())  # type: ignore[no-untyped-call]
        made[name] = SameKey(signer, open_pkcs12(path, PASSWORD), path)
    return made


def _packed(key: PrivateKey, certificate: x509.Certificate, above: Sequence[x509.Certificate]) -> bytes:
    return pkcs12.serialize_key_and_certificates(
        b"benchmark", key, certificate, above, BestAvailableEncryption(PASSWORD.encode())
    )


def plain_signature(pdf: bytes, signer: Any) -> bytes:
    """One invisible PAdES B-B signature, as pyHanko's documentation makes it."""
    meta = signers.PdfSignatureMetadata(field_name="Signature", subfilter=SigSeedSubFilter.PADES, md_algorithm="sha256")
    signed: BytesIO = signers.sign_pdf(IncrementalPdfFileWriter(BytesIO(pdf)), meta, signer=signer)
    return signed.getvalue()
