"""The agent asked in a terminal: what it prints, what it takes for a yes, and that nothing moves the cursor."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from signing.agent.consent import Asking, Sheet, printable
from signing.agent.errors import Said
from signing.agent.terminal import TerminalWindow
from signing.keys.errors import WrongPin
from signing.pades.prepare import PreparedRevision
from tests.agent.installation import Installation
from tests.pki.build import PIN


@pytest.fixture
def seen() -> list[bytes]:
    return []


@pytest.fixture
def asking(installation: Installation, prepared: PreparedRevision) -> Asking:
    said = replace(installation.said(prepared, "a" * 43, "n" * 43), summary="Giấy\x1b[2J chứng nhận")
    sheet = Sheet(said, prepared.revision, 1, prepared.attributes)

    def use(pin: str) -> None:
        if pin != PIN:
            raise WrongPin("no")

    return Asking([sheet], "https://here.example", "Nguyễn Thị Thử", "vi", use)


def ask(asking: Asking, *typed: str) -> Result:
    @click.command()
    def command() -> None:
        try:
            TerminalWindow().ask(asking, 60)
            click.echo("signed")
        except Said as why:
            click.echo(why.code)

    return CliRunner().invoke(command, input="".join(f"{line}\n" for line in typed))


def test_yes_and_the_pin_sign(asking: Asking, prepared: PreparedRevision) -> None:
    done = ask(asking, "có", "wrong", PIN)
    assert done.output.endswith("signed\n"), done.output
    assert PIN not in done.output
    assert "\x1b" not in done.output
    assert "Giấy\N{REPLACEMENT CHARACTER}[2J chứng nhận" in done.output
    (path,) = [line.split(": ")[1] for line in done.output.splitlines() if line.endswith(".pdf")]
    assert not Path(os.fspath(path)).exists()


@pytest.mark.parametrize("typed", [["no"], [""], ["có", ""], ["sign"]])
def test_anything_else_does_not(asking: Asking, typed: list[str]) -> None:
    assert ask(asking, *typed).output.endswith("declined\n")


def test_three_wrong_pins_end_it(asking: Asking) -> None:
    assert ask(asking, "yes", "1", "2", "3", PIN).output.endswith("wrong-pin\n")


def test_only_what_can_be_printed_is() -> None:
    assert printable("Số 1\r\n\x07\u202e") == "Số 1" + "\N{REPLACEMENT CHARACTER}" * 4
