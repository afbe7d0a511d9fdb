"""The commands that run this package's processes and make the keys of a trial."""

from __future__ import annotations

import sys

import click

from config.cli import Commands, Context, no_plan, no_unit, pass_context
from config.clock import SystemClock
from config.logs import set_up_logs
from signing.agent_requests.jws import spoken
from signing.pki.agent_key import make_agent_key
from signing.pki.ceremony import create_log_key, create_trial_authority
from signing.pki.keyfolder import locked, open_key_folder
from signing.pki.serving import serve_responder, serve_tsa
from signing.signer.log_key import read_log_key
from signing.signer.serving import serve_signer


@click.command("signer")
@pass_context
def signer(context: Context) -> None:
    """Hold the keys and answer those who may ask; exit 1 with a line for each key that cannot be used."""
    set_up_logs(context.settings.log_level, "signer")
    serve_signer(context.settings)


@click.command("tsa")
@pass_context
def tsa(context: Context) -> None:
    """Give timestamps (RFC 3161) by the built-in authority."""
    set_up_logs(context.settings.log_level, "tsa")
    serve_tsa(context.settings)


@click.command("responder")
@pass_context
def responder(context: Context) -> None:
    """Answer for the built-in authority: OCSP (RFC 6960) and revocation lists."""
    set_up_logs(context.settings.log_level, "responder")
    serve_responder(context.settings)


@click.command("create-authority")
@pass_context
def create_authority(context: Context) -> None:
    """Make what a trial lacks: root, issuing authority, the keys of services, log and agent requests. Trial only."""
    settings = context.settings
    if not settings.trial:
        click.echo("A trial's authority has no place in production; see: antin signing authority --help", err=True)
        sys.exit(1)
    create_trial_authority(settings.keys_folder, SystemClock(settings.time_zone), settings.responder_url)


@click.command("create-agent-key")
@pass_context
def create_agent_key(context: Context) -> None:
    """Make the key that signs requests to officials' agents, if there is none, and print its fingerprint."""
    folder = context.settings.keys_folder
    open_key_folder(folder)
    with locked(folder):
        click.echo(spoken(make_agent_key(folder)))


@click.command("create-log-key")
@pass_context
def create_log_key_command(context: Context) -> None:
    """Make the key of the log's checkpoints, once for the life of the log, and print its public half (C2SP)."""
    settings = context.settings
    if not create_log_key(settings.keys_folder):
        click.echo("The log has its key already, and keeps it.", err=True)
    click.echo(read_log_key(settings.keys_folder, settings.log_origin))


@click.group(cls=Commands)
def processes() -> None:
    """This package's processes alone, without the rest of the service."""


for process in (signer, tsa, responder):
    processes.add_command(process)

if __name__ == "__main__":
    processes(obj=Context(no_unit, no_plan))
