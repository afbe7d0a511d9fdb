"""The commands `antin signing trust …`: groups of anchors, and the revocation lists that are fetched for them."""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path

import click
from cryptography import x509

from config.access import SYSTEM, Actor
from config.cli import Context, pass_context
from config.unit_of_work import UnitOfWork
from signing.anchors.change import Purposes, drop_list, name_list, open_group, set_purposes, take_in, take_out
from signing.anchors.errors import AnchorNotFound, CertificateNotAccepted
from signing.anchors.eu_list import LARGEST as LARGEST_LIST
from signing.anchors.fetch import fetch_lists
from signing.anchors.queries import group_by_key, groups, kept_lists
from signing.anchors.reading import LARGEST, ReadCertificate, described_der, read_any, read_authority
from signing.anchors.take_list import take_list
from signing.trust.anchors import INSTALLATION, TrustStore

FILE = click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
GROUP = click.argument("group")
BY = click.option("--by", "name", required=True, help="Who decides it: stands in the history.")
REASON = click.option("--reason", default="", help="Why; stands in the history.")
PURPOSES = click.option(
    "--for",
    "wanted",
    multiple=True,
    required=True,
    type=click.Choice(["signatures", "timestamps"]),
    help="What its anchors count for; may be given twice.",
)


@click.group("trust")
def trust() -> None:
    """Whom we trust besides the roots in TRUST_FOLDER: anchors in groups, only added to, with who and when."""


@trust.command("list")
@pass_context
def list_command(context: Context) -> None:
    """List every group with its anchors: group, fingerprint, state, subject, parted by tabs."""
    unit = context.unit
    for root in unit.tools[TrustStore].roots:
        _line(INSTALLATION, "in force", described_der(root))
    with unit.begin(SYSTEM) as work:
        now = work.clock.now()
        for group in groups(work).values():
            for anchor in group.anchors.values():
                _line(group.key, "in force" if anchor.counts(now) else "out", described_der(anchor.certificate))


@trust.command("open-group")
@GROUP
@click.option("--vi", required=True, help="Its title in Vietnamese.")
@click.option("--en", required=True, help="Its title in English.")
@PURPOSES
@BY
@pass_context
def open_group_command(context: Context, group: str, vi: str, en: str, wanted: tuple[str, ...], name: str) -> None:
    """Open GROUP (small letters, digits, hyphens)."""
    with context.unit.begin(_somebody(name)) as work:
        open_group(work, group, {"vi": vi, "en": en}, _purposes(wanted))


@trust.command("set-purposes")
@GROUP
@PURPOSES
@BY
@REASON
@pass_context
def set_purposes_command(context: Context, group: str, wanted: tuple[str, ...], name: str, reason: str) -> None:
    """Say what the anchors of GROUP count for from now on."""
    with context.unit.begin(_somebody(name)) as work:
        set_purposes(work, group, _purposes(wanted), reason)


@trust.command("take-in")
@GROUP
@FILE
@click.option("--sha256", required=True, help="Its fingerprint, from somewhere else than the file itself.")
@BY
@REASON
@pass_context
def take_in_command(context: Context, group: str, file: Path, sha256: str, name: str, reason: str) -> None:
    """Trust the authority in FILE (PEM or DER) in GROUP; exit 1 when the fingerprint is another."""
    unit, content = context.unit, _content(file)
    found = read_authority(content, unit.clock.now())
    _show(found)
    if found.sha256 != _plain(sha256):
        raise CertificateNotAccepted("The fingerprint is not the one that was given; nothing was taken in.")
    with unit.begin(_somebody(name)) as work:
        take_in(work, group, content, reason)


@trust.command("take-out")
@GROUP
@click.argument("sha256")
@click.option(
    "--from", "since", type=click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M"]), help="From when; without it, now."
)
@BY
@click.option("--reason", required=True, help="Why; stands in the history.")
@pass_context
def take_out_command(context: Context, group: str, sha256: str, since: datetime | None, name: str, reason: str) -> None:
    """Trust the anchor with this fingerprint no more."""
    moment = since.replace(tzinfo=context.settings.time_zone) if since else None
    with context.unit.begin(_somebody(name)) as work:
        take_out(work, group, _plain(sha256), reason, moment)


