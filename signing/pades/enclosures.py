"""The seal on a document of others that goes out with a signed one: a revision that adds the seal and nothing else.

The document is not ours: it has no fields, and what it says about itself is not believed. Used in a confined child.
"""

from __future__ import annotations

import json
from datetime import datetime
from io import BytesIO
from typing import Any

import pikepdf
from pyhanko.pdf_utils.generic import ArrayObject, NumberObject, pdf_name
from pyhanko.sign.fields import MDPPerm, SigFieldSpec, SigSeedSubFilter
from pyhanko.sign.general import SigningError
from pyhanko.sign.signers.cms_embedder import PdfCMSEmbedder, SigIOSetup, SigMDPSetup, SigObjSetup
from pyhanko.sign.signers.pdf_byterange import PdfSignedData

from config.sentences import later
from signing.pades.appearance import draw_stamp
from signing.pades.errors import DocumentNotSuitable
from signing.pades.fields import SEAL
from signing.pades.marks import mark_place
from signing.pades.writer import UNREADABLE, open_writer

RESERVED = 16_384  # hex digits kept for /Contents
# The seal certifies: nothing may be changed afterwards but evidence (DocMDP 1, ISO 32000-1, 12.8.2.2).
PROTECTION = SigMDPSetup(md_algorithm="sha256", certify=True, docmdp_perms=MDPPerm.NO_CHANGES)
REFUSED = (
    "/AcroForm",
    "/Perms",
    "/DSS",
    "/Collection",
)  # what a form, a signature or a portfolio leaves in a catalogue
HAS_FORM = later("The PDF has form fields or signatures already; print it to a new PDF.")
LOCKED = later("The PDF is locked; save it without a password.")
NO_SEAL = later("The PDF cannot take a seal; print it to a new PDF.")
LARGEST_DATA = 1_000_000  # bytes of one file inside a document


def sealed_revision(pdf: bytes, stamp: bytes, at: datetime) -> bytes:
    """The revision of `pdf` with a field "Seal" at the top right of page 1, drawn by `stamp`, and room for a signature.

    The same arguments give the same bytes. Raises DocumentNotSuitable, StampNotSuitable.
    """
    writer = open_writer(pdf)
    try:
        if writer.prev.encrypted:
            raise DocumentNotSuitable(LOCKED)
        if any(key in writer.root for key in REFUSED):
            raise DocumentNotSuitable(HAS_FORM)
        page = writer.find_page_for_modification(0)[0].get_object()  # type: ignore[no-untyped-call]
        place = mark_place(page)
        field = SigFieldSpec(SEAL, on_page=0, box=place.corners)  # type: ignore[arg-type]
        embedding = PdfCMSEmbedder(new_field_spec=field).write_cms(SEAL, writer)
        widget = next(embedding).get_object()
        draw_stamp(writer, widget, stamp)
        drawing = widget["/AP"]["/N"]
        drawing[pdf_name("/Matrix")] = ArrayObject(map(NumberObject, (*place.matrix, 0, 0)))
        signature = PdfSignedData(
            obj_type=pdf_name("/Sig"),
            subfilter=SigSeedSubFilter.PADES,
            timestamp=at.replace(microsecond=0),
            bytes_reserved=RESERVED,
        )
        embedding.send(SigObjSetup(sig_placeholder=signature, mdp_setup=PROTECTION))
        written: Any = embedding.send(SigIOSetup(md_algorithm="sha256"))
        revision: bytes = written[1].getvalue()
    except (SigningError, NotImplementedError, RecursionError, *UNREADABLE) as error:
        raise DocumentNotSuitable(NO_SEAL) from error
    if not revision.startswith(pdf):
        raise DocumentNotSuitable(NO_SEAL)
    return revision


def enclosures_named(pdf: bytes) -> frozenset[str]:
    """SHA-256 (hex) of every file that goes out with a document, as the data files inside it name them.

    Such a file is JSON with a list `enclosures` of objects with `sha256`. Raises DocumentNotSuitable.
    """
    named: set[str] = set()
    try:
        with pikepdf.open(BytesIO(pdf), attempt_recovery=False, suppress_warnings=True) as document:
            for name, found in document.attachments.items():
                if name.endswith(".json"):
                    named |= _named_in(found.get_file().read_bytes())
    except (pikepdf.PdfError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise DocumentNotSuitable("What the document names as its enclosures cannot be read.") from error
    return frozenset(named)


def _named_in(content: bytes) -> set[str]:
    if len(content) > LARGEST_DATA:
        raise ValueError("too long")
    data = json.loads(content)
    listed = data.get("enclosures", []) if isinstance(data, dict) else []
    return {str(one["sha256"]) for one in listed}
