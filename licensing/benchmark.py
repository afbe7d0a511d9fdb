"""`antin benchmark …`: measures an installation of its own. What measures stands among the tests, loaded when asked."""

from __future__ import annotations

import importlib
import importlib.util
import json
import sys
from pathlib import Path
from typing import Any

import click

from config.logs import set_up_logs

ROOT = Path(__file__).parents[1]
MISSING = "The benchmarks need the source and its development tools (WeasyPrint among them): run `make setup` there"


@click.group("benchmark")
def benchmark() -> None:
    """How much licences cost and how fast they are verified, beside what others need, in the same run."""


@benchmark.command("issue")
@click.option("--json", "as_json", is_flag=True, help="One JSON object as the last line.")
@click.option("--count", default=20, show_default=True, type=click.IntRange(1, 190), help="Licences to issue.")
def issue(as_json: bool, count: int) -> None:
    """Issue licences on the real processes of a fresh trial installation: processor time a licence and its stages,
    against WeasyPrint and pyHanko. Exit 1 when a target is missed."""
    _report(_measure("issue")(count, _progress), as_json)


@benchmark.command("verify")
@click.option("--json", "as_json", is_flag=True, help="One JSON object as the last line.")
@click.option(
    "--count", default=4000, show_default=True, type=click.IntRange(100), help="Look-ups, in 30 seconds at most."
)
@click.option("--licences", default=1000, show_default=True, type=click.IntRange(20, 5000), help="In the register.")
def verify(as_json: bool, count: int, licences: int) -> None:
    """Look licences up from eight clients at once and verify files, against a bare server of the same run.
    Exit 1 when a target is missed."""
    _report(_measure("verify")(count, licences, _progress), as_json)


@benchmark.command("validate")
@click.option("--json", "as_json", is_flag=True, help="One JSON object as the last line.")
@click.option("--count", default=40, show_default=True, type=click.IntRange(5, 1000), help="Times, in each way.")
def validate(as_json: bool, count: int) -> None:
    """Validate a licence in the confined child and without it, and look its bytes up once they are known; beside
    pyHanko's own validation and pdfsig. Exit 1 when a target is missed."""
    _report(_measure("validate")(count, _progress), as_json)


@benchmark.command("pages")
@click.option("--json", "as_json", is_flag=True, help="One JSON object as the last line.")
@click.option(
    "--count", default=400, show_default=True, type=click.IntRange(16), help="Requests a page, in 10 seconds at most."
)
def pages(as_json: bool, count: int) -> None:
    """Ask for pages of the demonstration from 16 clients at once: time inside the server, beside the health page of
    the same run, and what a first visit transfers. Exit 1 when a target is missed."""
    _report(_measure("pages")(count, _progress), as_json)


@benchmark.command("sign")
@click.option("--json", "as_json", is_flag=True, help="One JSON object as the last line.")
@click.option("--count", default=30, show_default=True, type=click.IntRange(5, 1000), help="Documents for each way.")
@click.option(
    "--many", default=10_000, show_default=True, type=click.IntRange(600, 100_000), help="In a row, for memory."
)
@click.option("--batch", default=500, show_default=True, type=click.IntRange(20, 1000), help="Licences with one PIN.")
def sign(as_json: bool, count: int, many: int, batch: int) -> None:
    """Sign documents with opened keys: a plain signature, a complete licence, a timestamp; against pyHanko, signpdf
    and, where it is here, endesive. Exit 1 when a target is missed."""
    _report(_measure("sign")(count, many, batch, _progress), as_json)


def _measure(name: str) -> Any:
    """The function that measures; says in one line what is missing where it cannot be loaded."""
    set_up_logs("ERROR", "benchmark")
    if str(ROOT) not in sys.path:
        sys.path.insert(0, str(ROOT))
    if importlib.util.find_spec("weasyprint") is None or not (ROOT / "tests" / "benchmarks").is_dir():
        raise click.ClickException(f"{MISSING}.")
    try:
        module = importlib.import_module(f"tests.benchmarks.{name}")
    except (ImportError, OSError) as error:  # OSError: WeasyPrint does not find Pango
        raise click.ClickException(f"{MISSING}: {error}") from error
    return getattr(module, f"benchmark_{name}")


def _progress(line: str) -> None:
    click.echo(f"· {line}", err=True)


def _report(result: dict[str, Any], as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(result))
    else:
        table = importlib.import_module("tests.benchmarks.targets").table
        click.echo("\n".join(table(result)))
    sys.exit(0 if result["met"] else 1)
