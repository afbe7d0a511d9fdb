"""The command that makes the key with which the service signs what it says itself: receipts, reports."""

from pathlib import Path

import click
from cryptography import x509
from cryptography.hazmat.primitives import hashes

from config.cli import Context, pass_context
from config.clock import SystemClock
from config.settings import Settings
from signing.pki import certificates
from signing.pki.asking import PASSPHRASE_FILE, issuing_passphrase
from signing.pki.built_in import load_authority
from signing.pki.ceremony import issue_key
from signing.pki.errors import CertificateRequestRefused
from signing.pki.issue import KeyOrder, certify_request, who
from signing.pki.keyfiles import password_of
from signing.pki.pkcs10 import LARGEST, read_request

NAME = certificates.RECEIPT.name


@click.command("create-receipt-key")
@click.option("--name", default="Antin", show_default=True, help="The service; “receipts” is put behind it.")
@click.option(
    "--request",
    "request_file",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="A certificate request (PKCS #10) for a key that is elsewhere; only its key counts.",
)
@PASSPHRASE_FILE
@click.option("--by", default=who, help="Who did it, for the record; without it the user of this machine.")
@pass_context
def create_receipt_key(
    context: Context, name: str, request_file: Path | None, passphrase_file: Path | None, by: str
) -> None:
    """Make the key of receipts and reports, if there is none, and print its certificate. It is no agency's seal.

    The organisation in it is AUTHORITY_ORGANISATION. With --request the key is elsewhere, and only receipt.pem is made.
    """
    settings = context.settings
    folder, names = settings.keys_folder, settings.authority
    built_in = load_authority(folder, names.address, issuing_passphrase(folder, passphrase_file), names.policy)
    now = SystemClock(settings.time_zone).now()
    order = KeyOrder(NAME, certificates.RECEIPT, _subject(settings, f"{name} receipts"), now, by=by)
    if request_file:
        _show(certify_request(built_in, order, read_request(_content(request_file))))
    else:
        _show(issue_key(built_in, order, password_of(folder, NAME)))


def _subject(settings: Settings, common_name: str) -> x509.Name:
    """Of the service, never of an agency; of a trial, that says so."""
    names = settings.authority
    if settings.trial:
        return certificates.trial_name(common_name, names.country)
    return certificates.service_name(common_name, names.organisation, names.country)


def _content(path: Path) -> bytes:
    with path.open("rb") as file:
        content = file.read(LARGEST + 1)
    if len(content) > LARGEST:
        raise CertificateRequestRefused("The certificate request is too long.")
    return content


def _show(certificate: x509.Certificate) -> None:
    click.echo(f"{certificate.subject.rfc4514_string()}\nuntil {certificate.not_valid_after_utc:%Y-%m-%d}")
    click.echo(f"serial {certificate.serial_number:x}\nSHA-256 {certificate.fingerprint(hashes.SHA256()).hex(':')}")
