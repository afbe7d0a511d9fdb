"""The commands `antin signing …`: judge signed PDFs on the command line, for people, scripts and other programs."""

from __future__ import annotations

import hashlib
import json
import sys
from pathlib import Path

import click

from config.clock import SystemClock
from config.confinement import ConfinementImpossible, require_confinement
from config.fortress import FortressUnavailable
from config.settings import Settings
from signing.trust.anchors import TrustStore
from signing.trust.errors import AlgorithmTableUnusable, TrustFolderUnusable
from signing.trust.revocation import RevocationSource
from signing.validation.apart import validate_apart, validate_freshly
from signing.validation.checks import checks_of
from signing.validation.detached.apart import validate_detached_apart
from signing.validation.detached.form import is_other_signature
from signing.validation.etsi import to_etsi_xml
from signing.validation.policy import LARGEST_FILE
from signing.validation.report import Report, Verdict
from signing.validation.told import line_json, revision_told, summary

ALL_VALID, SOME_NOT_VALID, USAGE = 0, 1, 2
RESPONDER_TIMEOUT = 3.0  # seconds; the answer is useful, not needed
NOBODY = TrustStore(roots=())


@click.group("signing")
def signing() -> None:
    """Signatures: validate PDFs, and the keys of the built-in authority."""


@signing.command("validate")
@click.argument("files", nargs=-1, required=True, metavar="FILE...", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a file, each on a line of its own.")
@click.option("--xml", "as_xml", is_flag=True, help="Print the report of ETSI TS 119 102-2 (XML) on one file.")
@click.option("--trust-any-issuer", is_flag=True, help="Ask only whether a file is as it was signed, not by whom.")
@click.option("--content", type=click.Path(path_type=Path), help="What the one FILE, a CMS or an XML, signs.")
def validate_command(
    files: tuple[Path, ...], as_json: bool, as_xml: bool, trust_any_issuer: bool, content: Path | None
) -> None:
    """Validate signed PDFs against the roots in the trust folder (TRUST_FOLDER); CMS and XML signatures too.

    Fresh revocation data is asked of the responder in the settings (RESPONDER_URL) and of nobody else; when it does not
    answer, or with --trust-any-issuer, only what the files carry counts.

    A verdict is valid, indeterminate, invalid, no_signature or unreadable. With --json each line has: file, verdict,
    summary, reasons[], notes[], signatures[] (field, kind signature|timestamp, integrity intact|broken|unreadable,
    covers_document, indication, sub_indication, signer, signed_for, signed_at, time_source, certificate, checks[], …),
    changes_after_signing (none|allowed|forbidden|unrecognised), trailing_bytes, revisions[], history[],
    validated_at, policy. docs/commands.md says what each of them is.

    A CMS (DER, PEM, base64) or an XML signature is known by its first bytes. Where it stands beside what it signs,
    --content names that file.

    Exit code 0 when every file is valid, 1 when some file is not, 2 when the call or the settings are wrong, or when
    no process can be confined here to read files of strangers.
    """
    if content is not None and len(files) != 1:
        raise click.UsageError("--content belongs to one FILE.")
    if as_xml and (as_json or len(files) != 1):
        raise click.UsageError("--xml takes one file, and no --json.")
    settings = Settings.from_environment()
    trust = _trust(settings, trust_any_issuer)
    clock = SystemClock(settings.time_zone)
    source = None if trust_any_issuer else RevocationSource(settings.responder_url, trust, clock, RESPONDER_TIMEOUT)
    verdicts = set()
    for path in files:
        try:
            file, report = _looked_at(path, content, trust, clock, source)
        except FortressUnavailable as error:
            click.echo(error.detail, err=True)
            sys.exit(USAGE)
        verdicts.add(report.verdict)
        click.echo(_xml(file, report) if as_xml else _line(path, report) if as_json else _text(path, report))
    sys.exit(ALL_VALID if verdicts == {Verdict.VALID} else SOME_NOT_VALID)


def _trust(settings: Settings, any_issuer: bool) -> TrustStore:
    """Whose roots count; ends the program where the settings do not say."""
    try:
        require_confinement()
        trust = NOBODY.for_any_issuer() if any_issuer else TrustStore.from_folder(settings.trust_folder)
        return trust.with_algorithms(settings.evidence.algorithm_table)
    except TrustFolderUnusable as error:
        click.echo(f"{error.detail} The trust folder is {settings.trust_folder}.", err=True)
    except (AlgorithmTableUnusable, ConfinementImpossible) as error:
        click.echo(str(error), err=True)
    sys.exit(USAGE)


def _looked_at(
    path: Path, beside: Path | None, trust: TrustStore, clock: SystemClock, source: RevocationSource | None
) -> tuple[bytes, Report]:
    try:
        file, content = _read(path), None if beside is None else _read(beside)
    except (OSError, ValueError) as error:  # ValueError for a name that no file can have
        reason = getattr(error, "strerror", None) or "it cannot be opened"
        return b"", Report(Verdict.UNREADABLE, clock.now(), (f"The file cannot be read: {reason}.",))
    if beside is not None or is_other_signature(file):
        return file, validate_detached_apart(file, content, trust, clock.now())
    if source is None:
        return file, validate_apart(file, trust, clock.now())
    return file, validate_freshly(file, trust, clock.now(), source)


def _read(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(LARGEST_FILE + 1)


def _xml(file: bytes, report: Report) -> bytes:
    """The report of ETSI TS 119 102-2; the digest of a file that was read whole is in it."""
    whole = 0 < len(file) <= LARGEST_FILE
    return to_etsi_xml(report, hashlib.sha256(file).hexdigest() if whole else None)


def _line(path: Path, report: Report) -> str:
    """One JSON object; in ASCII, because a name of a file or a signer need not be text that a terminal can print."""
    return json.dumps(line_json(report, str(path)))


def _text(path: Path, report: Report) -> str:
    lines = [f"{path}: {report.verdict.value}. {summary(report)}"]
    for one in report.signatures:
        when = f", {one.signed_at.isoformat()} ({one.time_source})" if one.signed_at else ""
        lines.append(f"  {one.field}: {one.kind.value} by {one.signer or 'unknown'}, {one.integrity.value}{when}")
        lines += [
            f"    {check.status.value:7} {check.name.value}: {check.evidence}" for check in checks_of(report, one)
        ]
    lines += [f"  revision {one.number}: {' '.join(revision_told(one))}" for one in report.history]
    lines += [f"  - {reason}" for reason in report.reasons]
    lines += [f"  note: {note}" for note in report.notes]
    return "\n".join(lines).encode("utf-8", "backslashreplace").decode("utf-8")
