"""Asks in the terminal, for machines without a browser of their own: facts as text, the document as a file."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import click

from config.languages import translated
from config.sentences import later
from signing.agent.consent import Asking, printable

QUESTION = later("Look at every document. Sign with the key of this person? Type yes or no")
PIN = later("PIN of your key")
YES = ("yes", "y", "có", "co")


class TerminalWindow:
    """Asks where `antin agent run` was started. Documents lie in a folder of the person's own until it is over."""

    def ask(self, asking: Asking, seconds: float) -> None:
        """See Window. The terminal cannot be interrupted: an answer that comes too late signs nothing."""
        with tempfile.TemporaryDirectory(prefix="antin-agent-") as folder:  # 0700
            for number, sheet in enumerate(asking.sheets, 1):
                path = Path(folder) / f"{number}.pdf"
                path.write_bytes(sheet.document)
                self._show(asking, number, path)
            self._ask(asking)
        asking.wait(0)

    def _show(self, asking: Asking, number: int, path: Path) -> None:
        said = asking.sheets[number - 1].request
        for what, value in (
            (later("Installation"), asking.origin),
            (later("Document"), said.summary),
            (later("Signed by"), said.signatory),
            (later("On behalf of"), said.on_behalf_of),
            (later("Fingerprint of the file"), said.revision_sha256),
            (later("File to look at"), os.fspath(path)),
        ):
            click.echo(f"{translated(what, asking.language)}: {printable(value)}")
        click.echo("")

    def _ask(self, asking: Asking) -> None:
        question = translated(QUESTION, asking.language)
        answer = click.prompt(f"{question} ({printable(asking.holder)})", default="no", show_default=False)
        if answer.strip().lower() not in YES:
            asking.decline()
        while not asking.over.is_set():
            pin = click.prompt(translated(PIN, asking.language), hide_input=True, default="", show_default=False)
            if not pin:
                asking.decline()
            elif fault := asking.answer(pin):
                click.echo(translated(fault, asking.language))
