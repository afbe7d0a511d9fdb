"""Reads YAML that people write: no surprises of type, nothing doubled, nothing that grows, nothing executed."""

from __future__ import annotations

from typing import Any

import yaml

from config.errors import Fault
from licensing.catalogue.errors import PackageBroken

LARGEST_FILE = 200_000
DEEPEST = 12
MOST_NODES = 20_000
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # ten times quicker where the wheel has it
LONGEST_NUMBER = 15
PLAIN = {"true": True, "false": False, "null": None, "": None}


def read_yaml(text: str, name: str) -> Any:
    """The values of a YAML text: mappings, lists, text, whole numbers, true, false and null.

    Dates, decimals, `yes` and `no` stay text. Raises PackageBroken with the line of the fault.
    """
    if len(text.encode()) > LARGEST_FILE:
        raise broken(name, f"is larger than {LARGEST_FILE} bytes")
    try:
        _refuse_aliases(text, name)
        node = yaml.compose(text, Loader=LOADER)
    except (yaml.YAMLError, RecursionError) as error:
        raise broken(name, f"is not YAML: {' '.join(str(error).split())[:300]}") from error
    if node is None:
        raise broken(name, "is empty")
    return _value(node, name, 0)


def broken(place: str, detail: str) -> PackageBroken:
    """One fault as an error."""
    return PackageBroken([Fault(pointer=place, detail=detail)])


def _refuse_aliases(text: str, name: str) -> None:
    """Aliases let a short text grow without end; tags name types. Neither is needed. Depth and size are capped."""
    depth = 0
    for count, event in enumerate(yaml.parse(text, Loader=LOADER)):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > DEEPEST or count > MOST_NODES:
            raise broken(name, "is too deep or too long")
        marked = getattr(event, "anchor", None) or getattr(event, "tag", None)
        if marked or isinstance(event, yaml.AliasEvent):
            line = event.start_mark.line + 1 if event.start_mark else "?"
            raise broken(f"{name}:{line}", "anchors, aliases and tags are not allowed")


def _value(node: yaml.Node, name: str, depth: int) -> Any:
    if isinstance(node, yaml.MappingNode):
        return _mapping(node, name, depth)
    if isinstance(node, yaml.SequenceNode):
        return [_value(item, name, depth + 1) for item in node.value]
    text = str(node.value)
    if isinstance(node, yaml.ScalarNode) and not node.style:
        if text in PLAIN:
            return PLAIN[text]
        digits = text.removeprefix("-")
        if digits.isascii() and digits.isdecimal() and len(digits) <= LONGEST_NUMBER:
            return int(text) if str(int(text)) == text else text  # 007 is a code, not a number
    return text


def _mapping(node: yaml.MappingNode, name: str, depth: int) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key_node, value_node in node.value:
        place = f"{name}:{key_node.start_mark.line + 1}"
        if not isinstance(key_node, yaml.ScalarNode):
            raise broken(place, "a key must be text")
        if key_node.value in found:
            raise broken(place, f"{key_node.value!r} is there twice")
        found[key_node.value] = _value(value_node, name, depth + 1)
    return found
