"""What a file really is, found by opening it. Runs in a process of its own: formats are hostile ground.

The original bytes are kept as they are: rewriting a signed PDF would break its signature, so active content is refused.
"""

from __future__ import annotations

import io
import warnings
import zipfile
from dataclasses import dataclass

import pikepdf
from PIL import Image

from config.sentences import later, say
from licensing.documents.errors import (
    ActiveContentRefused,
    FileLocked,
    FileTypeRefused,
    FileUnreadable,
    ImageTooLarge,
)
from licensing.documents.rules import media_type_of

PIXELS_MAX = 50_000_000  # an A3 page in colour at 400 dots per inch has 31 million
PAGES_MAX = 2_000
OBJECTS_MAX = 300_000
DEPTH_MAX = 100
TOO_MANY_PIXELS = later("The picture has more than {count} million pixels.")
FORMATS = {"image/png": "PNG", "image/jpeg": "JPEG"}
REFUSED_ACTIONS = {
    "/JavaScript",
    "/Launch",
    "/SubmitForm",
    "/ImportData",
    "/GoToE",
    "/GoToR",
    "/Rendition",
    "/Movie",
    "/Sound",
    "/RichMediaExecute",
    "/GoTo3DView",
}
REFUSED_KEYS = {"/JS", "/XFA", "/RichMediaContent", "/RichMediaSettings"}
REFUSED_ANNOTATIONS = {"/RichMedia", "/Movie", "/Sound", "/Screen", "/3D"}
# Data that PDF/A-3 files carry (an invoice, our own licence.json); anything that a computer would run is not among it.
CARRIED_DATA = (".xml", ".json", ".csv", ".txt")


@dataclass(frozen=True)
class Found:
    """What the content is, and how many pages it has (a picture has one)."""

    media_type: str
    pages: int


def look_into(content: bytes) -> Found:
    """Open a file as what it says it is.

    Raises `FileTypeRefused`, `FileUnreadable`, `FileLocked`, `ActiveContentRefused` or `ImageTooLarge`.
    """
    media_type = media_type_of(content)
    if zipfile.is_zipfile(io.BytesIO(content)):
        raise FileTypeRefused("The file is an archive at the same time; save it again as a plain document.")
    if media_type == "application/pdf":
        return Found(media_type, _pages_of_pdf(content))
    _check_picture(content, FORMATS[media_type])
    return Found(media_type, 1)


def _check_picture(content: bytes, kind: str) -> None:
    """The size is read from the head of the file before any pixel is unpacked; then all pixels must be there."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(content), formats=[kind]) as picture:
                if picture.width * picture.height > PIXELS_MAX:
                    raise ImageTooLarge(say(TOO_MANY_PIXELS, count=PIXELS_MAX // 1_000_000))
                picture.verify()
            with Image.open(io.BytesIO(content), formats=[kind]) as picture:
                picture.load()
    except Image.DecompressionBombError:
        raise ImageTooLarge(say(TOO_MANY_PIXELS, count=PIXELS_MAX // 1_000_000)) from None
    except (OSError, SyntaxError, ValueError, EOFError, MemoryError):
        raise FileUnreadable("The picture is damaged or cut; save or scan it again.") from None


def _pages_of_pdf(content: bytes) -> int:
    try:
        with pikepdf.open(io.BytesIO(content), attempt_recovery=False, suppress_warnings=True) as pdf:
            if pdf.is_encrypted:
                raise FileLocked("The PDF is locked; save it without a password.")
            pages = len(pdf.pages)
            if not 0 < pages <= PAGES_MAX:
                raise FileUnreadable(
                    say("A PDF has 1 to {most} pages; this one has {pages}.", most=PAGES_MAX, pages=pages)
                )
            _refuse_active_content(pdf)
            return pages
    except pikepdf.PasswordError:
        raise FileLocked("The PDF is locked; save it without a password.") from None
    except (pikepdf.PdfError, pikepdf.DataDecodingError, ValueError, RuntimeError, MemoryError):
        raise FileUnreadable("The PDF is damaged or cut; save it again.") from None


def _refuse_active_content(pdf: pikepdf.Pdf) -> None:
    """Every object of the file is seen, used or not, so nothing depends on how a reader would find it."""
    count = 0
    for item in pdf.objects:
        waiting: list[tuple[pikepdf.Object, int]] = [(item, 0)]
        while waiting:
            found, depth = waiting.pop()
            count += 1
            if count > OBJECTS_MAX or depth > DEPTH_MAX:
                raise FileUnreadable("The PDF is too complicated; print it to a new PDF.")
            if isinstance(found, pikepdf.Array):
                waiting += [(value, depth + 1) for value in _direct(list(found.as_list()))]
            elif isinstance(found, pikepdf.Dictionary | pikepdf.Stream):
                _check_dictionary(found)
                waiting += [(value, depth + 1) for value in _direct([value for _, value in found.items()])]


def _direct(values: list[object]) -> list[pikepdf.Object]:
    """Containers that stand inside another; those of their own come by themselves."""
    return [
        value
        for value in values
        if isinstance(value, pikepdf.Array | pikepdf.Dictionary | pikepdf.Stream) and not value.is_indirect
    ]


def _check_dictionary(found: pikepdf.Object) -> None:
    keys = set(found.keys())
    if keys & REFUSED_KEYS or str(found.get("/S", "")) in REFUSED_ACTIONS:
        raise ActiveContentRefused("The PDF has scripts or actions; print it to a new PDF.")
    if str(found.get("/Subtype", "")) in REFUSED_ANNOTATIONS:
        raise ActiveContentRefused("The PDF has sound, film or models in it; print it to a new PDF.")
    if "/EF" in keys:
        names = [str(found[key]) for key in ("/F", "/UF") if key in keys]
        if not names or not all(name.lower().endswith(CARRIED_DATA) for name in names):
            raise ActiveContentRefused("The PDF carries other files; attach them one by one.")
