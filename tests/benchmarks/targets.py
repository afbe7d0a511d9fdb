"""What a benchmark promises: a value, the most it may be, and whether it kept to it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def held_against(values: Mapping[str, float], most: Mapping[str, float]) -> dict[str, dict[str, Any]]:
    """Each value with its target."""
    return {
        name: {"value": round(values[name], 3), "target": limit, "met": values[name] <= limit}
        for name, limit in most.items()
    }


def all_met(targets: Mapping[str, Mapping[str, Any]]) -> bool:
    """Whether every target was kept."""
    return all(target["met"] for target in targets.values())


def table(result: Mapping[str, Any], indent: str = "") -> list[str]:
    """A result as lines to read: nested figures below their name."""
    lines = []
    for name, value in result.items():
        if isinstance(value, Mapping) and set(value) == {"value", "target", "met"}:
            word = "met" if value["met"] else "MISSED"
            lines.append(f"{indent}{name:<34}{value['value']:>12} of at most {value['target']:<8} {word}")
        elif isinstance(value, Mapping):
            lines += [f"{indent}{name}", *table(value, indent + "  ")]
        else:
            lines.append(f"{indent}{name:<34}{value!s:>12}")
    return lines
