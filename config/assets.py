"""Copies what npm fetched (fonts) to where the service reads it; run by `make assets`, never while serving."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
FONTS = ROOT / "config" / "fonts"
FONT_SOURCES = "@expo-google-fonts/tinos/*/*.ttf"


def copy_fonts(packages: Path, target: Path) -> list[str]:
    """Put every font file into `target`, whole or not at all; returns their names, sorted."""
    target.mkdir(parents=True, exist_ok=True)
    found = sorted(packages.glob(FONT_SOURCES))
    for source in found:
        partial = target / f".{source.name}"
        shutil.copyfile(source, partial)
        partial.rename(target / source.name)
    return sorted(source.name for source in found)


def main() -> int:
    """`python -m config.assets`; exit 1 when npm has not been run."""
    names = copy_fonts(ROOT / "node_modules", FONTS)
    if not names:
        sys.stderr.write("There are no fonts in node_modules: run `make assets`.\n")
        return 1
    sys.stdout.write(f"{len(names)} fonts are in {FONTS.relative_to(ROOT)}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
