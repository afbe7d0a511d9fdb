"""The commands `antin signing authority …`: the key ceremony of an installation with its root on another machine."""

from pathlib import Path

import click
from cryptography import x509
from cryptography.hazmat.primitives import hashes

from config.cli import Context, pass_context
from config.clock import SystemClock
from config.settings import Settings
from signing.pki import joining, root
from signing.pki.asking import PASSPHRASE_FILE, issuing_passphrase, secret
from signing.pki.audit import audit
from signing.pki.authority import ROOT_NAME
from signing.pki.built_in import load_authority
from signing.pki.lists import Lists
from signing.pki.revoke import REASONS, RevocationOrder, revoke_certificate
from signing.pki.revoked import RevocationRegister
from signing.pki.root import Carried, RootNames

FOLDER = click.Path(path_type=Path, file_okay=False)
CARRIED = click.argument("carried", type=click.Path(path_type=Path, file_okay=False, exists=True))
ROOT_FOLDER = click.argument("folder", type=FOLDER)
ROOT_SECRET, ISSUING_SECRET = "Passphrase of the root", "Passphrase of the issuing authority"


@click.group("authority")
def authority() -> None:
    """The built-in authority of an installation: its root is made and kept on a machine without network."""


@authority.command("create-root")
@ROOT_FOLDER
@click.option("--name", required=True, help="The root's common name.")
@PASSPHRASE_FILE
@pass_context
def create_root(context: Context, folder: Path, name: str, passphrase_file: Path | None) -> None:
    """On the machine of the root: make its key and certificate in FOLDER, and print the fingerprint."""
    settings = context.settings
    passphrase = secret(passphrase_file, ROOT_SECRET, new=True)
    made = root.create_root(folder, _names(settings), name, passphrase, _clock(settings).now())
    _show(made.certificate)


@authority.command("request")
@CARRIED
@click.option("--name", required=True, help="A name for the request; what counts is said when it is signed.")
@PASSPHRASE_FILE
@pass_context
def request(context: Context, carried: Path, name: str, passphrase_file: Path | None) -> None:
    """Make the issuing key in the folder of keys, and a request for it in the folder CARRIED."""
    settings = context.settings
    new = not (settings.keys_folder / "issuing.key.pem").exists()
    passphrase = secret(passphrase_file, ISSUING_SECRET, new=new)
    joining.request_issuing(settings.keys_folder, passphrase, _names(settings), name, Carried(carried))


@authority.command("sign")
@ROOT_FOLDER
@CARRIED
@click.option("--name", required=True, help="The issuing authority's common name.")
@PASSPHRASE_FILE
@pass_context
def sign(context: Context, folder: Path, carried: Path, name: str, passphrase_file: Path | None) -> None:
    """On the machine of the root: sign the request in CARRIED, and put certificate, root and list beside it."""
    settings = context.settings
    passphrase = secret(passphrase_file, ROOT_SECRET, new=False)
    at = _clock(settings).now()
    _show(root.sign_issuing(folder, passphrase, _names(settings), name, Carried(carried), at))


@authority.command("install")
@CARRIED
@click.option("--root-fingerprint", required=True, help="SHA-256 of the root, as its own machine printed it.")
@pass_context
def install(context: Context, carried: Path, root_fingerprint: str) -> None:
    """Take over from CARRIED what the root signed, and trust that root."""
    settings = context.settings
    now = _clock(settings).now()
    _show(joining.install_issuing(settings.keys_folder, settings.trust_folder, Carried(carried), root_fingerprint, now))


@authority.command("create-services")
@click.option("--name", required=True, help="The beginning of both common names; TSA and OCSP are put behind it.")
@PASSPHRASE_FILE
@pass_context
def create_services(context: Context, name: str, passphrase_file: Path | None) -> None:
    """Make the keys of timestamp server and responder where they are missing."""
    settings = context.settings
    passphrase = issuing_passphrase(settings.keys_folder, passphrase_file)
    joining.create_services(settings.keys_folder, passphrase, _names(settings), name, _clock(settings).now())


@authority.command("sign-list")
@ROOT_FOLDER
@CARRIED
@click.option(
    "--days", default=root.LIST_DAYS, show_default=True, type=click.IntRange(1, 400), help="How long it counts."
)
@PASSPHRASE_FILE
@pass_context
def sign_list(context: Context, folder: Path, carried: Path, days: int, passphrase_file: Path | None) -> None:
    """On the machine of the root: sign its list of revoked certificates anew, into CARRIED."""
    passphrase = secret(passphrase_file, ROOT_SECRET, new=False)
    root.write_root_list(folder, passphrase, Carried(carried), _clock(context.settings).now(), days)


@authority.command("install-list")
@CARRIED
@pass_context
def install_list(context: Context, carried: Path) -> None:
    """Publish the root's list from CARRIED."""
    settings = context.settings
    joining.install_root_list(settings.keys_folder, Carried(carried), _clock(settings).now())


@authority.command("revoke-issuing")
@ROOT_FOLDER
@click.argument("serial")
@click.option("--reason", required=True, type=click.Choice([*REASONS, "cACompromise"]))
@pass_context
def revoke_issuing(context: Context, folder: Path, serial: str, reason: str) -> None:
    """On the machine of the root: revoke an issuing certificate; sign and carry the list afterwards."""
    now = _clock(context.settings).now()
    order = RevocationOrder(_serial(serial), now, x509.ReasonFlags(reason))
    revoke_certificate(folder, ROOT_NAME, order, now)


@authority.command("publish-list")
@PASSPHRASE_FILE
@pass_context
def publish_list(context: Context, passphrase_file: Path | None) -> None:
    """Sign the issuing authority's list now, for a responder that does not have its passphrase."""
    settings = context.settings
    folder = settings.keys_folder
    built_in = load_authority(folder, None, issuing_passphrase(folder, passphrase_file))
    lists = Lists({"issuing": built_in.issuing}, RevocationRegister(folder), _clock(settings), folder)
    lists.publish("issuing")


@authority.command("audit")
@pass_context
def audit_command(context: Context) -> None:
    """Say where record, certificates, revocations and the journal of timestamps do not agree; exit 1 if they do not."""
    settings = context.settings
    faults = audit(settings.keys_folder, settings.data_folder / "tsa")
    for fault in faults:
        click.echo(fault)
    raise SystemExit(bool(faults))


def _names(settings: Settings) -> RootNames:
    names = settings.authority
    return RootNames(names.organisation, names.country, names.address, names.policy, names.tsa_signature == "ecdsa")


def _clock(settings: Settings) -> SystemClock:
    return SystemClock(settings.time_zone)


def _serial(text: str) -> int:
    try:
        return int(text.replace(":", ""), 16)
    except ValueError:
        raise click.BadParameter("a serial number is hexadecimal") from None


def _show(certificate: x509.Certificate) -> None:
    """What both machines should read the same: who, until when, serial number, fingerprint."""
    fingerprint = certificate.fingerprint(hashes.SHA256()).hex(":")
    click.echo(f"{certificate.subject.rfc4514_string()}\nuntil {certificate.not_valid_after_utc:%Y-%m-%d}")
    click.echo(f"serial {certificate.serial_number:x}\nSHA-256 {fingerprint}")
