"""Our packages, imported whole: for guards that ask classes and views rather than text."""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache
from types import ModuleType
from typing import TypeVar

from tests.architecture.contracts import ROOTS

Kind = TypeVar("Kind")


@cache
def our_modules() -> tuple[ModuleType, ...]:
    """Every module of the four packages."""
    found = []
    for root in ROOTS:
        package = importlib.import_module(root)
        found.append(package)
        for item in pkgutil.walk_packages(package.__path__, f"{root}."):
            found.append(importlib.import_module(item.name))
    return tuple(found)


def our_subclasses(kind: type[Kind]) -> set[type[Kind]]:
    """Every class below `kind` that our packages define, however deep."""
    our_modules()
    found: set[type[Kind]] = set()
    waiting = list(kind.__subclasses__())
    while waiting:
        one = waiting.pop()
        waiting += one.__subclasses__()
        if one.__module__.partition(".")[0] in ROOTS:
            found.add(one)
    return found
