"""Documents signed by pyHanko's own signer: once and twice, seen and unseen, certified, filled in between."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from io import BytesIO
from typing import Any

import pikepdf
from asn1crypto import keys
from asn1crypto import x509 as asn1_x509
from cryptography.hazmat.primitives import serialization
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.metadata.model import DocumentMetadata
from pyhanko.sign.fields import MDPPerm, SigFieldSpec, SigSeedSubFilter, append_signature_field
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner, SimpleSigner
from pyhanko_certvalidator.registry import SimpleCertificateStore

from tests.attacks.bases import unsigned_letter
from tests.attacks.form_fields import fill_remark
from tests.honest.collection import honest
from tests.pki.build import Identity, pki
from tests.signing.pades.build import AT

BY = "pyHanko"
FIRST, SECOND = (400, 20, 560, 90), (200, 20, 360, 90)
PLAIN = serialization.NoEncryption()


class SavedAt(DocumentMetadata):
    """What is written of a document's saving: not the machine's time but one that we choose."""

    def __init__(self, moment: datetime) -> None:
        super().__init__()
        object.__setattr__(self, "last_modified", moment)

    def __setattr__(self, name: str, value: Any) -> None:
        if name != "last_modified":
            super().__setattr__(name, value)


@dataclass(frozen=True)
class Way:
    """How somebody signs: in which field, where it is seen, how long after the first, what else changes."""

    field: str = "First"
    box: tuple[int, int, int, int] | None = None
    after: int = 0  # seconds
    prepared: bool = False
    change: Callable[[Any], None] | None = None
    more: dict[str, Any] = dataclasses.field(default_factory=dict)


def signed(pdf: bytes, way: Way = Way(), who: Identity | None = None) -> bytes:
    """One more signature by pyHanko, which writes anew who saved the file last, and when."""
    writer = IncrementalPdfFileWriter(BytesIO(pdf))
    writer._meta = SavedAt(AT + timedelta(seconds=way.after))  # it takes the machine's time otherwise
    if way.change is not None:
        way.change(writer)
    spec = None if way.prepared else SigFieldSpec(way.field, on_page=0, box=way.box)
    meta = PdfSignatureMetadata(field_name=way.field, md_algorithm="sha256", **way.more)
    return bytes(PdfSigner(meta, signer(who or pki().official), new_field_spec=spec).sign_pdf(writer).getbuffer())


def signer(who: Identity) -> SimpleSigner:
    """Its signer with somebody's key."""
    store = SimpleCertificateStore()  # type: ignore[no-untyped-call]
    store.register_multiple(asn1_x509.Certificate.load(one) for one in who.chain_der)
    key = who.key.private_bytes(serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, PLAIN)
    certificate = asn1_x509.Certificate.load(who.certificate_der)
    return SimpleSigner(certificate, keys.PrivateKeyInfo.load(key), store)


def again(pdf: bytes, **more: Any) -> bytes:
    """Signed by a second person, seen in another corner, five seconds later."""
    usual: dict[str, Any] = {"field": "Second", "box": SECOND, "after": 5}
    return signed(pdf, Way(**(usual | more)), pki().deputy)


@functools.cache
def once() -> bytes:
    """A letter signed once, seen in a corner."""
    return signed(unsigned_letter(), Way(box=FIRST))


@functools.cache
def with_fields() -> bytes:
    """The letter with two empty signature fields."""
    writer, written = IncrementalPdfFileWriter(BytesIO(unsigned_letter())), BytesIO()
    for name, box in (("First", FIRST), ("Second", SECOND)):
        append_signature_field(writer, SigFieldSpec(name, on_page=0, box=box))
    writer.write(written)  # type: ignore[no-untyped-call]
    return written.getvalue()


def certified(level: MDPPerm) -> bytes:
    """The letter with its fields, certified by the first."""
    return signed(with_fields(), Way(prepared=True, more={"certify": True, "docmdp_permissions": level}))


def certified_and_signed(level: MDPPerm, **more: Any) -> bytes:
    """The same, and the field that waited signed by the second."""
    return again(certified(level), box=None, prepared=True, **more)


def stored(**how: Any) -> bytes:
    """The letter written otherwise: as a linearized file, or with its objects in streams."""
    written = BytesIO()
    with pikepdf.open(BytesIO(unsigned_letter())) as document:
        document.save(written, deterministic_id=True, **how)
    return written.getvalue()


def described() -> bytes:
    """The letter with a title, authors and dates in both places where a file tells of itself."""
    written = BytesIO()
    with pikepdf.open(BytesIO(unsigned_letter())) as document:
        with document.open_metadata(set_pikepdf_as_editor=False) as told:
            told["dc:title"], told["dc:creator"], told["xmp:CreateDate"] = (
                "A letter",
                ["An", "Binh"],
                "2026-01-01T00:00:00Z",
            )
        document.docinfo["/Author"], document.docinfo["/ModDate"] = "An", "D:20260101000000Z"
        document.save(written, deterministic_id=True)
    return written.getvalue()


PACKED = {"object_stream_mode": pikepdf.ObjectStreamMode.generate}
CLOSED: dict[str, Any] = {"certify": True, "docmdp_permissions": MDPPerm.NO_CHANGES}
CADES: dict[str, Any] = {"subfilter": SigSeedSubFilter.PADES}

honest(BY, "pyhanko_unseen", lambda: signed(unsigned_letter()))
honest(BY, "pyhanko_once", once)
honest(BY, "pyhanko_twice", lambda: again(once()))
honest(BY, "pyhanko_twice_unseen", lambda: again(signed(unsigned_letter()), box=None))
honest(BY, "pyhanko_three_times", lambda: again(again(once()), field="Third", box=(20, 20, 180, 90), after=9))
honest(BY, "pyhanko_pades", lambda: again(signed(unsigned_letter(), Way(box=FIRST, more=CADES)), more=CADES))
honest(BY, "pyhanko_into_prepared_fields", lambda: again(signed(with_fields(), Way(prepared=True)), prepared=True))
honest(BY, "pyhanko_filled_then_signed", lambda: again(once(), change=fill_remark))
honest(BY, "pyhanko_filled_and_signed_once", lambda: signed(unsigned_letter(), Way(change=fill_remark)))
honest(BY, "pyhanko_certified_1", lambda: signed(unsigned_letter(), Way(more=CLOSED)))
honest(BY, "pyhanko_certified_and_waiting", lambda: certified(MDPPerm.FILL_FORMS), awaited=("Second",))
honest(BY, "pyhanko_certified_2", lambda: certified_and_signed(MDPPerm.FILL_FORMS))
honest(BY, "pyhanko_certified_2_filled", lambda: certified_and_signed(MDPPerm.FILL_FORMS, change=fill_remark))
honest(BY, "pyhanko_certified_3", lambda: certified_and_signed(MDPPerm.ANNOTATE))
honest(BY, "pyhanko_described", lambda: again(signed(described(), Way(box=FIRST))))
honest(BY, "pyhanko_linearized", lambda: again(signed(stored(linearize=True), Way(box=FIRST))))
honest(BY, "pyhanko_object_streams", lambda: again(signed(stored(**PACKED), Way(box=FIRST))))
