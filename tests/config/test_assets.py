"""Fonts and styles reach the folders that they are read from; a font that is not ours does not."""

from __future__ import annotations

from pathlib import Path

from config.assets import COPIED, STYLES, copy_fonts, copy_web_files, without_fonts


def test_every_font_of_the_package_is_copied_whole_and_a_repeat_changes_nothing(tmp_path: Path) -> None:
    package = tmp_path / "node_modules" / "@expo-google-fonts" / "tinos"
    for name in ("400Regular", "700Bold"):
        (package / name).mkdir(parents=True)
        (package / name / f"Tinos_{name}.ttf").write_bytes(name.encode())
    for _ in range(2):
        names = copy_fonts(tmp_path / "node_modules", tmp_path / "fonts")
    assert names == ["Tinos_400Regular.ttf", "Tinos_700Bold.ttf"]
    assert sorted(path.name for path in (tmp_path / "fonts").iterdir()) == names
    assert (tmp_path / "fonts" / "Tinos_700Bold.ttf").read_bytes() == b"700Bold"


def test_without_the_package_nothing_is_copied(tmp_path: Path) -> None:
    assert copy_fonts(tmp_path, tmp_path / "fonts") == []


GOV_UK = (
    '@font-face{font-family:GDS Transport;src:url("fonts/light.woff2") format("woff2")}'
    ".govuk-body{font-family:GDS Transport,arial,sans-serif;color:#0b0c0c}"
    "@media print{.govuk-body{font-family:sans-serif}}"
    '@font-face{font-family:GDS Transport;font-weight:700;src:url("fonts/bold.woff2")}'
    "/*# sourceMappingURL=govuk-frontend.min.css.map */"
)


def test_the_styles_come_without_the_font_that_only_others_may_use() -> None:
    styles = without_fonts(GOV_UK)
    assert styles == (".govuk-body{font-family:inherit;color:#0b0c0c}@media print{.govuk-body{font-family:sans-serif}}")


def test_files_of_the_pages_are_copied_whole(tmp_path: Path) -> None:
    packages, target = tmp_path / "node_modules", tmp_path / "vendor"
    for source in (STYLES, *COPIED.values()):
        (packages / source).parent.mkdir(parents=True, exist_ok=True)
        (packages / source).write_text(GOV_UK if source == STYLES else source)
    names = copy_web_files(packages, target)
    assert names == sorted([*COPIED, "govuk.css"]) == sorted(path.name for path in target.iterdir())
    assert "GDS" not in (target / "govuk.css").read_text()
    assert copy_web_files(tmp_path / "nothing", target) == []


def test_what_is_installed_has_no_such_font() -> None:
    vendor = Path(__file__).parents[2] / "config" / "web" / "static"
    styles = list(vendor.rglob("*.css"))
    assert any(path.name == "govuk.css" for path in styles)
    assert [path.name for path in styles if "GDS Transport" in path.read_text(encoding="utf-8")] == []
