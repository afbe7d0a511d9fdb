"""What a file says of itself, and does when it is opened, replaced after signing."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from tests.attacks.bases import XMP
from tests.attacks.collection import AMBER, attack
from tests.attacks.edit import Change, Freedom, dictionary, page_of, sign_freely, stream, text, updated
from tests.attacks.raw import raw_revision, size_of
from tests.pki.build import pki

KIND, ACTION = "metadata swap", "action or attachment added"
OURS, THEIRS = "licence numbered", "plain archived twice"
SCRIPT = {"S": pdf_name("/JavaScript"), "JS": text("app.alert('hello')")}


def _xmp(writer: Any) -> None:
    replaced = stream(XMP + b" ", Type=pdf_name("/Metadata"), Subtype=pdf_name("/XML"))
    writer.root[pdf_name("/Metadata")] = writer.add_object(replaced)
    writer.update_root()


def _xmp_in_place(writer: Any) -> None:
    reference = writer.root.raw_get("/Metadata")
    found = reference.get_object()
    found._data, found._encoded_data = XMP + b"  ", None
    found.pop("/Filter", None)
    writer.mark_update(reference)


def _no_xmp(writer: Any) -> None:
    del writer.root["/Metadata"]
    writer.update_root()


def _older_object(writer: Any) -> None:
    writer.root[pdf_name("/Metadata")] = page_of(writer).raw_get("/Contents")
    writer.update_root()


def _root(key: str, value: Any) -> Change:
    def change(writer: Any) -> None:
        writer.root[pdf_name(key)] = value
        writer.update_root()

    return change


def _attached(writer: Any) -> None:
    inside = writer.add_object(stream(b"{}", Type=pdf_name("/EmbeddedFile")))
    spec = dictionary(Type=pdf_name("/Filespec"), F=text("licence.json"), EF=dictionary(F=inside))
    names = generic.ArrayObject([text("licence.json"), writer.add_object(spec)])
    writer.root[pdf_name("/Names")] = dictionary(EmbeddedFiles=dictionary(Names=names))
    writer.update_root()


def _attachment_redrawn(writer: Any) -> None:
    file = writer.root["/AF"][0]
    file["/EF"][pdf_name("/F")] = writer.add_object(stream(b'{"register_code":"FAKE"}'))
    writer.update_container(file["/EF"])


def _page_action(writer: Any) -> None:
    page = page_of(writer)
    page[pdf_name("/AA")] = dictionary(O=dictionary(**SCRIPT))
    writer.update_container(page)


DESCRIPTION: dict[str, Change] = {
    "xmp_replaced": _xmp,
    "xmp_overwritten": _xmp_in_place,
    "xmp_removed": _no_xmp,
    "xmp_pointed_at_an_older_object": _older_object,
    "language_replaced": _root("/Lang", text("xx")),
    "version_replaced": _root("/Version", pdf_name("/1.3")),
    "marks_replaced": _root("/MarkInfo", dictionary(Marked=generic.BooleanObject(False))),  # type: ignore[no-untyped-call]
}
DOING: dict[str, Change] = {
    "script_on_opening": _root("/OpenAction", dictionary(**SCRIPT)),
    "script_of_the_catalog": _root("/AA", dictionary(WC=dictionary(**SCRIPT))),
    "script_of_the_page": _page_action,
    "layers_added": _root("/OCProperties", dictionary(OCGs=generic.ArrayObject(), D=dictionary())),
    "extensions_added": _root("/Extensions", dictionary(ADBE=dictionary())),
    "file_attached": _attached,
    "page_labels_added": _root("/PageLabels", dictionary(Nums=generic.ArrayObject())),
    "viewer_told_what_to_show": _root("/ViewerPreferences", dictionary(DisplayDocTitle=generic.BooleanObject(True))),  # type: ignore[no-untyped-call]
    "address_added": _root("/URI", dictionary(Base=text("https://example.org/"))),
    "outline_added": _root("/Outlines", dictionary(Type=pdf_name("/Outlines"))),
    "permission_added": _root("/Perms", dictionary(UR3=dictionary())),
    "legal_note_added": _root("/Legal", dictionary(Attestation=text("all is well"))),
}
for _kind, _changes in ((KIND, DESCRIPTION), (ACTION, DOING)):
    for _name, _change in _changes.items():

        def _forge(pdf: bytes, change: Change = _change) -> bytes:
            return updated(pdf, change)

        _forge.__name__ = _name
        attack(_kind, "licence plain", other={"plain": AMBER})(_forge)


@attack(KIND, OURS + " " + THEIRS, other=dict.fromkeys(THEIRS.split(), AMBER))
def information_replaced(pdf: bytes) -> bytes:

    number = size_of(pdf)
    return raw_revision(pdf, {number: b"<< /Title (Another letter) >>"}, trailer=b"/Info %d 0 R" % number)


@attack(KIND, THEIRS, AMBER)
def information_replaced_and_signed_again(pdf: bytes) -> bytes:
    """Who saved a file last may be written anew by the next signer, but not what it is called."""
    return sign_freely(information_replaced(pdf), "Third", pki().deputy)


def _title(writer: Any) -> None:
    words = b"<dc:title><rdf:Alt><rdf:li xml:lang='x-default'>Another letter</rdf:li></rdf:Alt></dc:title>"
    about = (
        b"<rdf:Description rdf:about='' xmlns:dc='http://purl.org/dc/elements/1.1/'>" + words + b"</rdf:Description>"
    )
    replaced = stream(XMP.replace(b"/></x:", b">" + about + b"</rdf:RDF></x:"), Type=pdf_name("/Metadata"))
    writer.root[pdf_name("/Metadata")] = writer.add_object(replaced)
    writer.update_root()


@attack(KIND, THEIRS, AMBER)
def title_replaced_and_signed_again(pdf: bytes) -> bytes:
    """The same in XMP."""
    return sign_freely(pdf, "Third", pki().deputy, Freedom(change=_title))


@attack(KIND, OURS)
def rewritten_by_the_library(pdf: bytes) -> bytes:

    writer, written = IncrementalPdfFileWriter(BytesIO(pdf)), BytesIO()
    writer.update_root()  # type: ignore[no-untyped-call]
    writer.write(written)  # type: ignore[no-untyped-call]
    return written.getvalue()


@attack(ACTION, OURS)
def attachment_replaced(pdf: bytes) -> bytes:
    return updated(pdf, _attachment_redrawn)
