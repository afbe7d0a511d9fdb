"""How our documents are typeset, ready for two signatures; and the folder that the typesetter sees for our papers."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from functools import cache
from pathlib import Path
from typing import Any

from config.storage import write_durably
from config.typeset import Typesetter
from config.unit_of_work import UnitOfWork
from licensing.catalogue.read import LAYOUTS
from signing.pades.blanks import Blank
from signing.pades.fields import Box, Labels, add_signature_fields

TEMPLATES = Path(__file__).parent / "templates"
LABELS = Labels("Chữ ký số của người có thẩm quyền", "Chữ ký số của cơ quan (con dấu)")


@dataclass(frozen=True)
class Sheet:
    """A document to be typeset: `template` of `folder` with data and files, as of the beginning of `day`."""

    folder: Path
    template: str
    data: Mapping[str, Any]
    files: Mapping[str, bytes]
    day: date


def typeset(unit: UnitOfWork, sheet: Sheet) -> bytes:
    """PDF/A-3a, PDF/UA-1, without fields; the same sheet gives the same bytes."""
    at = datetime.combine(sheet.day, time(0), UTC)
    return unit.tools[Typesetter].typeset(sheet.folder, sheet.template, sheet.data, at=at, files=sheet.files)


def compose(unit: UnitOfWork, sheet: Sheet, boxes: tuple[Box, Box], blanks: Mapping[str, Blank]) -> bytes:
    """The document ready to be signed, with empty fields for signature, seal and what is filled in later."""
    return add_signature_fields(typeset(unit, sheet), *boxes, LABELS, blanks)


@cache
def template_folder(data_folder: Path, templates: Path = TEMPLATES) -> Path:
    """A folder of this installation with exactly these templates and the shared layouts, made when it is missing."""
    sources = {path.name: path.read_bytes() for path in sorted(templates.glob("*.typ"))}
    sources |= {f"layouts/{path.name}": path.read_bytes() for path in sorted(LAYOUTS.glob("*.typ"))}
    digest = hashlib.sha256()
    for name, content in sources.items():
        digest.update(f"{name} {len(content)}\n".encode() + content)
    folder = data_folder / "templates" / f"papers-{digest.hexdigest()[:32]}"
    for name, content in sources.items():
        path = folder / name
        if not path.exists() or path.read_bytes() != content:
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            write_durably(path, content)
    return folder
