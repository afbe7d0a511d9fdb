"""What an administrator does from the command line: agencies, officials, appointments, roles."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, time
from typing import Any
from uuid import UUID

import click

from config.access import SYSTEM
from config.cli import Context, pass_context
from licensing.accounts.appoint import appoint
from licensing.accounts.close_account import close_account
from licensing.accounts.create_official import create_official
from licensing.accounts.end_appointment import end_appointment
from licensing.accounts.errors import AccountNotFound
from licensing.accounts.grant_role import grant_role
from licensing.accounts.models import Account, Capacity
from licensing.accounts.open_agency import NewAgency, create_position, open_agency
from licensing.accounts.roles import Role
from licensing.accounts.sign_in import account_by_login
from licensing.accounts.verify_address import vouch_for_address


class Day(click.ParamType[date]):
    """A day as 2026-02-12."""

    name = "day"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        try:
            return value if isinstance(value, date) else date.fromisoformat(value)
        except ValueError:
            self.fail(f"{value!r} is no day; write it as 2026-02-12.", param, ctx)


class Hour(click.ParamType[time]):
    """A time of the day as 15:00."""

    name = "time"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> time:
        try:
            return value if isinstance(value, time) else time.fromisoformat(value)
        except ValueError:
            self.fail(f"{value!r} is no time; write it as 15:00.", param, ctx)


def from_to(command: Callable[..., None]) -> Callable[..., None]:
    """`--from` and `--to` of a period of days, both included."""
    ends = click.option("--to", "ends_on", type=Day(), help="The last day; without it the period is open.")
    return click.option("--from", "starts_on", type=Day(), required=True, help="The first day.")(ends(command))


@click.group("accounts")
def accounts() -> None:
    """Agencies, officials, appointments and roles."""


@accounts.command("open-agency")
@click.option("--code", required=True)
@click.option("--name", "name_vi", required=True)
@click.option("--name-en", required=True)
@click.option("--superior-name", required=True)
@click.option("--place-name", required=True, help="Stands before the date on papers.")
@click.option("--symbol", required=True, help="Ends a document number.")
@click.option("--reference-pattern", default="{agency}-{date:%y%m%d}-{seq:04d}", show_default=True)
@click.option("--seal-key", required=True, help="The name of the seal's key.")
@click.option("--cutoff", type=Hour(), default="16:00", show_default=True, help="Later counts as the next working day.")
@click.option("--address", required=True)
@click.option("--phone", required=True)
@pass_context
def open_agency_command(context: Context, /, **options: Any) -> None:
    """Put an agency on record."""
    with context.unit.begin(SYSTEM) as work:
        click.echo(open_agency(work, NewAgency(**options)).code)


@accounts.command("create-position")
@click.argument("agency")
@click.option("--title", required=True)
@click.option("--title-en", required=True)
@click.option("--may-sign", is_flag=True, help="Who holds it may sign for the agency.")
@pass_context
def create_position_command(context: Context, agency: str, title: str, title_en: str, may_sign: bool) -> None:
    """Add a post to an agency and print its id."""
    with context.unit.begin(SYSTEM) as work:
        click.echo(str(create_position(work, agency, title, title_en, may_sign=may_sign).id))


@accounts.command("create-official")
@click.argument("login")
@click.option("--name", required=True)
@click.option("--email", required=True)
@click.option("--signing-key", help="The name of the official's key.")
@click.password_option(help="Asked for when left out.")
@pass_context
def create_official_command(context: Context, /, **options: Any) -> None:
    """Open an official's account."""
    with context.unit.begin(SYSTEM) as work:
        click.echo(create_official(work, **options).login)


@accounts.command("close")
@click.argument("login")
@pass_context
def close_command(context: Context, login: str) -> None:
    """Close an account; its sessions and tokens end."""
    with context.unit.begin(SYSTEM) as work:
        close_account(work, _account(account_by_login(work, login)).id)


@accounts.command("vouch-for-address")
@click.argument("login")
@pass_context
def vouch_command(context: Context, login: str) -> None:
    """Count an account's e-mail address as verified, where no mail comes through; the account says by whom."""
    with context.unit.begin(SYSTEM) as work:
        vouch_for_address(work, _account(account_by_login(work, login)).id)


@accounts.command("appoint")
@click.argument("login")
@click.argument("position", type=click.UUID)
@from_to
@click.option("--capacity", type=click.Choice([item.value for item in Capacity]), default="")
@click.option("--on-behalf-title", default="", help="Whose title stands after the capacity.")
@pass_context
def appoint_command(
    context: Context,
    login: str,
    position: UUID,
    starts_on: date,
    ends_on: date | None,
    capacity: str,
    on_behalf_title: str,
) -> None:
    """Appoint an official to a position and print the appointment's id."""
    with context.unit.begin(SYSTEM) as work:
        account = _account(account_by_login(work, login))
        made = appoint(
            work,
            account.id,
            position,
            starts_on,
            ends_on,
            capacity=Capacity(capacity),
            on_behalf_title=on_behalf_title,
        )
        click.echo(str(made.id))


@accounts.command("end-appointment")
@click.argument("appointment", type=click.UUID)
@click.argument("last_day", type=Day())
@pass_context
def end_appointment_command(context: Context, appointment: UUID, last_day: date) -> None:
    """Set the last day on which an official may sign by an appointment."""
    with context.unit.begin(SYSTEM) as work:
        end_appointment(work, appointment, last_day)


@accounts.command("grant-role")
@click.argument("login")
@click.argument("role", type=click.Choice([item.value for item in Role]))
@click.option("--agency", help="Left out only for an administrator of the whole installation.")
@from_to
@pass_context
def grant_role_command(
    context: Context, login: str, role: str, agency: str | None, starts_on: date, ends_on: date | None
) -> None:
    """Give an official a role at an agency."""
    with context.unit.begin(SYSTEM) as work:
        account = _account(account_by_login(work, login))
        click.echo(str(grant_role(work, account.id, agency, Role(role), starts_on, ends_on).id))


def _account(found: Account | None) -> Account:
    if found is None:
        raise AccountNotFound("There is no account with this login.")
    return found
