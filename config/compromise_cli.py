"""`antin compromise`: what a lost key touches, and everything that follows from it."""

from __future__ import annotations

import getpass
import json
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path

import click

from config.access import Actor
from config.cli import Context, pass_context
from config.compromise import (
    CompromiseHandled,
    Drill,
    KeyClasses,
    KeyNotFound,
    KeyRetired,
    Loss,
    Step,
    Touched,
    loss_of,
)
from config.events import Event, RecordedEvent
from config.logs import set_up_logs
from config.unit_of_work import UnitOfWork

SHOWN = 40  # things of one fate in the table; JSON has all
WIDE = 12


@click.command("compromise")
@click.argument("key_class", metavar="CLASS")
@click.argument("key", required=False)
@click.option("--since", required=True, help="Since when the key may have been lost, ISO 8601; the cut.")
@click.option("--reason", default="", help="What happened, for the record.")
@click.option("--retire", is_flag=True, help="Do it; without this nothing is changed.")
@click.option("--by", default=getpass.getuser, help="Who decided it, for the record; else the user of this machine.")
@click.option(
    "--passphrase-file",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="Holds the passphrase of the issuing authority, where none lies beside its key.",
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@pass_context
def compromise(  # one parameter for each option
    context: Context,
    key_class: str,
    key: str | None,
    since: str,
    reason: str,
    retire: bool,
    by: str,
    passphrase_file: Path | None,
    as_json: bool,
) -> None:
    """Say what a lost key of a CLASS touches; with --retire end it, replace it, and mend what it touched.

    KEY is its name in the class, and may be left out where there is one. May be repeated, with the same --since.
    """
    set_up_logs("WARNING", "compromise")
    unit = context.unit
    drill = unit.tools[KeyClasses].drill(key_class)
    secret = passphrase_file.read_bytes().strip() if passphrase_file else None
    said = Loss(key_class, key or _only(unit, drill, key_class), "", _instant(context, since), reason, by, secret)
    loss = loss_of(unit, drill, said)
    first, *rest = drill.steps
    done = told(first(unit, loss), as_json) if retire else []  # before anything else can fail or take long
    touched = list(drill.touched(unit, loss))
    if not as_json:
        click.echo("\n".join(table(loss, touched)))
    if retire:
        done += mended(unit, loss, rest, quiet=as_json)
    if as_json:
        click.echo(json.dumps(as_object(loss, touched, done), ensure_ascii=False))
    elif not retire:
        click.echo("Nothing was changed. With --retire the key is retired and all of this is done.")


def mended(unit: UnitOfWork, loss: Loss, steps: Iterable[Step], *, quiet: bool) -> list[str]:
    """Everything that follows once the key is retired, in order; what each step did, told as soon as it is done."""
    record_once(unit, loss, KeyRetired(loss.key_class, loss.key, loss.mark, loss.since, loss.reason))
    done = [line for step in steps for line in told(step(unit, loss), quiet)]
    record_once(unit, loss, CompromiseHandled(loss.key_class, loss.key, loss.mark))
    return done


def told(lines: Iterable[str], quiet: bool) -> list[str]:
    """The lines of a step, each said as soon as it is there."""
    found = []
    for line in lines:
        found.append(line)
        if not quiet:
            click.echo(f"- {line}")
    return found


def record_once(unit: UnitOfWork, loss: Loss, event: Event) -> None:
    """Put it on record, unless a run before this one did."""
    with unit.begin(Actor(f"command: {loss.by}", loss.by)) as work:
        query = work.session.query(RecordedEvent).filter(
            RecordedEvent.name == type(event).__name__, RecordedEvent.body["mark"].astext == loss.mark
        )
        if query.first() is None:
            work.record(event)


def table(loss: Loss, touched: Sequence[Touched]) -> Iterable[str]:
    """For people: how many of each fate, then the things themselves."""
    yield f"{loss.key_class} {loss.key}, lost since {loss.since.isoformat()}, key {loss.mark[:16]}"
    for (what, fate), number in Counter((one.what, one.fate) for one in touched).items():
        yield f"  {number} {what}: {fate}"
        same = [one for one in touched if (one.what, one.fate) == (what, fate)]
        for one in same[:SHOWN]:
            yield f"    {one.name:{WIDE}}  {one.why}".rstrip()
        if len(same) > SHOWN:
            yield f"    and {len(same) - SHOWN} more; --json lists them all"
    if not touched:
        yield "  nothing is touched"


def as_object(loss: Loss, touched: Sequence[Touched], done: Sequence[str]) -> dict[str, object]:
    """For programs."""
    things = [{"fate": one.fate, "what": one.what, "name": one.name, "why": one.why} for one in touched]
    return {
        "class": loss.key_class,
        "key": loss.key,
        "mark": loss.mark,
        "since": loss.since.isoformat(),
        "reason": loss.reason,
        "touched": things,
        "done": list(done),
    }


def _only(unit: UnitOfWork, drill: Drill, key_class: str) -> str:
    """The one key of a class."""
    names = sorted(drill.keys(unit))
    if len(names) != 1:
        raise KeyNotFound(f"Say which {key_class} key; there are: {', '.join(names) or 'none'}.")
    return names[0]


def _instant(context: Context, text: str) -> datetime:
    """A moment as it was typed; without an offset it is of the installation's time zone."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise click.BadParameter(f"{text!r} is no time of ISO 8601") from None
    return found if found.tzinfo else found.replace(tzinfo=context.settings.time_zone)
