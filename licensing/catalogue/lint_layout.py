"""Whether the licence can be laid out: fields that the form has, boxes on the page, Typst that stays in its folder."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from string import Formatter

from config.errors import Fault
from licensing.catalogue.package import AFTER_SIGNATURE, BEFORE_SIGNATURE, Box, ProcedurePackage

PAGE_WIDTH, PAGE_HEIGHT = Decimal("595.27"), Decimal("841.89")
STATUSES = {"valid", "suspended", "revoked", "expired"}
SYMBOL_PARTS = {"seq", "year", "agency"}
NUMBERINGS = {BEFORE_SIGNATURE, AFTER_SIGNATURE}
IMPORT = re.compile(r"\b(?:import|include)\b(?!\s*\"/layouts/[a-z0-9_-]+\.typ\")")

ENCLOSURES = re.compile(r"\benclosures\s*[(\[]")


def _function(names: str) -> re.Pattern[str]:
    """Where one of these functions is called, or handed on to be called under another name."""
    return re.compile(rf"\b(?:{names})\s*(?:\(|\.with\b)|(?:[=({{,:]\s*|\bstd\.)(?:{names})\b")


# Comments are looked at as well: what is a comment and what a text with `//` in it, only a compiler can tell.
# The typesetter denies all of it anyway; a package that tries is not published.
UNWANTED = {
    "a package from elsewhere": re.compile(r"@(?:preview|local)|\"@"),
    "reading other files": _function("read|csv|toml|yaml|xml|cbor|bibliography|plugin"),
    "running text as code": _function("eval"),
    "the clock of the machine": re.compile(r"datetime\.today"),
}


def layout_faults(package: ProcedurePackage) -> Iterator[Fault]:
    """All faults of the result and its layout, with their places."""
    result, properties = package.definition.result, package.form.get("properties", {})
    if result.template not in package.files or not result.template.endswith(".typ"):
        yield Fault(pointer="/result/template", detail=f"there is no file {result.template!r}")
    for field in result.fields:
        if field.answer not in properties:
            yield Fault(pointer=f"/result/fields/{field.name}", detail=f"the form has no field {field.answer!r}")
    if not result.fields or not result.recipients:
        yield Fault(pointer="/result", detail="must have fields and recipients")
    if set(result.statuses) != STATUSES:
        yield Fault(pointer="/result/statuses", detail=f"must say what {', '.join(sorted(STATUSES))} mean")
    if result.numbering not in NUMBERINGS:
        yield Fault(pointer="/result/numbering", detail=f"must be one of {', '.join(sorted(NUMBERINGS))}")
    if any(item.issued_with_licence for item in package.definition.documents) and not ENCLOSURES.search(
        package.files.get(result.template, "")
    ):
        yield Fault(pointer="/result/template", detail="must list what goes out with the licence: #enclosures[…]")
    yield from _symbol_faults(result.symbol)
    yield from _box_faults(result.boxes)
    yield from _source_faults(package)


def _box_faults(boxes: Mapping[str, Box]) -> Iterator[Fault]:
    if set(boxes) != {"official", "seal"}:
        yield Fault(pointer="/result/boxes", detail="must give the places of official and seal")
    for name, box in boxes.items():
        if not _on_the_page(box):
            yield Fault(pointer=f"/result/boxes/{name}", detail="must lie on the page (A4, in points)")


def _symbol_faults(symbol: str) -> Iterator[Fault]:
    try:
        parts = [name for _, name, spec, turn in Formatter().parse(symbol) if name is not None or spec or turn]
    except ValueError:
        parts = [None]
    if set(parts) - SYMBOL_PARTS or "seq" not in parts:
        yield Fault(pointer="/result/symbol", detail="must use {seq}, and may use {year} and {agency}, nothing else")


def _on_the_page(box: Box) -> bool:
    inside = min(box.x, box.y) >= 0 and box.x + box.width <= PAGE_WIDTH and box.y + box.height <= PAGE_HEIGHT
    return inside and box.page >= 1 and min(box.width, box.height) >= 20


def _source_faults(package: ProcedurePackage) -> Iterator[Fault]:
    for name, text in package.files.items():
        if not name.endswith(".typ"):
            continue
        if IMPORT.search(text):
            yield Fault(pointer=name, detail="may import nothing but layouts, by their name in quotes")
        for what, pattern in UNWANTED.items():
            if pattern.search(text):
                yield Fault(pointer=name, detail=f"may not use {what}")
