"""Copies what npm fetched (fonts, styles, scripts) to where the service reads it; run by `make assets` at set-up.

GOV.UK Frontend comes without its font: GDS Transport may not be used outside its domain.
"""

from __future__ import annotations

import re
import shutil
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
FONTS = ROOT / "config" / "fonts"
VENDOR = ROOT / "config" / "web" / "static" / "vendor"
FONT_SOURCES = "@expo-google-fonts/tinos/*/*.ttf"
STYLES = "govuk-frontend/dist/govuk/govuk-frontend.min.css"
COPIED = {
    "source-sans-3-latin.woff2": "@fontsource-variable/source-sans-3/files/source-sans-3-latin-wght-normal.woff2",
    "source-sans-3-vietnamese.woff2": (
        "@fontsource-variable/source-sans-3/files/source-sans-3-vietnamese-wght-normal.woff2"
    ),
    "be-vietnam-pro-latin.woff2": "@fontsource/be-vietnam-pro/files/be-vietnam-pro-latin-700-normal.woff2",
    "be-vietnam-pro-vietnamese.woff2": "@fontsource/be-vietnam-pro/files/be-vietnam-pro-vietnamese-700-normal.woff2",
    "htmx.min.js": "htmx.org/dist/htmx.min.js",
}
FONT_FACE = re.compile(r"@font-face\{[^}]*\}")


def copy_fonts(packages: Path, target: Path) -> list[str]:
    """Put every font of papers into `target`, whole or not at all; returns their names, sorted."""
    found = sorted(packages.glob(FONT_SOURCES))
    for source in found:
        _put(target / source.name, source.read_bytes())
    return sorted(source.name for source in found)


def copy_web_files(packages: Path, target: Path) -> list[str]:
    """Put styles, fonts and scripts of the pages into `target`; returns their names, sorted."""
    if not (packages / STYLES).exists():
        return []
    for name, source in COPIED.items():
        _put(target / name, (packages / source).read_bytes())
    _put(target / "govuk.css", without_fonts((packages / STYLES).read_text(encoding="utf-8")).encode())
    return sorted([*COPIED, "govuk.css"])


def without_fonts(styles: str) -> str:
    """The style sheet without its own fonts and without a pointer to a source map."""
    plain = FONT_FACE.sub("", styles).replace("GDS Transport,arial,sans-serif", "inherit")
    return re.sub(r"/\*# sourceMappingURL=.*?\*/", "", plain)


def _put(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{path.name}")
    partial.write_bytes(content)
    shutil.move(partial, path)


def main() -> int:
    """`python -m config.assets`; exit 1 when npm has not been run."""
    packages = ROOT / "node_modules"
    fonts, files = copy_fonts(packages, FONTS), copy_web_files(packages, VENDOR)
    if not fonts or not files:
        sys.stderr.write("There are no fonts or front-end files in node_modules: run `make assets`.\n")
        return 1
    sys.stdout.write(f"{len(fonts)} fonts are in {FONTS.relative_to(ROOT)}, {len(files)} files of the pages beside\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
