"""The commands that issue, renew, revoke and list certificates below the issuing authority."""

import json
import re
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import click
from cryptography import x509
from cryptography.hazmat.primitives import hashes

from config.cli import Context, pass_context
from config.clock import SystemClock
from config.settings import Settings
from signing.pki import certificates
from signing.pki.asking import PASSPHRASE_FILE, PIN_FILE, issuing_passphrase, secret
from signing.pki.authority import ISSUING_NAME
from signing.pki.built_in import BuiltInAuthority, load_authority
from signing.pki.ceremony import issue_key
from signing.pki.errors import AlreadyMade, CeremonyRefused, CertificateNotIssued, CertificateRequestRefused
from signing.pki.issuance import Act, IssuanceRecord
from signing.pki.issue import KeyOrder, Renewal, certify_request, renew, who
from signing.pki.keyfiles import PIN_ROUNDS, SECRET_ROUNDS, password_of, read_certificate
from signing.pki.pkcs10 import LARGEST, read_request
from signing.pki.revoke import REASONS, RevocationOrder, revoke_certificate
from signing.pki.revoked import RevocationRegister

NAME = re.compile(
    r"tsa|ocsp|receipt|(seal|official)-[a-z0-9][a-z0-9._-]{0,62}"
)  # what the signer and the services look for
REQUEST = click.option(
    "--request",
    "request_file",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="A certificate request (PKCS #10) for a key that is elsewhere; only its key counts.",
)
BY = click.option("--by", default=who, help="Who did it, for the record; without it the user of this machine.")


@click.command("issue-certificate")
@click.argument("kind", type=click.Choice(["official", "seal"]))
@click.argument("code")
@click.option("--agency", required=True, help="The agency, as it is to stand in the certificate.")
@click.option("--person", help="The official's name.")
@click.option("--title", help="The official's position.")
@click.option("--until", help="The last moment, as a date or time of ISO 8601; without it two years from now.")
@REQUEST
@PIN_FILE
@PASSPHRASE_FILE
@BY
@pass_context
def issue_certificate(  # one parameter for each option
    context: Context,
    kind: str,
    code: str,
    agency: str,
    person: str | None,
    title: str | None,
    until: str | None,
    request_file: Path | None,
    pin_file: Path | None,
    passphrase_file: Path | None,
    by: str,
) -> None:
    """Issue a certificate to an official (CODE is the login) or for the seal of an agency (CODE of its own).

    With --request it becomes KIND-CODE.pem; without, the key is made here, as KIND-CODE.p12 with its certificate.
    """
    settings, name = context.settings, _name(f"{kind}-{code}")
    subject = _subject(settings, kind, agency, person, title)
    built_in = _opened(settings, passphrase_file)
    now = SystemClock(settings.time_zone).now()
    end = _instant(until, settings.time_zone) if until else None
    profile = certificates.PROFILES[kind]
    rounds = PIN_ROUNDS if kind == "official" else SECRET_ROUNDS
    order = KeyOrder(name, profile, subject, now, end, rounds=rounds, by=by)
    if request_file:
        _show(certify_request(built_in, order, read_request(_content(request_file))))
        return
    if (settings.keys_folder / f"{name}.pem").exists():
        raise AlreadyMade(f"{name}: has a certificate already; renew it.")
    password = _password(settings.keys_folder, name, pin_file, new=True)
    _show(issue_key(built_in, order, password))


@click.command("renew-certificate")
@click.argument("name")
@click.option("--same-key", is_flag=True, help="Keep the key; without it a new one, made here or in --request.")
@REQUEST
@PIN_FILE
@PASSPHRASE_FILE
@BY
@pass_context
def renew_certificate(
    context: Context,
    name: str,
    same_key: bool,
    request_file: Path | None,
    pin_file: Path | None,
    passphrase_file: Path | None,
    by: str,
) -> None:
    """Issue a new certificate for NAME with the same subject and uses; the old one stands until its end."""
    settings, folder = context.settings, context.settings.keys_folder
    if same_key and request_file:
        raise click.UsageError("--same-key and --request exclude each other.")
    built_in = _opened(settings, passphrase_file)
    key = read_request(_content(request_file)) if request_file else None
    password = _password(folder, _name(name), pin_file, new=not same_key) if _in_file(folder, name) else None
    rounds = PIN_ROUNDS if name.startswith("official-") else SECRET_ROUNDS
    now = SystemClock(settings.time_zone).now()
    by_curve = settings.authority.tsa_signature == "ecdsa"
    how = Renewal(now, same_key, key, password, rounds, by, by_curve)
    _show(renew(built_in, name, how))


