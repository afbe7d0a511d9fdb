"""Certified prints: numbered without a gap, once for each order, of licences in force alone, on a log nobody edits."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings, strategies
from sqlalchemy.exc import ProgrammingError

from config.access import SYSTEM, Actor
from config.settings import Settings
from licensing.applications.errors import ApplicationNotFound
from licensing.licences.prints.errors import (
    LicenceNotIssued,
    PrintIncomplete,
    PrintNotAllowed,
    PrintOrderTaken,
)
from licensing.licences.prints.make_print import make_print
from licensing.licences.prints.models import PrintRecord
from licensing.licences.prints.queries import prints_of
from licensing.licences.prints.rules import LONGEST_REASON, PrintOrder, checked
from registry.entries.models import Paper
from registry.prints.errors import LicenceNotInForce
from registry.prints.models import CertifiedPrint
from registry.prints.record_print import NOT_IN_FORCE
from registry.verification import by_code
from registry.verification.errors import EvidencePending
from registry.verification.result import Finding
from tests.journeys.office import Office
from tests.licensing.licences.conftest import APPLICANT_EMAIL, By, Issued, issue, numbers, order, standing

ROOT = Path(__file__).parents[3]


def test_a_print_is_numbered_and_says_who_for_whom_and_how_many_sheets(office: Office, issued: Issued, by: By) -> None:
    before = numbers(office, issued)
    made = make_print(office.unit, by("tiepnhan"), issued.application_id, order())
    with office.unit.begin(by("vanthu")) as work:
        newest = prints_of(work, issued.application_id)[0]
    assert (newest.id, newest.number, newest.sheets) == (made.id, len(before) + 1, 2)
    assert (newest.name, newest.recipient, newest.reason) == ("Lý Thị Mẫu", "Ngân hàng Ví Dụ", "Yêu cầu tại quầy")
    assert (newest.mine, newest.open) == (False, False)


def test_the_holder_prints_too_and_learns_no_name_of_an_official(office: Office, issued: Issued, by: By) -> None:
    make_print(office.unit, by("tiepnhan"), issued.application_id, order())
    make_print(office.unit, by(APPLICANT_EMAIL), issued.application_id, PrintOrder(uuid4()))
    with office.unit.begin(by(APPLICANT_EMAIL)) as work:
        own, official = prints_of(work, issued.application_id)[:2]
    assert (own.made_as, own.name, own.recipient, own.open) == (
        "holder",
        "Đỗ Ví Dụ",
        "Đỗ Ví Dụ",
        True,
    )
    assert (official.made_as, official.name, official.recipient, official.reason) == ("official", "", "", "")


@pytest.mark.parametrize("login", ["thamdinh", "truongphong", "lanhdao"])
def test_only_reception_clerk_and_holder_may_print(office: Office, issued: Issued, by: By, login: str) -> None:
    with pytest.raises(PrintNotAllowed):
        make_print(office.unit, by(login), issued.application_id, order())


def test_a_stranger_finds_nothing_to_print(office: Office, issued: Issued) -> None:
    stranger = Actor(uuid4(), "Người lạ", {"": frozenset({"apply"})})
    with pytest.raises(ApplicationNotFound):
        make_print(office.unit, stranger, issued.application_id, order())


def test_the_same_order_is_carried_out_once(office: Office, issued: Issued, by: By) -> None:
    same, reception = order(), by("tiepnhan")
    with ThreadPoolExecutor(4) as pool:
        made = list(pool.map(lambda _: make_print(office.unit, reception, issued.application_id, same).id, range(4)))
    assert len(set(made)) == 1
    other = issue(office)
    with pytest.raises(PrintOrderTaken):
        make_print(office.unit, reception, other.application_id, same)


def test_prints_at_the_same_time_get_every_number_once(office: Office, issued: Issued, by: By) -> None:
    officials = [by("tiepnhan"), by("vanthu"), by(APPLICANT_EMAIL)]
    with ThreadPoolExecutor(6) as pool:
        list(pool.map(lambda n: make_print(office.unit, officials[n % 3], issued.application_id, order()), range(12)))
    found = numbers(office, issued)
    assert found == list(range(1, len(found) + 1))


@settings(max_examples=6, deadline=None, database=None, suppress_health_check=list(HealthCheck))
@given(strategies.lists(strategies.sampled_from(["print", "again", "refused", "died"]), min_size=1, max_size=6))
def test_whatever_happens_numbers_have_no_gap(
    office: Office, issued: Issued, settings: Settings, by: By, acts: list[str]
) -> None:
    reception, last = by("tiepnhan"), order()
    for act in acts:
        if act in ("print", "again"):
            last = order() if act == "print" else last
            make_print(office.unit, reception, issued.application_id, last)
        elif act == "refused":
            with pytest.raises(PrintIncomplete):
                make_print(office.unit, reception, issued.application_id, order(reason=" "))
        else:
            die_while_printing(office, issued, reception)
    found = numbers(office, issued)
    assert found == list(range(1, len(found) + 1))


def die_while_printing(office: Office, issued: Issued, actor: Actor) -> None:
    """A print whose transaction does not end well gives its number back."""
    with pytest.MonkeyPatch.context() as patch, pytest.raises(RuntimeError, match="died"):

        def die(*_: object) -> None:
            raise RuntimeError("died")

        patch.setattr("licensing.licences.prints.make_print.LicencePrinted", die)
        make_print(office.unit, actor, issued.application_id, order())


@pytest.mark.parametrize("finding", sorted(NOT_IN_FORCE))
def test_what_is_not_in_force_is_not_printed(
    office: Office, issued: Issued, by: By, monkeypatch: pytest.MonkeyPatch, finding: Finding
) -> None:
    before = numbers(office, issued)
    status = next(status for status, found in by_code.FINDINGS.items() if found is finding)
    monkeypatch.setattr("registry.verification.record.Record.status", lambda *_: status)
    with pytest.raises(LicenceNotInForce) as refused:
        make_print(office.unit, by("tiepnhan"), issued.application_id, order())
    assert refused.value.detail == NOT_IN_FORCE[finding]
    assert numbers(office, issued) == before


def test_a_licence_without_its_evidence_is_not_printed_yet(
    office: Office, issued: Issued, settings: Settings, by: By
) -> None:
    with (
        standing(settings, Paper, Paper.entry_id == issued.entry_id, published_at=None),
        pytest.raises(EvidencePending),
    ):
        make_print(office.unit, by("tiepnhan"), issued.application_id, order())


def test_an_application_without_a_licence_has_nothing_to_print(office: Office, by: By) -> None:
    story = office.story().submitted()
    with pytest.raises(LicenceNotIssued):
        make_print(office.unit, by(APPLICANT_EMAIL), UUID(story.id), order())


def test_the_log_of_prints_cannot_be_edited(office: Office, issued: Issued, by: By) -> None:
    make_print(office.unit, by("tiepnhan"), issued.application_id, order())
    for statement in (
        sa.update(CertifiedPrint).values(number=9),
        sa.delete(PrintRecord),
        sa.update(PrintRecord).values(recipient="Ai đó"),
        sa.delete(CertifiedPrint),
    ):
        with pytest.raises(ProgrammingError, match="permission denied"), office.unit.begin(SYSTEM) as work:
            work.session.execute(statement)


@pytest.mark.parametrize(
    ("recipient", "reason", "places"),
    [
        ("", "", ["/recipient", "/reason"]),
        ("Ai đó", "  ", ["/reason"]),
        ("x" * 201, "Vì cần", ["/recipient"]),
        ("Ai đó", "x" * (LONGEST_REASON + 1), ["/reason"]),
        ("Ai\u202eđó", "Vì cần", ["/recipient"]),
    ],
)
def test_an_official_says_for_whom_and_why(recipient: str, reason: str, places: list[str]) -> None:
    with pytest.raises(PrintIncomplete) as refused:
        checked(PrintOrder(uuid4(), recipient, reason))
    assert [fault["pointer"] for fault in refused.value.errors] == places


KILLED = """
import os, signal, sys
from uuid import UUID
import sqlalchemy as sa
import licensing.licences.prints.make_print as printing
from app import make_unit
from config.access import SYSTEM
from config.settings import Settings
from licensing.accounts.models import Account
from licensing.accounts.queries import actor_of

unit = make_unit(Settings.from_environment())
with unit.begin(SYSTEM) as work:
    actor = actor_of(work, work.session.scalars(sa.select(Account).where(Account.login == "tiepnhan")).one())
printing.LicencePrinted = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
printing.make_print(unit, actor, UUID(sys.argv[1]), printing.PrintOrder(UUID(sys.argv[2]), "Ai đó", "Theo đề nghị"))
"""


def test_a_process_that_is_killed_while_printing_leaves_no_gap_and_the_order_can_be_repeated(
    office: Office, issued: Issued, by: By, environment: dict[str, str]
) -> None:
    before, same = numbers(office, issued), order()
    command = [sys.executable, "-c", KILLED, str(issued.application_id), str(same.key)]
    ran = subprocess.run(command, env=os.environ | environment, cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert ran.returncode == -signal.SIGKILL, ran.stderr
    assert numbers(office, issued) == before
    make_print(office.unit, by("tiepnhan"), issued.application_id, same)
    assert numbers(office, issued) == [*before, len(before) + 1]
