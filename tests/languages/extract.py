"""Every text that a page may show, found in templates and code; and the `.po` files that must have them.

`python -m tests.languages.extract` lists what is missing, by the catalogue it belongs to.
"""

from __future__ import annotations

import ast
import importlib
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from babel.messages.pofile import read_po
from jinja2.ext import babel_extract

from config.errors import Refused

ROOT = Path(__file__).parent.parent.parent
PACKAGES = ("config", "signing", "registry", "licensing")
MARKS = {"later", "say", "_", "gettext", "translated"}
# Refusals that only people who run the installation meet: at its console, or in a job.
PACKAGES_READ = tuple(
    f"catalogue/{name}" for name in ("build", "lint", "package", "publish", "read", "retire", "yaml_")
)
NOT_FOR_PAGES = ("cli.py", "config/serve.py", "demonstration/", *PACKAGES_READ, "benchmark.py")


@dataclass(frozen=True)
class Said:
    """A text with where it is said; `pattern` None: it is put together in a way that cannot be translated."""

    place: str
    pattern: str | None


def catalogue_of(path: Path) -> Path:
    """The catalogue for texts of a file: `vi.po` of its room (`licensing/accounts`), or of `config`."""
    parts = path.relative_to(ROOT).parts
    depth = 2 if parts[0] != "config" and len(parts) > 2 else 1
    return ROOT.joinpath(*parts[:depth]) / "vi.po"


def texts_of_templates() -> Iterator[tuple[Path, Said]]:
    """What templates say: `{{ _("…") }}`, `{{ ngettext("…", "…", n) }}`."""
    for package in PACKAGES:
        for path in sorted((ROOT / package).glob("**/*.html")):
            with path.open("rb") as file:
                for line, _, message, _ in babel_extract(file, ("_", "gettext", "ngettext"), [], {}):
                    text = message if isinstance(message, str) or message is None else message[0]
                    yield path, Said(f"{path.relative_to(ROOT)}:{line}", text)


def refusals() -> set[str]:
    """The names of all kinds of refusal."""
    waiting, found = [Refused], set()
    while waiting:
        kind = waiting.pop()
        found.add(kind.__name__)
        waiting += kind.__subclasses__()
    return found


def texts_of_code(kinds: set[str]) -> Iterator[tuple[Path, Said]]:
    """What code says: marked texts, and the sentences of refusals in `licensing`."""
    for package in PACKAGES:
        for path in sorted((ROOT / package).glob("**/*.py")):
            name = path.relative_to(ROOT).as_posix()
            if any(part in name for part in NOT_FOR_PAGES):
                continue
            refused = kinds if package == "licensing" else set()
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call) and node.args:
                    yield from ((path, Said(f"{name}:{node.lineno}", text)) for text in _texts(node, refused))
                if isinstance(node, ast.Dict):
                    yield from ((path, Said(f"{name}:{node.lineno}", text)) for text in _details(node))


def _texts(call: ast.Call, refused: set[str]) -> Iterator[str | None]:
    called = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    first = call.args[0]
    if called in MARKS and isinstance(first, ast.Constant) and isinstance(first.value, str):
        yield first.value
    if called in refused:
        if isinstance(first, ast.Constant) and isinstance(first.value, str):
            yield first.value
        elif isinstance(first, ast.JoinedStr):
            yield None


def _details(node: ast.Dict) -> Iterator[str | None]:
    """A fault, written as `{"pointer": …, "detail": …}`."""
    names = [key.value for key in node.keys if isinstance(key, ast.Constant)]
    if "pointer" in names and "detail" in names:
        value = node.values[names.index("detail")]
        if isinstance(value, ast.Constant) and isinstance(value.value, str):
            yield value.value
        elif isinstance(value, ast.JoinedStr):
            yield None


def translations(path: Path) -> dict[str, str]:
    """The finished translations of a catalogue, by their English text."""
    if not path.exists():
        return {}
    with path.open("rb") as file:
        return {
            message.id if isinstance(message.id, str) else message.id[0]: (
                message.string if isinstance(message.string, str) else message.string[0]
            )
            for message in read_po(file, locale="vi")
            if message.id and message.string and not message.fuzzy
        }


def everything_said() -> list[tuple[Path, Said]]:
    """All texts, with the file each stands in."""
    return [*texts_of_templates(), *texts_of_code(refusals())]


def all_translations() -> dict[str, str]:
    """What the catalogues have together."""
    found: dict[str, str] = {}
    for path in catalogues():
        found |= translations(path)
    return found


def catalogues() -> list[Path]:
    """The files of all rooms."""
    return [path for package in PACKAGES for path in sorted((ROOT / package).glob("**/vi.po"))]


def main() -> int:
    """List what is missing; exit 1 when something is."""
    importlib.import_module("app")  # every kind of refusal is known once everything is imported
    have = all_translations()
    missing: dict[Path, dict[str, str]] = {}
    for path, said in everything_said():
        if said.pattern is None:
            sys.stdout.write(f"{said.place}: put together with f-strings; use say(…)\n")
        elif said.pattern not in have:
            missing.setdefault(catalogue_of(path), {})[said.pattern] = said.place
    for catalogue, texts in missing.items():
        sys.stdout.write(f"\n# {catalogue.relative_to(ROOT)}\n")
        for text, place in texts.items():
            quoted = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
            sys.stdout.write(f'#: {place.rpartition(":")[0]}\nmsgid "{quoted}"\nmsgstr ""\n\n')
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
