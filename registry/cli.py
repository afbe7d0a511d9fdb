"""`antin registry …`: verify a licence, audit the log."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import click

from config.access import SYSTEM, VISITOR
from config.cli import Context, pass_context
from config.errors import NotFound
from config.unit_of_work import UnitOfWork
from registry.log.append import integrate
from registry.log.audit import audit, audit_files
from registry.log.known_key import learn_log_key
from registry.preservation.queries import due_papers
from registry.preservation.round import renew_round, take_stock
from registry.verification.by_code import verify_code
from registry.verification.by_document import verify_document
from registry.verification.publish import to_json
from registry.verification.result import Colour, Result
from signing.requests.endings import ends_soon

EXITS = {Colour.GREEN: 0, Colour.AMBER: 3, Colour.RED: 1}


@click.group("registry")
def registry() -> None:
    """The public register and its log."""


@registry.command("verify")
@click.argument("what")
@click.option("--json", "as_json", is_flag=True, help="One JSON object on one line.")
@pass_context
def verify(context: Context, what: str, as_json: bool) -> None:
    """Verify a register code or a PDF file. Exit 0 green, exit 1 red, exit 3 amber, exit 4 no such licence."""
    try:
        result = _verdict(context.unit, what)
    except NotFound as error:
        click.echo(json.dumps({"verdict": None, "detail": error.detail}) if as_json else error.detail)
        sys.exit(4)
    answer: dict[str, Any] = {"as_of": result.as_of.isoformat(timespec="seconds")} | to_json(result)
    click.echo(json.dumps(answer, ensure_ascii=False) if as_json else f"{result.verdict}: {answer['words']['en']}")
    sys.exit(EXITS[result.verdict])


def _verdict(unit: UnitOfWork, what: str) -> Result:
    path = Path(what)
    if path.is_file():
        return verify_document(unit, path.read_bytes())
    learn_log_key(unit)
    with unit.begin(VISITOR) as work:
        return verify_code(work, what)


@click.command("preserve")
@click.option("--due", "which", flag_value="due", default="due", help="What ages out within the lead time (default).")
@click.option("--all", "which", flag_value="all", help="Every published paper that can be made to last longer.")
@click.option("--dry-run", is_flag=True, help="Only say what would be renewed.")
@pass_context
def preserve_command(context: Context, which: str, dry_run: bool) -> None:
    """Renew the evidence of published papers now, also of those that failed a short while ago.

    Exit 0 when all that was to be renewed is, exit 1 when some failed or an authority did not answer.
    """
    unit, everything = context.unit, which == "all"
    take_stock(unit)
    if dry_run:
        with unit.begin(SYSTEM) as work:
            for due in due_papers(work, everything=everything, waiting=True):
                why = "distrusted" if due.distrusted else f"until {due.evidence_until.date()}"
                click.echo(f"{due.register_code} {why}")
        return
    outcome = renew_round(unit, everything=everything, again=True)
    click.echo(f"{outcome.renewed} renewed, {outcome.failed} failed, {outcome.left} left as they are.")
    if outcome.stopped_by:
        click.echo(f"The round ended early: {outcome.stopped_by}.", err=True)
    sys.exit(1 if outcome.failed or outcome.stopped_by else 0)


@registry.group("log")
def log() -> None:
    """The transparency log."""


@log.command("audit")
@pass_context
def audit_log(context: Context) -> None:
    """Recompute the whole log from the acts, and compare register, tiles and stored files with it.

    Exit 1 and a line for each thing that does not agree.
    """
    unit = context.unit
    findings = audit(unit) + audit_files(unit)
    for finding in findings:
        click.echo(finding)
    click.echo("The log agrees with the register." if not findings else f"{len(findings)} finding(s).")
    sys.exit(1 if findings else 0)


@log.command("integrate")
@pass_context
def integrate_log(context: Context) -> None:
    """Bring everything that waits into the log now; prints the size of the signed tree."""
    click.echo(integrate(context.unit))


@click.command("endings")
@pass_context
def endings_command(context: Context) -> None:
    """List what ends within ENDING_WARN_DAYS; exit 1 when there is something, 2 when the signer does not answer."""
    unit = context.unit
    found = ends_soon(unit)
    if found is None:
        click.echo("The signer process does not answer.", err=True)
        sys.exit(2)
    for one in found:
        click.echo(f"{one.until.astimezone(unit.clock.zone).isoformat(timespec='seconds')}\t{one.what}\t{one.name}")
    sys.exit(1 if found else 0)
