"""What a document tells of itself and shows, to be compared with what it told and showed when it was signed (step 7.5).

In others' documents every program that saves a file writes anew who saved it last and when, and may add the name of the
extension that it uses; nothing that a person reads for its content. In ours nothing of that may change either.
"""

from __future__ import annotations

import zlib
from io import BytesIO
from typing import Any

import pikepdf
from pikepdf import Name
from pyhanko.pdf_utils.metadata.model import ExpandedName, XmpStructure
from pyhanko.pdf_utils.metadata.xmp_xml import parse_xmp

TOLD = ("/MarkInfo", "/Lang", "/OpenAction", "/AA", "/OCProperties")
SAVED = frozenset({"/ModDate", "/Producer"})  # of /Info: when it was saved last, and by which program
XMP = "http://ns.adobe.com/xap/1.0/"
SAVED_XMP = frozenset(  # the same in XMP
    {
        ExpandedName(XMP, "ModifyDate"),
        ExpandedName(XMP, "MetadataDate"),
        ExpandedName("http://ns.adobe.com/pdf/1.3/", "Producer"),
        ExpandedName("http://ns.adobe.com/xap/1.0/mm/", "InstanceID"),
    }
)
SIGNERS_EXTENSIONS = ("/ESIC", "/ISO_")  # ETSI's and ISO's own, which signing software declares when it signs
LONGEST_XMP = 1024 * 1024  # bytes that are looked into
VERSIONS = frozenset({"/1.3", "/1.4", "/1.5", "/1.6", "/1.7", "/2.0"})  # which name features and change none
EXTENSION = frozenset({"/Type", "/BaseVersion", "/ExtensionLevel"})


def told_and_shown(pdf: bytes, exact: bool) -> tuple[list[Any], list[Any]]:
    """By the second parser: description and what acts on opening; and what is drawn on each page.

    `exact` tells the dates of saving too. Raises whatever a hostile file provokes.
    """
    with pikepdf.open(BytesIO(pdf), attempt_recovery=False, suppress_warnings=True) as document:
        root: Any = document.Root
        told: list[Any] = [content(root.get(key)) for key in TOLD]
        parts = (document.trailer.get("/Info"), root.get("/Metadata"), root.get("/Extensions"), root.get("/Version"))
        ways = (_information, _xmp, _extensions, _version)
        told.extend(content(part) if exact else way(part) for part, way in zip(parts, ways, strict=True))
        # where this is set, readers draw the fields anew, each in its own way
        told.append(content(root.get("/AcroForm", {}).get("/NeedAppearances", False)))
        return told, [_drawn(page) for page in document.pages]


def content(value: Any) -> bytes:
    """A value as bytes: of a stream what it holds, of anything else how it is written."""
    if isinstance(value, pikepdf.Stream):
        return value.read_raw_bytes()
    return value.unparse(resolved=True) if isinstance(value, pikepdf.Object) else repr(value).encode()


def _drawn(page: pikepdf.Page) -> list[bytes]:
    contents = page.obj.get("/Contents")
    return [content(part) for part in (contents if isinstance(contents, pikepdf.Array) else [contents])]


def _information(value: Any) -> Any:
    if not isinstance(value, pikepdf.Dictionary):
        return {} if value is None else content(value)
    return {key: content(value[key]) for key in value.keys() if key not in SAVED}  # noqa: SIM118 - it has no iterator


def _xmp(value: Any) -> Any:
    """Properties without those of saving; where they cannot be told apart, the bytes."""
    if not isinstance(value, pikepdf.Stream):
        return [] if value is None else content(value)
    try:
        found = [_kept(part) for part in parse_xmp(BytesIO(_unpacked(value)))]
    except Exception:  # the parser raises whatever a hostile text provokes
        return content(value)
    return [part for part in found if part]


def _unpacked(value: pikepdf.Stream) -> bytes:
    """The stream's text. Raises ValueError where it is packed in an unusual way, or is too long."""
    raw, way = value.read_raw_bytes(), value.get("/Filter")
    if way is None and len(raw) <= LONGEST_XMP:
        return raw
    inflating = zlib.decompressobj()
    text = inflating.decompress(raw, LONGEST_XMP) if way == Name.FlateDecode and "/DecodeParms" not in value else b""
    if not text or inflating.unconsumed_tail:
        raise ValueError("the text is too long, or packed in an unusual way")
    return text


def _kept(part: XmpStructure) -> list[str]:
    return sorted(f"{name} {value!r}" for name, value in part if name not in SAVED_XMP)


def _extensions(value: Any) -> Any:
    """Without those that signing software declares, each as its standard has it and nothing more."""
    if not isinstance(value, pikepdf.Dictionary):
        return {} if value is None else content(value)
    named = {key: value[key] for key in value.keys() if key != "/Type"}  # noqa: SIM118 - as above
    return {key: content(one) for key, one in named.items() if not _of_signers(key, one)}


def _of_signers(key: str, value: Any) -> bool:
    parts = list(value) if isinstance(value, pikepdf.Array) else [value]
    known = all(isinstance(one, pikepdf.Dictionary) and set(one.keys()) <= EXTENSION for one in parts)
    return key in SIGNERS_EXTENSIONS and known


def _version(value: Any) -> Any:
    return "known" if value is None or str(value) in VERSIONS else content(value)
