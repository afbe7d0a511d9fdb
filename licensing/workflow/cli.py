"""What an administrator does with procedures from the command line; here, because a procedure is its steps as well."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path

import click

from config.access import SYSTEM
from config.cli import Context, pass_context
from licensing.accounts.cli import Day
from licensing.catalogue.errors import PackageBroken
from licensing.catalogue.lint import unverified
from licensing.catalogue.publish import publish_revision
from licensing.catalogue.read import read_package
from licensing.catalogue.retire import retire_procedure
from licensing.workflow.check_published import all_faults

FOLDER = click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
DAY = click.option("--from", "effective_from", type=Day(), required=True, help="The first day on which it counts.")


@click.group("procedures")
def procedures() -> None:
    """Check, publish and close procedures."""


@procedures.command("lint")
@FOLDER
@DAY
def lint_command(folder: Path, effective_from: date) -> None:
    """Say what is wrong with the package in FOLDER, then which law nobody has read; exit 1 if anything is wrong."""
    try:
        package = read_package(folder)
        faults = all_faults(package, effective_from)
    except PackageBroken as error:
        package, faults = None, list(error.errors)
    for fault in faults:
        click.echo(f"{fault['pointer']}: {fault['detail']}")
    for statement in unverified(package.definition) if package else []:
        click.echo(f"not verified: {statement}")
    sys.exit(1 if faults else 0)


@procedures.command("publish")
@FOLDER
@DAY
@pass_context
def publish_command(context: Context, folder: Path, effective_from: date) -> None:
    """Publish the package in FOLDER as a revision that never changes, and print its number and digest."""
    with context.unit.begin(SYSTEM) as work:
        revision = publish_revision(work, read_package(folder), effective_from)
        click.echo(f"{revision.code} revision {revision.number} {revision.sha256}")


@procedures.command("close")
@click.argument("code")
@click.option("--from", "closed_from", type=Day(), required=True, help="The first day without new applications.")
@click.option("--because", required=True, help="Shown to everybody who looks for it.")
@pass_context
def close_command(context: Context, code: str, closed_from: date, because: str) -> None:
    """Take no new applications for a procedure; what was filed goes its way to the end."""
    with context.unit.begin(SYSTEM) as work:
        click.echo(retire_procedure(work, code, closed_from, because).code)
