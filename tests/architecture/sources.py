"""What the guards look at: our files as text and as syntax trees, and what a guard reports about them."""

from __future__ import annotations

import ast
import subprocess
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path

ROOT = Path(__file__).parents[2]
CODE = ("app.py", "config/", "signing/", "registry/", "licensing/", "migrations/")
SHIPPED_TEXT = (".py", ".typ", ".html", ".jinja", ".css", ".js", ".md", ".yaml", ".yml", ".toml", ".json", ".txt", "")


@dataclass(frozen=True)
class Source:
    """One file: its path from the root of the tree, and its text."""

    path: str
    text: str

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text, self.path)

    @property
    def is_test(self) -> bool:
        return self.path.startswith("tests/")


@dataclass
class Inspection:
    """How many things a guard looked at, and one line for each that breaks the rule."""

    looked_at: int = 0
    findings: list[str] = field(default_factory=list)

    def look(self, wrong: bool, finding: str) -> None:
        self.looked_at += 1
        if wrong:
            self.findings.append(finding)


Guard = Callable[[Iterable[Source]], Inspection]


@dataclass(frozen=True)
class Case:
    """A guard with what makes it worth trusting: how much it must have seen, and samples that it must report."""

    guard: Guard
    over: Callable[[], Sequence[Source]]
    at_least: int
    bad: tuple[Source, ...]
    good: tuple[Source, ...] = ()


@cache
def tree_files() -> tuple[str, ...]:
    """Every file that is in git or would be: new ones count before their commit, ignored ones never."""
    command = ["git", "-c", "safe.directory=*", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, check=True).stdout.decode()
    return tuple(sorted(path for path in set(listed.split("\0")) if path and (ROOT / path).is_file()))


@cache
def texts() -> tuple[Source, ...]:
    """Every text file of the tree."""
    return tuple(_read(path) for path in tree_files() if Path(path).suffix in SHIPPED_TEXT)


@cache
def python() -> tuple[Source, ...]:
    """Every Python file: code, migrations and tests."""
    return tuple(source for source in texts() if source.path.endswith(".py"))


@cache
def code() -> tuple[Source, ...]:
    """What is installed: Python without the tests."""
    return tuple(source for source in python() if source.path.startswith(CODE))


def _read(path: str) -> Source:
    return Source(path, (ROOT / path).read_text(encoding="utf-8", errors="replace"))


def calls(source: Source) -> Iterator[tuple[str, ast.Call]]:
    """Every call with the dotted name of what is called: `session.commit`, `sleep`."""
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Call):
            yield dotted(node.func), node


def dotted(node: ast.expr) -> str:
    """`a.b.c` of a name or attribute; what is not a name stands as `()`."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        return f"{dotted(node.value)}.{node.attr}"
    return "()"


def identifiers(source: Source) -> Iterator[tuple[str, int]]:
    """Every name that the file gives or uses, with its line."""
    for node in ast.walk(source.tree):
        line = getattr(node, "lineno", 1)
        for attribute in ("id", "attr", "name", "arg", "asname", "module"):
            value = getattr(node, attribute, None)
            if isinstance(value, str):
                yield value, line