@click.command("revoke-certificate")
@click.argument("name_or_serial")
@click.option("--reason", required=True, type=click.Choice(list(REASONS)))
@click.option("--at", help="As of when, ISO 8601; without it now. Never in the future.")
@click.option("--invalid-since", help="Since when the key may have been lost, ISO 8601.")
@BY
@pass_context
def revoke_certificate_command(
    context: Context, name_or_serial: str, reason: str, at: str | None, invalid_since: str | None, by: str
) -> None:
    """Revoke the certificate of a key, or the one with a serial number (hexadecimal). This is final."""
    settings = context.settings
    now, zone = SystemClock(settings.time_zone).now(), settings.time_zone
    order = RevocationOrder(
        _serial(settings.keys_folder, name_or_serial),
        _instant(at, zone) if at else now,
        REASONS[reason],
        _instant(invalid_since, zone) if invalid_since else None,
        by,
    )
    done = revoke_certificate(settings.keys_folder, ISSUING_NAME, order, now)
    click.echo(f"{done.serial:x} is revoked as of {done.at.astimezone(zone).isoformat(timespec='seconds')}")


@click.command("list-certificates")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a certificate, each on a line of its own.")
@pass_context
def list_certificates(context: Context, as_json: bool) -> None:
    """List every certificate that the authority issued: state, profile, name, end, serial number, subject."""
    settings = context.settings
    folder, now = settings.keys_folder, SystemClock(settings.time_zone).now()
    register = RevocationRegister(folder)
    for act in IssuanceRecord(folder).acts():
        if act.act != "revoked":
            row = {"state": _state(act, register, now), **_columns(act)}
            click.echo(json.dumps(row, ensure_ascii=False) if as_json else "\t".join(row.values()))


def _state(act: Act, register: RevocationRegister, now: datetime) -> str:
    if register.find(act.issuer, int(act.serial, 16)):
        return "revoked"
    return "expired" if datetime.fromisoformat(act.not_after) < now else "valid"


def _columns(act: Act) -> dict[str, str]:
    names = ("profile", "name", "not_after", "serial", "subject", "issuer", "digest", "at", "by")
    return {name: getattr(act, name) for name in names}


def _subject(settings: Settings, kind: str, agency: str, person: str | None, title: str | None) -> x509.Name:
    country = settings.authority.country
    if kind == "seal":
        if person or title:
            raise click.UsageError("A seal has neither --person nor --title.")
        return certificates.seal_name(agency, country)
    if not person or not title:
        raise click.UsageError("An official needs --person and --title.")
    return certificates.official_name(person, title, agency, country)


def _opened(settings: Settings, passphrase_file: Path | None) -> BuiltInAuthority:
    folder, names = settings.keys_folder, settings.authority
    return load_authority(folder, names.address, issuing_passphrase(folder, passphrase_file), names.policy)


def _password(folder: Path, name: str, pin_file: Path | None, *, new: bool) -> bytes:
    """What opens the key's file: an official's PIN, the password of a seal or a service beside it."""
    if name.startswith("official-"):
        return secret(pin_file, "PIN of the official", new=new)
    return password_of(folder, name)


def _in_file(folder: Path, name: str) -> bool:
    return (folder / f"{name}.p12").exists()


def _content(path: Path) -> bytes:
    with path.open("rb") as file:
        content = file.read(LARGEST + 1)
    if len(content) > LARGEST:
        raise CertificateRequestRefused("The certificate request is too long.")
    return content


def _name(name: str) -> str:
    if not NAME.fullmatch(name):
        raise CeremonyRefused(
            "A name is seal-, official- and small letters, digits, dots, dashes; or tsa, ocsp, receipt."
        )
    return name


def _serial(folder: Path, name_or_serial: str) -> int:
    if NAME.fullmatch(name_or_serial) and (folder / f"{name_or_serial}.pem").exists():
        return read_certificate(folder / f"{name_or_serial}.pem").serial_number
    try:
        return int(name_or_serial.replace(":", ""), 16)
    except ValueError:
        raise CertificateNotIssued(f"No certificate was issued under the name {name_or_serial}.") from None


def _instant(text: str, zone: ZoneInfo) -> datetime:
    """A time as it was typed; without an offset it is of the installation's time zone."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise click.BadParameter(f"{text!r} is no time of ISO 8601") from None
    return found if found.tzinfo else found.replace(tzinfo=zone)


def _show(certificate: x509.Certificate) -> None:
    click.echo(f"{certificate.subject.rfc4514_string()}\nuntil {certificate.not_valid_after_utc:%Y-%m-%d}")
    click.echo(f"serial {certificate.serial_number:x}\nSHA-256 {certificate.fingerprint(hashes.SHA256()).hex(':')}")
