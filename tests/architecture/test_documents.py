"""Documentation says what the code does: settings, problems, commands, words, rooms and links."""

from __future__ import annotations

import re

import click
import pytest

from config.cli import commands
from config.errors import Conflict, Refused
from tests.architecture import docs_guards as guards
from tests.architecture.code_guards import words
from tests.architecture.loaded import our_modules, our_subclasses
from tests.architecture.sources import ROOT, Source, code, texts

READ_FROM = (
    "config/settings.py",
    "config/site.py",
    "config/mail.py",
    "config/evidence.py",
    "config/authority.py",
)


def page(name: str) -> str:
    return (ROOT / "docs" / name).read_text(encoding="utf-8")


def our_refusals() -> set[type[Refused]]:
    """What use cases raise: the classes at the ends of the tree below the five kinds."""
    return {kind for kind in our_subclasses(Refused) if kind.__module__ != "config.errors"}


def our_commands() -> dict[str, click.Command]:
    from app import PACKAGES

    return guards.command_lines(commands, [item for package in PACKAGES for item in package.COMMANDS])


def our_rooms() -> set[str]:
    """Every folder of a package that holds modules."""
    return {
        "/".join(source.path.split("/")[:2])
        for source in code()
        if re.match(r"(signing|registry|licensing)/\w+/", source.path)
    }


def test_every_setting_is_documented_with_its_default() -> None:
    read = [guards.settings_in_code(source) for source in code() if source.path in READ_FROM]
    assert len(read) == len(READ_FROM)
    settings = {name: default for found in read for name, default in found.items()}
    assert len(settings) >= 40
    assert guards.faults_in_settings(page("settings.md"), settings) == []


def test_every_problem_is_documented_with_its_status() -> None:
    assert len(our_refusals()) >= 50
    assert guards.faults_in_problems(page("problems.md"), our_refusals()) == []


def test_no_two_refusals_share_a_code() -> None:
    codes = [kind.__new__(kind).code for kind in our_refusals()]
    assert sorted({code for code in codes if codes.count(code) > 1}) == []


def test_every_command_is_documented_with_its_exit_codes() -> None:
    assert len(our_commands()) >= 10
    assert guards.faults_in_commands(page("commands.md"), our_commands()) == []


def test_the_glossary_explains_each_word_once_and_its_words_are_used() -> None:
    named = {name for source in code() for name in re.findall(r"[A-Za-z_]+", source.text)}
    used = {word for name in named for word in words(name)}
    singular = used | {word.removesuffix("s") for word in used}
    assert len(guards.rows(page("glossary.md"))) >= 40
    assert guards.faults_in_glossary(page("glossary.md"), singular) == []


def test_the_map_shows_every_room() -> None:
    assert len(our_rooms()) >= 20
    assert guards.unmapped_rooms(page("architecture.md"), our_rooms()) == []


def test_no_link_and_no_file_name_leads_nowhere() -> None:
    pages = [source for source in texts() if source.path.endswith(".md") and not source.path.startswith("node_modules")]
    assert [fault for source in pages for fault in guards.dead_links(source, ROOT)] == []
    assert len(pages) >= 15


def test_every_package_can_be_imported() -> None:
    assert len(our_modules()) >= 100


@click.group()
def sample() -> None: ...


@sample.command("list")
def list_things() -> None:
    """List things; exit 1 if there are any, exit 4 at night."""


class StockEmpty(Conflict):
    """Nothing is left."""


SILENT = type("Silent", (Conflict,), {"__doc__": None})
HEAD = "| a | b | c |\n|---|---|---|\n"


@pytest.mark.parametrize(
    "text", ["| `PORT` | `8000` | x |", "| `PORT` | `1` | x |\n| `ZONE` | – | x |", "| `PORT` | `8000` |\n| `X` | – |"]
)
def test_a_missing_an_invented_and_a_wrong_setting_are_reported(text: str) -> None:
    source = Source("config/settings.py", 'reader.number("PORT", 8000, 1, 2)\n_socket(reader, "ZONE", x)')
    settings = guards.settings_in_code(source)
    assert settings == {"PORT": "8000", "ZONE": None}
    assert guards.faults_in_settings(HEAD + text, settings) != []
    assert guards.faults_in_settings(HEAD + "| `PORT` | `8000` | x |\n| `ZONE` | none | x |", settings) == []


@pytest.mark.parametrize(
    "text",
    ["", "| `stock-empty` | 404 | Nothing is left. |", "| `stock-empty` | 409 | Nothing is left. |\n| `x` | 409 | y |"],
)
def test_a_missing_a_wrong_and_an_invented_problem_are_reported(text: str) -> None:
    assert guards.faults_in_problems(HEAD + text, [StockEmpty]) != []
    assert guards.faults_in_problems(HEAD + "| `stock-empty` | 409 | Nothing is left. |", [StockEmpty]) == []
    assert guards.faults_in_problems("| `silent` | 409 |  |", [SILENT]) != []


@pytest.mark.parametrize(
    "text",
    [
        "",
        "| `antin list` | x | 0, 1, 2 |",
        "| `antin list` | x | 0, 1, 2, 4, 7 |",
        "| `antin list` | x | 0, 1, 2, 4 |\n| `antin sing` | x | 0 |",
    ],
)
def test_a_missing_an_invented_command_and_wrong_exit_codes_are_reported(text: str) -> None:
    lines = guards.command_lines(sample, [])
    assert guards.faults_in_commands(HEAD + text, lines) != []
    assert guards.faults_in_commands(HEAD + "| `antin list [--json]` | x | 0, 1, 2, 4 |", lines) == []


def test_a_word_twice_a_word_that_nobody_uses_and_an_untold_ban_are_reported() -> None:
    head = "| w | m | v | n |\n|---|---|---|---|\n"
    bans = "| licence | the permission | giấy phép | permit, license, dossier, SLA, blockchain |\n"
    assert guards.faults_in_glossary(head + bans, {"licence"}) == []
    assert guards.faults_in_glossary(head + bans + bans, {"licence"}) != []
    assert guards.faults_in_glossary(head + bans, {"fee"}) != []
    assert guards.faults_in_glossary(head + "| licence | x | y | permit |\n", {"licence"}) != []
    assert guards.faults_in_glossary(head + bans + "| fee |  |  |  |\n", {"licence", "fee"}) != []


def test_a_dead_link_and_a_file_that_is_not_there_are_reported() -> None:
    assert guards.dead_links(Source("docs/a.md", "[x](nowhere.md)"), ROOT) != []
    assert guards.dead_links(Source("docs/a.md", "see `licensing/nowhere/at_all.py`"), ROOT) != []
    assert (
        guards.dead_links(Source("docs/a.md", "[x](../pyproject.toml), `config/clock.py`, [y](https://x.org)"), ROOT)
        == []
    )


def test_a_room_that_is_not_on_the_map_is_reported() -> None:
    assert guards.unmapped_rooms("`licensing/fees/`", ["licensing/fees", "licensing/attic"]) == ["licensing/attic"]