@trust.command("import-list")
@click.argument("group")
@click.argument("timestamps_group")
@FILE
@click.option("--signed-by", "signer", required=True, type=click.Path(path_type=Path, exists=True, dir_okay=False))
@BY
@pass_context
def import_list_command(
    context: Context, group: str, timestamps_group: str, file: Path, signer: Path, name: str
) -> None:
    """Take the trusted list (ETSI TS 119 612, XML) in FILE into GROUP and TIMESTAMPS_GROUP, if --signed-by signed it.

    Granted CA/QC services come into the first, time-stamping ones into the second; what an earlier list of the same
    territory brought and this one does not grant goes out. Nothing is fetched.
    """
    with file.open("rb") as opened:
        content = opened.read(LARGEST_LIST + 1)
    certificate = x509.load_der_x509_certificate(read_any(_content(signer)))
    with context.unit.begin(_somebody(name)) as work:
        taken = take_list(work, (group, timestamps_group), content, certificate)
    for key, one in zip((group, timestamps_group), taken, strict=True):
        click.echo(f"{key}\tcame {one.came}\tstayed {one.stayed}\twent {one.went}\tskipped {one.skipped}")


@trust.command("history")
@GROUP
@pass_context
def history_command(context: Context, group: str) -> None:
    """Print every decision about GROUP, the oldest first."""
    with context.unit.begin(SYSTEM) as work:
        for one in group_by_key(work, group).history:
            parts = (one.at.isoformat(), one.act, one.by_name, one.sha256 or "-", one.address or "-", one.reason or "-")
            click.echo("\t".join(parts))


@trust.command("name-list")
@GROUP
@click.argument("address")
@FILE
@BY
@pass_context
def name_list_command(context: Context, group: str, address: str, file: Path, name: str) -> None:
    """Fetch the revocation lists of the authority in FILE from ADDRESS: an anchor of GROUP, or one certified by it."""
    with context.unit.begin(_somebody(name)) as work:
        _show(name_list(work, group, address, _content(file)))


@trust.command("drop-list")
@GROUP
@click.argument("address")
@BY
@pass_context
def drop_list_command(context: Context, group: str, address: str, name: str) -> None:
    """Fetch no more lists from ADDRESS."""
    with context.unit.begin(_somebody(name)) as work:
        found = [one for one in group_by_key(work, group).lists.values() if one.address == address]
        if not found:
            raise AnchorNotFound("The group fetches no lists from this address.")
        for one in found:
            drop_list(work, group, address, one.issuer_sha256)


@trust.command("fetch-lists")
@pass_context
def fetch_lists_command(context: Context) -> None:
    """Fetch every revocation list now; exit 1 when one was not renewed."""
    done = fetch_lists(context.unit)
    for one in done:
        click.echo(f"{one.source.address}\t{one.fault or 'renewed'}")
    sys.exit(1 if any(one.fault for one in done) else 0)


@trust.command("lists")
@pass_context
def lists_command(context: Context) -> None:
    """Say how fresh each list is; exit 1 when one is missing or past its end."""
    unit: UnitOfWork = context.unit
    with unit.begin(SYSTEM) as work:
        now, kept = work.clock.now(), kept_lists(work)
        wanted = [which for group in groups(work).values() for which in group.lists]
    stale = False
    for which in wanted:
        row = kept.get(which)
        until = row.next_update if row else None
        stale = stale or until is None or until <= now
        click.echo(f"{which[1]}\t{until.isoformat() if until else 'never'}\t{(row.fault if row else None) or '-'}")
    sys.exit(1 if stale else 0)


def _somebody(name: str) -> Actor:
    """Whoever works on the machine's command line, by the name that he or she gives."""
    return Actor("command", name[:200])


def _purposes(wanted: tuple[str, ...]) -> Purposes:
    return Purposes("signatures" in wanted, "timestamps" in wanted)


def _plain(sha256: str) -> str:
    return sha256.replace(":", "").strip().lower()


def _content(file: Path) -> bytes:
    with file.open("rb") as opened:
        return opened.read(LARGEST + 1)


def _show(found: ReadCertificate) -> None:
    usages = ", ".join(found.usages) or "no restriction"
    click.echo(
        f"{found.subject}\nSHA-256 {found.fingerprint}\n{found.not_before} - {found.not_after}\n{found.key}; {usages}"
    )


def _line(group: str, state: str, found: ReadCertificate) -> None:
    click.echo("\t".join((group, found.sha256, state, found.subject)))
