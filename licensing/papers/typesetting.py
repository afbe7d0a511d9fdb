"""The folder that the typesetter sees for our papers: their templates and the shared layouts, by their content."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

from config.storage import write_durably
from licensing.catalogue.read import LAYOUTS

TEMPLATES = Path(__file__).parent / "templates"


@cache
def template_folder(data_folder: Path, templates: Path = TEMPLATES) -> Path:
    """A folder of this installation with exactly the templates of this release, made when it is missing."""
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
