"""The commands that run an installation. `app.py` joins them with those of the packages."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import click
import sqlalchemy as sa

from config.access import SYSTEM
from config.confinement import require_confinement
from config.errors import Refused, Stopped
from config.jobs import JobFailure
from config.logs import set_up_logs
from config.migrate import migrate
from config.serve import Demonstration, Plan, serve
from config.settings import Settings, SettingsInvalid
from config.typesetter import serve_typesetter
from config.unit_of_work import UnitOfWork


@dataclass(frozen=True)
class Context:
    """How a command gets at the installation; nothing is opened before it is asked for."""

    make_unit: Callable[[Settings], UnitOfWork]
    make_plan: Callable[[Settings, Demonstration], Plan]

    @property
    def settings(self) -> Settings:
        return Settings.from_environment()

    @property
    def unit(self) -> UnitOfWork:
        return self.make_unit(self.settings)


def no_unit(settings: Settings) -> UnitOfWork:
    """For processes that work without the packages' reactions."""
    raise LookupError("This process has no unit of work.")


def no_plan(settings: Settings, demonstration: Demonstration) -> Plan:
    """For processes that start no others."""
    raise LookupError("This process starts no others.")


pass_context = click.make_pass_decorator(Context)


class Commands(click.Group):
    """Tells what stops a command in one line each: exit 2 for settings, 1 for everything else that says no."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except SettingsInvalid as error:
            click.echo(str(error), err=True)
            sys.exit(2)
        except (Stopped, Refused) as error:
            click.echo(str(error), err=True)
            sys.exit(1)


@click.group(cls=Commands)
def commands() -> None:
    """Antin: official documents that anyone can check."""


@commands.command("serve")
@click.option("--demonstration", is_flag=True, help="Fill an empty trial installation with invented data first.")
@click.option("--people-only", is_flag=True, help="Of the demonstration only its people, nothing that they did.")
@pass_context
def serve_command(context: Context, demonstration: bool, people_only: bool) -> None:
    """Run everything under one parent until SIGTERM or SIGINT. In trial mode the schema is brought up to date."""
    settings = context.settings
    set_up_logs("WARNING", "serve")
    wanted = Demonstration.NONE
    if demonstration:
        wanted = Demonstration.PEOPLE if people_only else Demonstration.WHOLE
    serve(settings, context.make_plan(settings, wanted), lambda line: click.echo(line))


@commands.command("migrate")
@pass_context
def migrate_command(context: Context) -> None:
    """Bring the database to this version's schema and grant the roles their rights; runs as the owner."""
    click.echo(migrate(context.settings))


@commands.command("worker")
@pass_context
def worker_command(context: Context) -> None:
    """Work the queue of jobs."""
    settings = context.settings
    require_confinement()
    set_up_logs(settings.log_level, "worker")
    unit = context.make_unit(settings)
    unit.jobs.run_worker(unit)


@commands.command("typesetter")
@pass_context
def typesetter_command(context: Context) -> None:
    """Typeset documents for the other processes, without network."""
    settings = context.settings
    set_up_logs(settings.log_level, "typesetter")
    serve_typesetter(settings)


@commands.group("jobs")
def jobs() -> None:
    """What the worker could not do."""


@jobs.command("failed")
@pass_context
def failed_jobs(context: Context) -> None:
    """List jobs that failed for good, with their last error; exit 1 if there are any."""
    with context.unit.begin(SYSTEM) as work:
        rows = work.session.execute(sa.text(FAILED)).all()
    for row in rows:
        click.echo("\t".join(str(part) for part in row))
    sys.exit(1 if rows else 0)


@jobs.command("retry")
@click.argument("job_id", type=int)
@pass_context
def retry_job(context: Context, job_id: int) -> None:
    """Put a failed job back into the queue; exit 1 if there is no such failed job."""
    with context.unit.begin(SYSTEM) as work:
        again = sa.text(
            "UPDATE procrastinate_jobs SET status = 'todo', attempts = 0, scheduled_at = NULL"
            " WHERE id = :id AND status = 'failed' RETURNING id"
        )
        found = work.session.execute(again, {"id": job_id}).first()
    sys.exit(0 if found else 1)


FAILED = f"""
SELECT job.id, job.task_name, coalesce(job.args->>'reaction', job.args->>'name', ''), job.attempts,
       (SELECT error FROM {JobFailure.__tablename__} failure WHERE failure.job_id = job.id ORDER BY id DESC LIMIT 1)
FROM procrastinate_jobs job WHERE job.status = 'failed' ORDER BY job.id
"""  # noqa: S608 - a constant
