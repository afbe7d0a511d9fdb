"""Lays the layout files of a published package out in a folder, so that the typesetter sees them and nothing else."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from pathlib import Path

from licensing.catalogue.package import ProcedurePackage


def template_folder(package: ProcedurePackage, under: Path) -> Path:
    """The folder with exactly this package's Typst files, below `under`; made once, named by what is in it.

    A folder is never changed after it has its name, so a compiler may keep it warm.
    """
    layouts = {name: text for name, text in sorted(package.files.items()) if name.endswith(".typ")}
    name = hashlib.sha256("\0".join(part for pair in layouts.items() for part in pair).encode()).hexdigest()
    folder = under / name
    if not folder.is_dir():
        _make(folder, layouts)
    return folder


def _make(folder: Path, layouts: dict[str, str]) -> None:
    folder.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    fresh = Path(tempfile.mkdtemp(dir=folder.parent))
    for name, text in layouts.items():
        path = fresh / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    try:
        os.rename(fresh, folder)  # noqa: PTH104 - must fail when the folder is there already
    except OSError:
        shutil.rmtree(fresh)  # another process was quicker, with the same content
        if not folder.is_dir():
            raise
