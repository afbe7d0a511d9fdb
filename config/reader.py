"""Values out of an environment, with everything that is wrong with them collected; nothing stops at the first."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path


class Reader:
    """Takes values out of an environment and collects what is wrong with them."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = environment
        self.problems: list[str] = []

    def text(self, name: str, default: str | None = None) -> str:
        """The value of NAME or the content of the file NAME_FILE; `default` when neither is set."""
        value, file = self._environment.get(name), self._environment.get(f"{name}_FILE")
        if value is not None and file is not None:
            self.problems.append(f"{name}: set {name} or {name}_FILE, not both.")
        if value is None and file is not None:
            try:
                value = Path(file).read_text(encoding="utf-8").strip()
            except (OSError, UnicodeDecodeError) as error:
                self.problems.append(f"{name}_FILE: cannot be read: {error}.")
                return default or ""
        if value is None or value == "":
            if default is None:
                self.problems.append(f"{name}: is missing.")
            return default or ""
        return value

    def parsed(self, name: str, default: str, parse: Callable[[str], object], what: str) -> object:
        """The value of NAME run through `parse`; a ValueError or KeyError is noted as "must be `what`"."""
        text = self.text(name, default)
        try:
            return parse(text)
        except (ValueError, KeyError, OSError):
            self.problems.append(f"{name}: must be {what}, not {text!r}.")
            return parse(default)

    def number(self, name: str, default: int, low: int, high: int) -> int:
        """A whole number from `low` to `high`."""

        def parse(text: str) -> int:
            value = int(text)
            if not low <= value <= high:
                raise ValueError
            return value

        value = self.parsed(name, str(default), parse, f"a whole number from {low} to {high}")
        assert isinstance(value, int)  # noqa: S101 - tells mypy what `parse` returns
        return value

    def choice(self, name: str, default: str, choices: tuple[str, ...]) -> str:
        """One of `choices`."""
        return str(
            self.parsed(name, default, lambda text: choices[choices.index(text)], "one of " + ", ".join(choices))
        )

    def given(self, name: str) -> bool:
        return name in self._environment or f"{name}_FILE" in self._environment
