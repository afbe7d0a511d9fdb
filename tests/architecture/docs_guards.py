"""Documentation against code: what the one names, the other has. Each function returns what is missing or too much."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Mapping
from pathlib import Path

import click
from flask import Flask

from config.errors import Refused
from config.problems import refusal_problem
from tests.architecture.sources import Source, calls
from tests.architecture.tree_guards import BANNED_IDENTIFIERS

ROW = re.compile(r"^\|(?P<cells>.+)\|\s*$")
LINK = re.compile(r"\[[^\]]+\]\((?P<target>[^)#\s]+)(#[^)]*)?\)")
PATH_IN_TEXT = re.compile(r"`(?P<path>(config|signing|registry|licensing|migrations|tests|docs)/[\w./-]+\.\w+)`")
EXIT_CODE = re.compile(r"[Ee]xit(?: code)?s? (\d)")
EVERY_COMMAND = {"0", "2"}  # done; wrong call or settings


def rows(markdown: str) -> list[list[str]]:
    """The cells of every table row, without heads and rules."""
    found: list[list[str]] = []
    for line in markdown.splitlines():
        if match := ROW.match(line.strip()):
            cells = [cell.strip() for cell in match["cells"].replace("\\|", "\0").split("|")]
            if set("".join(cells)) <= set("-: "):
                found.pop()  # the line above was the head
            else:
                found.append([cell.replace("\0", "|") for cell in cells])
    return found


def quoted(cell: str) -> str:
    """`x` -> x; nothing when the cell does not begin with code."""
    match = re.match(r"`([^`]+)`", cell)
    return match[1] if match else ""


def settings_in_code(source: Source) -> dict[str, str | None]:
    """Each name that config/settings.py reads from the environment, with its default where that is a literal."""
    found: dict[str, str | None] = {}
    for name, call in calls(source):
        arguments = list(call.args)
        if not name.startswith("reader."):
            arguments = arguments[1:] if arguments and ast.unparse(arguments[0]) == "reader" else []
        if arguments and isinstance(arguments[0], ast.Constant) and isinstance(arguments[0].value, str):
            setting = arguments[0].value
            if re.fullmatch(r"[A-Z][A-Z0-9_]+", setting):
                literal = arguments[1].value if len(arguments) > 1 and isinstance(arguments[1], ast.Constant) else None
                found[setting] = str(literal) if literal not in (None, "") else found.get(setting)
    return found


def faults_in_settings(markdown: str, code: Mapping[str, str | None]) -> list[str]:
    """Settings that the page lacks, invents, or gives another default."""
    page = {quoted(row[0]): row[1] for row in rows(markdown) if quoted(row[0])}
    faults = [f"lacks {name}" for name in code.keys() - page.keys()]
    faults += [f"invents {name}" for name in page.keys() - code.keys()]
    for name, default in code.items():
        if default is not None and name in page and quoted(page[name]) != default:
            faults.append(f"{name}: the default is `{default}`, not {page[name]}")
    return sorted(faults)


def problem_row(kind: type[Refused]) -> str:
    """The line of docs/problems.md for a refusal: its code, its status as the web gives it, its docstring."""
    error = kind.__new__(kind)
    error.detail, error.errors = "", []
    with Flask("docs").test_request_context():
        status = refusal_problem(error).status_code
    meaning = " ".join((kind.__doc__ or "").split("\n\n")[0].split())
    return f"| `{error.code}` | {status} | {meaning} |"


def faults_in_problems(markdown: str, kinds: Iterable[type[Refused]]) -> list[str]:
    """Lines that the page lacks, and lines that no refusal has; what it says of the framework stands in prose."""
    expected = {problem_row(kind) for kind in kinds}
    page = {line.strip() for line in markdown.splitlines() if line.startswith("| `")}
    faults = [f"lacks: {line}" for line in expected - page] + [f"invents: {line}" for line in page - expected]
    return sorted(faults + [f"says nothing: {line}" for line in expected if line.endswith("|  |")])


def command_lines(
    group: click.Group, extra: Iterable[click.Command], prefix: str = "antin"
) -> dict[str, click.Command]:
    """Every command with its whole name: `antin jobs failed`."""
    found: dict[str, click.Command] = {}
    for command in [*group.commands.values(), *extra]:
        name = f"{prefix} {command.name}"
        if isinstance(command, click.Group):
            found |= command_lines(command, [], name)
        else:
            found[name] = command
    return found


def faults_in_commands(markdown: str, commands: Mapping[str, click.Command]) -> list[str]:
    """Commands that the page lacks or invents; exit codes that differ from what the command's help says."""
    page: dict[str, str] = {}
    faults = []
    for row in rows(markdown):
        if line := quoted(row[0]):
            name = next(
                (name for name in sorted(commands, key=len, reverse=True) if f"{line} ".startswith(f"{name} ")), ""
            )
            if name:
                page[name] = row[2]
            else:
                faults.append(f"invents {line}")
    faults += [f"lacks {name}" for name in commands.keys() - page.keys()]
    for name, cell in page.items():
        written = set(re.findall(r"\d+", cell))
        said = set(EXIT_CODE.findall(commands[name].help or ""))
        if not said <= written or not written >= EVERY_COMMAND or not written <= said | EVERY_COMMAND | {"1"}:
            faults.append(f"{name}: exit codes {sorted(written)}, its help says {sorted(said)}")
    return sorted(faults)


def faults_in_glossary(markdown: str, words_in_code: set[str]) -> list[str]:
    """Words explained twice, without all four cells, or not used in code; bans that the page does not tell."""
    now, _, later = markdown.partition("## Kept for later")
    terms: list[str] = []
    faults = []
    for row in rows(now):
        if len(row) != 4 or not all(row[:3]):
            faults.append(f"{row[0]}: needs word, meaning, Vietnamese, and what not to say")
        for term in row[0].split(" · "):
            terms.append(term)
            missing = {part.lower() for part in term.replace("-", " ").split()} - words_in_code
            if missing:
                faults.append(f"{term}: not a word of the code ({', '.join(sorted(missing))})")
    terms += [term for row in rows(later) for term in row[0].split(" · ")]
    faults += [f"{term}: explained twice" for term in {term for term in terms if terms.count(term) > 1}]
    never = " ".join(row[3] for row in rows(markdown) if len(row) == 4).lower()
    singular = {word.removesuffix("s") for word in BANNED_IDENTIFIERS}
    return sorted(faults + [f"does not ban {word}" for word in singular if not re.search(rf"\b{word}\b", never)])


def dead_links(source: Source, root: Path) -> list[str]:
    """Links and file names in a page that lead nowhere."""
    folder = (root / source.path).parent
    faults = []
    for match in LINK.finditer(source.text):
        target = match["target"]
        if "://" not in target and not target.startswith("mailto:") and not (folder / target).exists():
            faults.append(f"{source.path}: {target}")
    return faults + [
        f"{source.path}: {match['path']}"
        for match in PATH_IN_TEXT.finditer(source.text)
        if not (root / match["path"]).exists()
    ]


def unmapped_rooms(markdown: str, rooms: Iterable[str]) -> list[str]:
    """Rooms (`licensing/fees/`) that the map does not show."""
    return sorted(room for room in rooms if f"`{room}/`" not in markdown)
