"""Reads a procedure package: from its folder before it is published, from its stored text ever after."""

from __future__ import annotations

import hashlib
import json
import math
import unicodedata
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from licensing.catalogue.build import build
from licensing.catalogue.package import Definition, ProcedurePackage
from licensing.catalogue.patterns import PATTERNS
from licensing.catalogue.yaml_text import LARGEST_FILE, broken, read_yaml

PACKAGES = Path(__file__).parent / "packages"
LAYOUTS = Path(__file__).parent / "layouts"
DEFINITION, FORM = "procedure.yaml", "form.json"
DEEPEST_FORM = 16


def read_package(folder: Path, layouts: Path = LAYOUTS) -> ProcedurePackage:
    """The package in a folder, together with the shared layouts as they are now. Raises PackageBroken."""
    files = {}
    sources = {path.name: path for path in folder.glob("*")}
    sources |= {f"layouts/{path.name}": path for path in layouts.glob("*.typ")}
    for name, path in sorted(sources.items()):
        if path.suffix not in (".yaml", ".json", ".typ") or path.is_symlink() or not path.is_file():
            raise broken(name, "does not belong in a package")
        if path.stat().st_size > LARGEST_FILE:
            raise broken(name, f"is larger than {LARGEST_FILE} bytes")
        try:
            files[name] = unicodedata.normalize("NFC", path.read_text(encoding="utf-8"))
        except UnicodeDecodeError as error:
            raise broken(name, "is not text in UTF-8") from error
    return package_of(files)


def read_body(body: str) -> ProcedurePackage:
    """The package of a stored revision, from its exact text."""
    return package_of(json.loads(body)["files"])


def package_of(files: Mapping[str, str]) -> ProcedurePackage:
    """The package that these texts make. Raises PackageBroken."""
    for name in (DEFINITION, FORM):
        if name not in files:
            raise broken(name, "is missing")
    definition = build(Definition, read_yaml(files[DEFINITION], DEFINITION), DEFINITION)
    form = _read_form(files[FORM])
    body = json.dumps({"files": dict(files)}, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return ProcedurePackage(definition, form, dict(files), body, hashlib.sha256(body.encode()).hexdigest())


def _read_form(text: str) -> dict[str, Any]:
    def refuse_doubled(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) != len(pairs):
            raise ValueError("a key is there twice")
        return found

    try:
        form = json.loads(text, object_pairs_hook=refuse_doubled, parse_constant=_refuse_constant, parse_float=_finite)
    except (ValueError, RecursionError) as error:
        raise broken(FORM, f"is not JSON: {error}") from error
    if not isinstance(form, dict) or _depth(form) > DEEPEST_FORM:
        raise broken(FORM, f"must be an object, at most {DEEPEST_FORM} deep")
    named: dict[str, Any] = _with_patterns(form, FORM)
    return named


def _with_patterns(value: Any, place: str) -> Any:
    """The form with `"pattern": "@phone"` written out; a pattern that has no name is refused."""
    if isinstance(value, list):
        return [_with_patterns(item, f"{place}/{index}") for index, item in enumerate(value)]
    if not isinstance(value, dict):
        return value
    found = {key: _with_patterns(item, f"{place}/{key}") for key, item in value.items()}
    if isinstance(found.get("pattern"), str):
        name = found["pattern"].removeprefix("@")
        if name not in PATTERNS or not found["pattern"].startswith("@"):
            raise broken(f"{place}/pattern", "must be one of " + ", ".join(f"@{known}" for known in PATTERNS))
        found["pattern"] = PATTERNS[name]
    return found


def _finite(digits: str) -> float:
    if not math.isfinite(number := float(digits)):
        raise ValueError(f"{digits} is too large")
    return number


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is not a number")


def _depth(value: Any) -> int:
    if isinstance(value, dict):
        return 1 + max(map(_depth, value.values()), default=0)
    return 1 + max(map(_depth, value), default=0) if isinstance(value, list) else 0
