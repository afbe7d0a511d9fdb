"""What is written about a store or a key in `keys.toml`, taken apart with an error for each thing that is wrong."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any


class Options:
    """One table. Each getter raises ValueError with the name of the option, in words for an administrator."""

    def __init__(self, table: Mapping[str, Any], *known: str) -> None:
        if unknown := sorted(set(table) - set(known)):
            raise ValueError(f"there is no option {unknown[0]}; there are {', '.join(known)}.")
        self._table = table

    def text(self, name: str, default: str | None = None) -> str:
        """A text that is not empty."""
        value = self._table.get(name, default)
        if not isinstance(value, str) or not value:
            raise ValueError(f"{name} is missing." if value is None else f"{name} must be a text.")
        return value

    def optional(self, name: str) -> str | None:
        """A text, or None where there is none."""
        return self.text(name) if name in self._table else None

    def choice(self, name: str, choices: tuple[str, ...]) -> str:
        """One of `choices`."""
        value = self.text(name)
        if value not in choices:
            raise ValueError(f"{name} must be one of {', '.join(choices)}.")
        return value

    def flag(self, name: str) -> bool:
        """true or false, which it is when it is not there."""
        value = self._table.get(name, False)
        if not isinstance(value, bool):
            raise ValueError(f"{name} must be true or false.")
        return value

    def number(self, name: str, default: int, low: int, high: int) -> int:
        """A whole number from `low` to `high`."""
        value = self._table.get(name, default)
        if type(value) is not int or not low <= value <= high:
            raise ValueError(f"{name} must be a whole number from {low} to {high}.")
        return value

    def octets(self, name: str) -> bytes | None:
        """Octets written in hexadecimal, or None where there are none."""
        value = self.optional(name)
        try:
            return None if value is None else bytes.fromhex(value)
        except ValueError:
            raise ValueError(f"{name} must be hexadecimal.") from None

    def file(self, name: str, folder: Path) -> Path:
        """A file that is there; a relative path begins at the folder of keys."""
        path = folder / self.text(name)
        if not path.is_file():
            raise ValueError(f"{name}: there is no file {path.name}.")
        return path
