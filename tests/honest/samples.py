"""What programs signed that are not installed here: files kept in samples/, which samples/make.py makes again."""

from __future__ import annotations

from pathlib import Path

from tests.honest.collection import STRANGER, honest

FOLDER = Path(__file__).with_name("samples")
MADE_BY = {
    "endesive": "endesive",
    "endesive_visible": "endesive",
    "endesive_twice": "endesive",
    "endesive_then_pyhanko": "endesive, pyHanko",
    "signpdf": "@signpdf/signpdf",
    "pyhanko_twice": "pyHanko",
    "pyhanko_filled_signed": "pyHanko, pypdf",
    "libreoffice": "LibreOffice",
    "libreoffice_twice": "LibreOffice",
}
for _name, _by in MADE_BY.items():
    honest(_by, f"sample_{_name}", (FOLDER / f"{_name}.pdf").read_bytes, STRANGER)
