"""`antin licensing …` and `antin demo`."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click

from config.cli import Context, pass_context
from config.logs import set_up_logs
from licensing.demonstration.cast import AGENCY, APPLICANT_EMAIL, OFFICIALS
from licensing.demonstration.run import described, run_demonstration
from licensing.demonstration.seed import seed_demonstration


@click.group("licensing")
def licensing() -> None:
    """Procedures, agencies and the demonstration."""


@licensing.command("demonstration")
@pass_context
def demonstration(context: Context) -> None:
    """Fill an empty trial installation with invented data and say how to sign in; a repeat changes nothing."""
    settings = context.settings
    set_up_logs("WARNING", "demonstration")
    secrets = seed_demonstration(context.unit, settings)
    click.echo(f"Demonstration of {AGENCY.name_vi}: everything in it is invented.")
    click.echo(f"  password of all accounts: {secrets.password}")
    click.echo(f"  PIN of the signing key:   {secrets.pin}")
    click.echo(f"  {APPLICANT_EMAIL:<28} applies for a licence")
    for official in OFFICIALS:
        click.echo(f"  {official.login:<28} {official.title_en}")


@click.command("demo")
@click.option("--json", "as_json", is_flag=True, help="One JSON object as the last line.")
@click.option("--folder", type=click.Path(path_type=Path), help="Where the data goes; a fresh folder by default.")
def demo(as_json: bool, folder: Path | None) -> None:
    """Run the whole line once, in a fresh trial installation with its real processes. Exit 1 unless it ends green."""
    outcome, pdf = run_demonstration(folder, lambda line: click.echo(f"· {line}"))
    if as_json:
        click.echo(json.dumps(described(outcome, pdf), ensure_ascii=False))
    sys.exit(0 if outcome.verdict["verdict"] == "green" else 1)
