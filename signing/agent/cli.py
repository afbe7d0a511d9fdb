"""The commands `antin agent …`, for the machine of an official. They read no settings of an installation."""

from __future__ import annotations

import os
import shlex
import signal
import subprocess
import sys
import threading
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import click

from config.clock import SystemClock
from signing.agent.errors import AgentStopped
from signing.agent_requests.claims import USUAL_PORT
from signing.agent_requests.jws import spoken, thumbprint

if TYPE_CHECKING:
    from signing.agent.consent import Window
    from signing.agent.keys import OwnKey

folder_option = click.option(
    "--folder", type=click.Path(path_type=Path), help="Where pairings are kept; ~/.config/antin-agent by default."
)


@click.group("agent")
def agent() -> None:
    """Sign in a browser with your own key: a program for an official's own machine."""


@agent.command("pair")
@click.argument("address")
@click.option("--fingerprint", help="What the installation's page shows; without it you are asked.")
@folder_option
def pair(address: str, fingerprint: str | None, folder: Path | None) -> None:
    """Listen to an installation from now on: fetch its key, compare the fingerprint, pin it. Exit 1 when it differs."""
    from signing.agent.installation import fetch_key, origin_of_address
    from signing.agent.pairings import Pairings

    origin = origin_of_address(address)
    issuer, jwk = fetch_key(origin)
    found = thumbprint(jwk)
    click.echo(f"{origin} (calls itself {issuer})\n{spoken(found)}")
    if fingerprint is None:
        same = click.confirm("Does the page 'Agent' of this installation show the same fingerprint?")
    else:
        same = "".join(fingerprint.split()).lower() == found
    if not same:
        raise AgentStopped("Not paired: the fingerprints differ. Ask the administrator of the installation.")
    Pairings(folder or default_folder()).keep(origin, issuer, jwk)
    click.echo("Paired.")


@agent.command("list")
@folder_option
def list_pairings(folder: Path | None) -> None:
    """List the installations that the agent listens to, with their fingerprints."""
    from signing.agent.pairings import Pairings

    for one in Pairings(folder or default_folder()).all():
        click.echo(f"{one.origin}\t{spoken(one.fingerprint)}")


@agent.command("unpair")
@click.argument("address")
@folder_option
def unpair(address: str, folder: Path | None) -> None:
    """Listen to an installation no more; exit 1 when it was not paired."""
    from signing.agent.installation import origin_of_address
    from signing.agent.pairings import Pairings

    origin = origin_of_address(address)
    if not Pairings(folder or default_folder()).forget(origin):
        raise AgentStopped(f"{origin}: is not paired.")


@agent.command("run")
@click.option("--pkcs12", type=click.Path(path_type=Path), help="Your key, as a PKCS #12 file.")
@click.option("--module", type=click.Path(path_type=Path), help="Or the PKCS #11 library that came with your token.")
@click.option("--token", help="The label of the token.")
@click.option("--label", help="The label of the key in it.")
@click.option("--id", "key_id", help="Or its identifier there, hexadecimal.")
@click.option("--certificate", type=click.Path(path_type=Path), required=True, help="Your certificate, as PEM.")
@click.option("--port", default=USUAL_PORT, show_default=True, type=click.IntRange(0, 65_535), help="0: any free.")
@click.option("--open", "opener", default="xdg-open", show_default=True, help="Brings the consent page before you.")
@click.option("--terminal", is_flag=True, help="Ask here instead of in a browser.")
@folder_option
def run(
    pkcs12: Path | None,
    module: Path | None,
    token: str | None,
    label: str | None,
    key_id: str | None,
    certificate: Path,
    port: int,
    opener: str,
    terminal: bool,
    folder: Path | None,
) -> None:
    """Wait for pages of paired installations, show what they want signed, and sign it if you say so. Until Ctrl+C."""
    from signing.agent.act import Desk
    from signing.agent.door import Door
    from signing.agent.judge import Judge
    from signing.agent.pairings import Pairings

    key = own_key(pkcs12, module, (token, label, key_id), certificate)
    clock = SystemClock(ZoneInfo("UTC"))
    desk = Desk(Judge(clock), key, window(terminal, opener), clock, threading.Lock(), tell)
    pairings = Pairings(folder or default_folder())
    known = [one.origin for one in pairings.all()]
    try:
        door = Door(pairings, desk, port, tell)
    except OSError as error:
        raise AgentStopped(f"127.0.0.1:{port}: cannot be listened on: {error.strerror}.") from error
    click.echo(f"Listening on 127.0.0.1:{door.port} for {', '.join(known) or 'nobody: nothing is paired yet'}.")
    click.echo(f"Signing as {key.holder}.")
    sys.stdout.flush()
    until_told(door.stop)
    door.server.serve_forever()


def tell(line: str) -> None:
    """What happens, for the person who looks at the terminal."""
    click.echo(line, err=True)


def own_key(
    pkcs12: Path | None, module: Path | None, place: tuple[str | None, str | None, str | None], certificate: Path
) -> OwnKey:
    """The key that the options name (AgentStopped)."""
    from signing.agent.keys import key_in_file, key_in_token, read_certificate
    from signing.keys.pkcs11 import Place

    shown = read_certificate(certificate)
    token, label, key_id = place
    if pkcs12 is not None and module is None:
        return key_in_file(pkcs12, shown)
    if module is None or pkcs12 is not None or not token or not (label or key_id):
        raise AgentStopped("Say where your key is: --pkcs12 FILE, or --module, --token, and --label or --id.")
    try:
        number = bytes.fromhex(key_id) if key_id else None
    except ValueError as error:
        raise AgentStopped("--id: must be hexadecimal.") from error
    return key_in_token(module, Place(token, label, number), shown)


def window(terminal: bool, opener: str) -> Window:
    """Where the person is asked."""
    from signing.agent.page import PageWindow
    from signing.agent.terminal import TerminalWindow

    return TerminalWindow() if terminal else PageWindow(lambda address: show(opener, address))


def show(opener: str, address: str) -> None:
    """Open an address by a command; where there is none, say it here. It works once, so others have no use of it."""
    try:
        started = subprocess.Popen(
            [*shlex.split(opener), address],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        threading.Thread(target=started.wait, daemon=True).start()  # so that nothing of it is left behind
    except (OSError, ValueError):
        click.echo(f"Open this address in your browser: {address}")


def until_told(stop: object) -> None:
    """End on SIGTERM and Ctrl+C."""

    def told(number: int, frame: FrameType | None) -> None:
        threading.Thread(target=stop, daemon=True).start()  # type: ignore[arg-type]  # a bound method

    signal.signal(signal.SIGTERM, told)
    signal.signal(signal.SIGINT, told)


def default_folder() -> Path:
    """A folder of the person's own (XDG)."""
    base = os.environ.get("XDG_CONFIG_HOME") or str(Path("~/.config").expanduser())
    return Path(base) / "antin-agent"
