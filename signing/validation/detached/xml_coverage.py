"""What an XML signature signs, and whether anything of the document is left out of it: the way of most forgeries.

A file may move the signed part to where nobody reads it and put another one in its place (signature wrapping), or leave
most of itself unsigned. So all that is neither signed, nor the signature, may only hold these two together.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

from lxml import etree

from signing.validation.detached.xml_names import DS, HARMLESS, XADES
from signing.validation.report import Verdict

ID_NAMES = ("Id", "ID", "id")


@dataclass(frozen=True)
class Coverage:
    """`whole` when all of the XML but the signature itself is signed; `external` when a document beside it is."""

    whole: bool = False
    external: bool = False


class OnlyPart(Exception):
    """Something is not signed, or not in a way that can be relied on; the text is a sentence."""

    def __init__(self, weight: Verdict, text: str, coverage: Coverage) -> None:
        super().__init__(text)
        self.weight, self.coverage = weight, coverage


def coverage_of(root: Any, signature: Any) -> Coverage:
    """What the references of the only signature of a document cover; raises OnlyPart with what is wrong."""
    references = list(signature.iterfind(f"{DS}SignedInfo/{DS}Reference"))
    external = [one for one in references if not _is_inside(one)]
    coverage = Coverage(external=bool(external))
    ids = Counter(value for element in root.iter(etree.Element) for value in _ids(element))
    if any(count > 1 for count in ids.values()):
        text = "Two parts of the XML have the same name, so that it is not certain which of them is signed."
        raise OnlyPart(Verdict.INVALID, text, coverage)
    if any(one.get("Algorithm") not in HARMLESS for one in signature.iterfind(f"{DS}SignedInfo//{DS}Transform")):
        text = "The signature leaves out parts of the document by rules that are not supported."
        raise OnlyPart(Verdict.INDETERMINATE, text, coverage)
    if len(external) > 1:
        raise OnlyPart(Verdict.INDETERMINATE, "The signature signs several files.", coverage)
    signed = [found for one in references if _is_inside(one) for found in _resolved(root, one)]
    left_out = next(iter((*_outside(root), *_left_out(root, signature, signed))), None)
    if external and root is signature and left_out is None:
        return coverage
    if left_out is not None or external:
        name = _name(root if left_out is None else left_out)
        raise OnlyPart(Verdict.INDETERMINATE, f"The XML has a part that is not signed: {name[:60]}.", coverage)
    return Coverage(whole=True)


def _name(found: Any) -> str:
    return str(found.target if found.tag is etree.PI else etree.QName(found).localname)


def _outside(root: Any) -> list[Any]:
    """Instructions beside the root, such as a style sheet that says how the document is shown."""
    beside = (*root.itersiblings(preceding=True), *root.itersiblings())
    return [one for one in beside if one.tag is etree.PI]


def _is_inside(reference: Any) -> bool:
    uri = reference.get("URI")
    return uri is not None and (uri == "" or uri.startswith("#"))


def _resolved(root: Any, reference: Any) -> list[Any]:
    uri = reference.get("URI")
    if uri == "":
        return [root]
    return [element for element in root.iter(etree.Element) if uri[1:] in _ids(element)]


def _ids(element: Any) -> list[str]:
    return [element.get(name) for name in ID_NAMES if element.get(name) is not None]


def _left_out(root: Any, signature: Any, signed: list[Any]) -> Any:
    """Elements that nobody signed and that say something: text, attributes, or no way to what is signed."""
    covered = {id(one) for one in signed}
    ways = {id(one) for found in (*signed, signature) for one in found.iterancestors()}
    yield from _objects_left_out(signature, covered)  # what is signed with all around it leaves these out
    waiting = [root]
    while waiting:
        element = waiting.pop()
        if id(element) in covered or element is signature:
            continue
        if id(element) not in ways or _says_something(element):
            yield element
            continue
        waiting += [child for child in element if isinstance(child.tag, str)]


def _objects_left_out(signature: Any, covered: set[int]) -> Any:
    """What the signature carries besides itself: its own properties may be there."""
    for one in signature.iterfind(f"{DS}Object"):
        signed = any(id(part) in covered for part in (one, *one))
        own = all(child.tag == f"{XADES}QualifyingProperties" for child in one) and not (one.text or "").strip()
        if not signed and not own:
            yield one


def _says_something(element: Any) -> bool:
    texts = [element.text, *(child.tail for child in element)]
    return any((text or "").strip() for text in texts) or any(name not in ID_NAMES for name in element.attrib)
