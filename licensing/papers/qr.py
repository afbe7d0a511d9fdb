"""QR codes as papers carry them."""

from __future__ import annotations

import io

import segno


def qr_svg(text: str) -> bytes:
    """The QR of a text as SVG: error correction M, four modules of quiet zone."""
    out = io.BytesIO()
    segno.make_qr(text, error="m").save(out, kind="svg", border=4, xmldecl=False, svgns=True)
    return out.getvalue()
