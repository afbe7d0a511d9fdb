"""EAA: something laid over the page after it was signed or certified."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name

from tests.attacks.collection import AMBER, RED, attack
from tests.attacks.edit import array, dictionary, page_of, stream, text, updated

KIND = "evil annotation"
ON = "licence plain certified1 certified2 certified3"
EXPECTED = {"plain": AMBER, "certified3": AMBER}
KINDS = ("/FreeText", "/Square", "/Stamp", "/Redact", "/Link", "/Popup", "/FileAttachment", "/Widget")


def _over(kind: str) -> Callable[[bytes], bytes]:
    def forge(pdf: bytes) -> bytes:
        def change(writer: Any) -> None:
            page = page_of(writer)
            drawn = stream(b"1 g 0 0 600 800 re f", Subtype=pdf_name("/Form"), BBox=array(0, 0, 600, 800))
            note = dictionary(
                Type=pdf_name("/Annot"),
                Subtype=pdf_name(kind),
                Rect=array(0, 0, 600, 800),
                Contents=text("Manipulated"),
                F=generic.NumberObject(4),  # type: ignore[no-untyped-call]
                AP=dictionary(N=writer.add_object(drawn)),
            )
            page["/Annots"].append(writer.add_object(note))
            writer.update_container(page["/Annots"])

        return updated(pdf, change)

    forge.__name__ = f"annotation_{kind[1:].lower()}"
    return forge


for _kind in KINDS:
    attack(KIND, ON if _kind in ("/FreeText", "/Stamp") else "licence certified3", RED, EXPECTED)(_over(_kind))


@attack(KIND, "licence plain certified3", RED, EXPECTED)
def annotation_of_the_page_moved(pdf: bytes) -> bytes:
    """An annotation that was there becomes as large as the page."""

    def change(writer: Any) -> None:
        reference = page_of(writer)["/Annots"].raw_get(0)
        reference.get_object()[pdf_name("/Rect")] = array(0, 0, 600, 800)
        writer.mark_update(reference)

    return updated(pdf, change)


@attack(KIND, "licence plain certified3", RED, EXPECTED)
def annotation_of_the_page_hidden(pdf: bytes) -> bytes:
    def change(writer: Any) -> None:
        reference = page_of(writer)["/Annots"].raw_get(0)
        reference.get_object()[pdf_name("/F")] = generic.NumberObject(2)  # type: ignore[no-untyped-call]
        writer.mark_update(reference)

    return updated(pdf, change)
