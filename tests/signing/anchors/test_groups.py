"""Whom we trust is decided by people, written down for ever, and computed from all that was written."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa
from cryptography.hazmat.primitives.serialization import Encoding
from sqlalchemy.exc import ProgrammingError

import signing.reactions
from config.access import Actor
from config.clock import FrozenClock
from config.errors import Refused
from config.events import Reactor
from config.unit_of_work import UnitOfWork
from signing.anchors import errors
from signing.anchors.change import Purposes, drop_list, name_list, open_group, set_purposes, take_in, take_out
from signing.anchors.models import Act, TrustEvent
from signing.anchors.queries import group_by_key, groups, trusted_groups
from signing.anchors.reading import read_authority
from signing.anchors.rules import fault_of_address
from signing.trust.anchors import INSTALLATION
from tests.pki.build import START, pki
from tests.signing.anchors.build import others

BOTH = Purposes(signatures=True, timestamps=True)
TITLE = {"vi": "Tổ chức chứng thực", "en": "Authorities"}
LAN = Actor("lan", "Lan Ví Dụ")


@pytest.fixture
def reactor() -> Reactor:
    return Reactor([signing.reactions.REACTIONS])


def opened(unit: UnitOfWork, key: str = "public", purposes: Purposes = BOTH) -> str:
    with unit.begin(LAN) as work:
        open_group(work, key, TITLE, purposes)
    return key


def test_an_anchor_counts_from_when_it_is_taken_in_until_it_is_taken_out(unit: UnitOfWork, clock: FrozenClock) -> None:
    key = opened(unit)
    with unit.begin(LAN) as work:
        found = take_in(work, key, others().root.pem, "from the gazette")
        assert [one.anchors for one in trusted_groups(work)] == [(others().root.der,)]
        take_out(work, key, found.sha256, "its key was stolen", clock.now() + timedelta(days=1))
        assert trusted_groups(work)
    clock.advance(days=1)
    with unit.begin(LAN) as work:
        assert trusted_groups(work) == ()
        history = [(one.act, one.by_name, one.reason) for one in group_by_key(work, key).history]
    assert history == [
        (Act.GROUP, "Lan Ví Dụ", ""),
        (Act.ANCHOR, "Lan Ví Dụ", "from the gazette"),
        (Act.OUT, "Lan Ví Dụ", "its key was stolen"),
    ]


def test_one_that_was_taken_out_can_be_taken_in_again_and_both_stay_on_record(unit: UnitOfWork) -> None:
    key = opened(unit)
    with unit.begin(LAN) as work:
        found = take_in(work, key, others().root.der)
        with pytest.raises(errors.AnchorThere):
            take_in(work, key, others().root.pem)
        take_out(work, key, found.sha256, "by mistake")
        with pytest.raises(errors.AnchorNotFound):
            take_out(work, key, found.sha256, "again")
        take_in(work, key, others().root.der)
        group = group_by_key(work, key)
    assert len(group.left) == 1
    assert len(group.anchors) == 1


@pytest.mark.parametrize("statement", ["UPDATE trust_events SET reason = 'x'", "DELETE FROM trust_events"])
def test_no_decision_is_edited_or_deleted(unit: UnitOfWork, statement: str) -> None:
    opened(unit)
    with pytest.raises(ProgrammingError, match="permission denied"), unit.begin(LAN) as work:
        work.session.execute(sa.text(statement))


def test_what_is_no_authority_is_no_anchor(unit: UnitOfWork) -> None:
    at = unit.clock.now()
    bad = {
        "an end certificate": others().signer.pem,
        "two certificates": others().root.pem + others().issuing.pem,
        "something behind it": others().root.der + b"\0",
        "nothing": b"",
        "no certificate": b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
        "too much": others().root.pem + b"\n" * 30_000,
    }
    for name, content in bad.items():
        with pytest.raises(errors.CertificateNotAccepted):
            pytest.fail(f"{name}: {read_authority(content, at).subject}")
    with pytest.raises(errors.CertificateNotAccepted):
        read_authority(pki().root.public_bytes(Encoding.DER), START - timedelta(days=400))


def test_a_row_adds_nothing_to_the_installation_s_own_roots(unit: UnitOfWork) -> None:
    with unit.begin(LAN) as work:
        values = {"at": work.clock.now(), "by": "x", "by_name": "x", "group": INSTALLATION}
        work.session.add(TrustEvent(**values, act=Act.GROUP, signatures=True, timestamps=True))
        work.session.add(TrustEvent(**values, act=Act.ANCHOR, sha256="0" * 64, certificate=others().root.der))
        work.session.flush()
        assert groups(work) == {}
        assert trusted_groups(work) == ()
        with pytest.raises(errors.GroupNotAccepted):
            open_group(work, INSTALLATION, TITLE, BOTH)


def test_purposes_change_with_a_reason_and_say_something(unit: UnitOfWork) -> None:
    key = opened(unit)
    only = Purposes(signatures=False, timestamps=True)
    with unit.begin(LAN) as work:
        take_in(work, key, others().root.der)
        for refused, purposes, reason in (
            (errors.TrustReasonMissing, only, " "),
            (errors.GroupNotAccepted, Purposes(signatures=False, timestamps=False), "why"),
        ):
            with pytest.raises(refused):
                set_purposes(work, key, purposes, reason)
        set_purposes(work, key, only, "it stamps only")
        (group,) = trusted_groups(work)
    assert (group.signatures, group.timestamps) == (False, True)


def test_lists_are_named_for_anchors_and_what_they_certify_alone(unit: UnitOfWork) -> None:
    key, address = opened(unit), "http://crl.example/list.crl"
    with unit.begin(LAN) as work:
        take_in(work, key, others().root.der)
        name_list(work, key, address, others().issuing.der)
        name_list(work, key, address, others().issuing.der)
        for issuer in (pki().root.public_bytes(Encoding.DER), others().signer.der):
            with pytest.raises(errors.CertificateNotAccepted):
                name_list(work, key, address, issuer)
        assert len(group_by_key(work, key).lists) == 1
        (source,) = group_by_key(work, key).lists.values()
        drop_list(work, key, address, source.issuer_sha256)
        assert group_by_key(work, key).lists == {}


BAD_ADDRESSES = ("ftp://a.example/x", "http://", "http://u:p@a.example/", "http://a b/", "//a/b", "http://a.example/#x")


@pytest.mark.parametrize("address", [*BAD_ADDRESSES, "http://a.example:99999/", "file:///etc/passwd", "x" * 501])
def test_an_address_that_is_none_is_not_asked(unit: UnitOfWork, address: str) -> None:
    assert fault_of_address(address)


def test_names_and_titles_of_groups_are_as_they_must_be(unit: UnitOfWork) -> None:
    opened(unit)
    with unit.begin(LAN) as work:
        for key, title in (("public", TITLE), ("Đ", TITLE), ("ok", {"vi": "", "en": "x"})):
            with pytest.raises(Refused):
                open_group(work, key, title, BOTH)
        with pytest.raises(errors.GroupNotFound):
            group_by_key(work, "none")
