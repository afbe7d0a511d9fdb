"""`antin licensing …` and `antin demo`."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click

from config.cli import Context, pass_context
from config.errors import Refused
from config.logs import set_up_logs
from config.settings import Settings
from config.unit_of_work import UnitOfWork
from licensing.demonstration.accounts import demonstration_accounts
from licensing.demonstration.furnish import furnish
from licensing.demonstration.passwords import Secrets
from licensing.demonstration.print_some import print_some
from licensing.demonstration.run import described, run_demonstration
from licensing.demonstration.seed import seed_demonstration
from licensing.demonstration.sign_and_seal import sign_and_seal


@click.group("licensing")
def licensing() -> None:
    """Procedures, agencies and the demonstration."""


@licensing.command("demonstration")
@click.option("--people-only", is_flag=True, help="Only accounts and the procedure, no applications.")
@click.option("--silent", is_flag=True, help="Say nothing unless something could not be done.")
@pass_context
def demonstration(context: Context, people_only: bool, silent: bool) -> None:
    """Fill an empty trial installation with invented data and say how to sign in; a repeat changes nothing.

    Documents are signed and sealed by the running processes of `antin serve`; without them that part is left out.
    """
    settings, unit = context.settings, context.unit
    set_up_logs("WARNING", "demonstration")
    secrets = seed_demonstration(unit, settings)
    if not people_only:
        _furnish(unit, settings, secrets)
    if not silent:
        click.echo("\n".join(demonstration_accounts(settings, not people_only)))


def _furnish(unit: UnitOfWork, settings: Settings, secrets: Secrets) -> None:
    """With people alone one can still begin, so what keeps the rest out is told and stops nothing."""
    try:
        furnish(unit, settings, secrets)
    except Refused as refused:
        click.echo(f"The demonstration has only people: {refused.detail}")
        return
    if left := sign_and_seal(unit, secrets):
        click.echo(f"Not signed and sealed yet, the next start goes on: {', '.join(left)}")
    if left := print_some(unit):
        click.echo(f"Not printed yet, the next start goes on: {', '.join(left)}")


@click.command("demo")
@click.option("--json", "as_json", is_flag=True, help="One JSON object as the last line.")
@click.option("--folder", type=click.Path(path_type=Path), help="Where the data goes; a fresh folder by default.")
def demo(as_json: bool, folder: Path | None) -> None:
    """Run the whole line once, in a fresh trial installation with its real processes. Exit 1 unless it ends green."""
    outcome, pdf = run_demonstration(folder, lambda line: click.echo(f"· {line}"))
    if as_json:
        click.echo(json.dumps(described(outcome, pdf), ensure_ascii=False))
    sys.exit(0 if outcome.verdict["verdict"] == "green" else 1)
