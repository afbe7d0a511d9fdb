"""Whether an XML document has the structure of ETSI TS 119 102-2, told by the classes that pyHanko made of its schema.

Those are read as text: what they need to be imported is not installed. A class says its elements in their order.
"""

from __future__ import annotations

import ast
import functools
import importlib.util
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

GENERATED = ("etsi/ts_11910202.py", "etsi/xades.py", "w3c/xmldsig_core.py")
REPORT = "{http://uri.etsi.org/19102/v1.2.1#}ValidationReport"


@dataclass(frozen=True)
class Part:
    """An element or attribute of a type; `kind` is the class of its content, if it has one."""

    name: str
    role: str
    needed: bool
    many: bool
    kind: str


@functools.cache
def _classes() -> dict[str, ast.ClassDef]:
    spec = importlib.util.find_spec("pyhanko.generated")
    assert spec is not None and spec.submodule_search_locations
    folder = Path(next(iter(spec.submodule_search_locations)))
    trees = [ast.parse((folder / name).read_text(encoding="utf-8")) for name in GENERATED]
    return {node.name: node for tree in reversed(trees) for node in tree.body if isinstance(node, ast.ClassDef)}


@functools.cache
def parts(name: str) -> tuple[Part, ...]:
    """What a type consists of, in the order of its schema; what it extends comes first."""
    node = _classes()[name]
    above = [base.id for base in node.bases if isinstance(base, ast.Name) and base.id in _classes()]
    own = [_part(field) for field in node.body if isinstance(field, ast.AnnAssign)]
    return (*(part for base in above for part in parts(base)), *own)


def _part(field: ast.AnnAssign) -> Part:
    assert isinstance(field.target, ast.Name)
    told: dict[str, Any] = {}
    for keyword in field.value.keywords if isinstance(field.value, ast.Call) else ():
        if keyword.arg == "metadata":
            told = ast.literal_eval(keyword.value)
    annotation = ast.unparse(field.annotation)
    kind = annotation.removeprefix("tuple[").removesuffix(", ...]").removesuffix(" | None")
    namespace = told.get("namespace", "") if told.get("type") == "Element" else ""
    name = f"{{{namespace}}}{told.get('name', field.target.id)}" if namespace else told.get("name", field.target.id)
    needed = told.get("required", False) or told.get("min_occurs", 0) > 0
    return Part(name, told.get("type", "Text"), needed, annotation.startswith("tuple["), kind)


def faults(document: bytes) -> list[str]:
    """What is not as the schema has it, by the path of the element; nothing for a report as it should be."""
    root = ET.fromstring(document)
    found = [] if root.tag == REPORT else [f"{root.tag} is no report"]
    return [*found, *_faults(root, "ValidationReport", ""), *_dangling(root)]


def _faults(node: ET.Element, kind: str, path: str) -> Iterator[str]:
    path = f"{path}/{node.tag.rpartition('}')[2]}"
    known = parts(kind)
    attributes = {part.name: part for part in known if part.role == "Attribute"}
    yield from (f"{path}: attribute {name}" for name in node.attrib if name not in attributes)
    yield from (
        f"{path}: no {part.name}" for part in attributes.values() if part.needed and part.name not in node.attrib
    )
    elements = [part for part in known if part.role == "Element"]
    place = 0
    for child in node:
        here = next((at for at in range(place, len(elements)) if elements[at].name == child.tag), None)
        if here is None:
            yield f"{path}: {child.tag} is unknown, or comes too late"
            continue
        place = here if elements[here].many else here + 1
        if elements[here].kind in _classes() and not _is_enum(elements[here].kind):
            yield from _faults(child, elements[here].kind, path)
    present = {child.tag for child in node}
    needed = [part for part in elements if part.needed and part.name not in present]
    # a choice of the schema, which the classes tell as two parts (4.3.7): one of them is enough
    yield from (f"{path}: no {part.name}" for part in needed if not part.name.endswith("SignersDocumentRepresentation"))


def _is_enum(kind: str) -> bool:
    return any(isinstance(base, ast.Name) and base.id == "Enum" for base in _classes()[kind].bases)


def _dangling(root: ET.Element) -> Iterator[str]:
    """References that lead nowhere, and identities that stand there twice (xs:IDREF, xs:ID)."""
    identities = [node.attrib["id"] for node in root.iter() if "id" in node.attrib]
    yield from (f"{one} stands there twice" for one in set(identities) if identities.count(one) > 1)
    for node in root.iter():
        for name in node.attrib.get("VOReference", "").split():
            if name not in identities:
                yield f"{name} is nowhere"
