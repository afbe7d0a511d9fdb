"""Fonts reach the folder that the typesetter reads."""

from __future__ import annotations

from pathlib import Path

from config.assets import copy_fonts


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
