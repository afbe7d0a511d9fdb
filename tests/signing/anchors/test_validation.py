"""A document of others counts under a group's anchors, with lists that were fetched; nobody whom it names is called."""

from __future__ import annotations

import dataclasses
import hashlib
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import pytest

from signing.anchors import chosen
from signing.anchors.chosen import lists_for
from signing.trust.anchors import INSTALLATION, TrustGroup, TrustStore
from signing.trust.revocation import Revocation
from signing.validation import apart
from signing.validation.apart import validate_apart
from signing.validation.report import Report, Verdict
from tests.pki.build import pki
from tests.signing.anchors.build import Others, others
from tests.signing.pades.build import LATER, fresh, issued, trust

AT = datetime(2026, 3, 2, tzinfo=UTC)


def judged(which: Others, crls: tuple[bytes, ...], *, signatures: bool = True, timestamps: bool = False) -> Report:
    group = TrustGroup("public-cas", (which.root.der,), signatures, timestamps)
    store = TrustStore.of([pki().root]).with_groups([group])
    return validate_apart(which.signed(), store, AT, Revocation(crls))


@contextmanager
def listening() -> Iterator[tuple[str, socket.socket]]:
    """A server of which only is asked whether somebody connected."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0)
        yield f"http://127.0.0.1:{server.getsockname()[1]}", server


def test_nobody_whom_a_document_names_is_ever_called() -> None:
    with listening() as (url, server):
        which = others(url)
        assert url.encode() in which.signer.der
        assert judged(which, ()).verdict is Verdict.INDETERMINATE
        good = judged(which, (which.crl(which.issuing, AT), which.crl(which.root, AT)))
        assert good.verdict is Verdict.VALID, good.reasons
        with pytest.raises(BlockingIOError):
            server.accept()
        with socket.create_connection(server.getsockname()):
            server.settimeout(5)
            server.accept()[0].close()  # it would have been noticed


def test_the_report_names_group_and_anchor() -> None:
    which = others()
    (one,) = judged(which, (which.crl(which.issuing, AT), which.crl(which.root, AT))).signatures
    assert one.trust_group == "public-cas"
    assert one.trust_anchor_sha256 == hashlib.sha256(which.root.der).hexdigest()
    ours = validate_apart(issued().preserved, trust(), LATER, fresh())
    assert {each.trust_group for each in ours.signatures} == {INSTALLATION}


def test_a_list_that_names_the_signer_makes_it_red() -> None:
    which = others()
    serial = which.signer.certificate.serial_number
    report = judged(which, (which.crl(which.issuing, AT, (serial,)), which.crl(which.root, AT)))
    assert report.verdict in (Verdict.INVALID, Verdict.INDETERMINATE)
    assert any("revoked" in reason for reason in report.reasons)


def test_a_group_for_timestamps_makes_no_signature_good() -> None:
    which = others()
    lists = (which.crl(which.issuing, AT), which.crl(which.root, AT))
    report = judged(which, lists, signatures=False, timestamps=True)
    assert report.verdict is Verdict.INDETERMINATE
    assert report.signatures[0].trust_group is None


def test_a_child_that_names_a_group_nobody_asked_about_is_not_believed() -> None:
    which = others()
    report = judged(which, (which.crl(which.issuing, AT), which.crl(which.root, AT)))
    lie = dataclasses.replace(report.signatures[0], trust_group="of my own")
    assert not apart._of_our_groups(dataclasses.replace(report, signatures=(lie,)), trust())


def test_lists_travel_while_there_is_room_those_that_the_file_names_first(monkeypatch: pytest.MonkeyPatch) -> None:
    which = others()
    named, other = which.crl(which.issuing, AT), which.crl(which.root, AT, tuple(range(1, 30)))
    pdf = which.signed()
    assert lists_for(pdf, [other, named]) == [other, named]
    monkeypatch.setattr(chosen, "MOST_LISTS", len(named) + len(other) - 1)
    assert lists_for(pdf, [other, named]) == [named]
