"""The status of a licence is a function of its acts in the log and the day, and of nothing else."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.entries.rules import GIVES, DatedAct, Status, next_change, status_on

D = date(2026, 3, 1)


def day(offset: int) -> date:
    return D + timedelta(days=offset)


def issue(offset: int = 0, until: int | None = None, authorised: bool = True) -> DatedAct:
    return DatedAct("issue", day(offset), None if until is None else day(until), authorised)


def act(kind: str, offset: int, authorised: bool = True) -> DatedAct:
    return DatedAct(kind, day(offset), None, authorised)


CASES = [
    ([], 0, Status.PENDING, None),
    ([issue(0)], 0, Status.VALID, None),
    ([issue(0, 0)], 0, Status.VALID, 1),
    ([issue(0, 10)], 10, Status.VALID, 11),
    ([issue(0, 10)], 11, Status.EXPIRED, None),
    ([issue(5, 10)], 0, Status.NOT_YET, 5),
    ([issue(5, 10)], 4, Status.NOT_YET, 5),
    ([issue(5, 10)], 5, Status.VALID, 11),
    ([issue(0, 10), act("suspend", 3)], 2, Status.VALID, 3),
    ([issue(0, 10), act("suspend", 3)], 3, Status.SUSPENDED, 11),
    ([issue(0, 10), act("suspend", 3)], 11, Status.EXPIRED, None),
    ([issue(0, 10), act("suspend", 3), act("reinstate", 5)], 4, Status.SUSPENDED, 5),
    ([issue(0, 10), act("suspend", 3), act("reinstate", 5)], 5, Status.VALID, 11),
    ([issue(0, 10), act("revoke", 3)], 2, Status.VALID, 3),
    ([issue(0, 10), act("revoke", 3)], 99, Status.REVOKED, None),
    ([issue(0), act("revoke", 3), act("reinstate", 4)], 5, Status.REVOKED, None),
    ([issue(0), act("revoke", 3), issue(4)], 5, Status.REVOKED, None),
    ([issue(0), act("revoke", 3, authorised=False)], 5, Status.VALID, None),
    ([issue(0, authorised=False)], 5, Status.PENDING, None),
    ([issue(0), act("something new", 1)], 5, Status.VALID, None),
    ([issue(9), act("revoke", 3)], 5, Status.REVOKED, None),
]


@pytest.mark.parametrize(("acts", "on", "status", "changes"), CASES)
def test_the_status_and_its_next_change(acts: list[DatedAct], on: int, status: Status, changes: int | None) -> None:
    assert status_on(acts, day(on)) is status
    assert next_change(acts, day(on)) == (None if changes is None else day(changes))


offsets = st.integers(-20, 20)
any_act = st.builds(
    DatedAct,
    st.sampled_from([*GIVES, "unheard of"]),
    offsets.map(day),
    st.none() | offsets.map(day),
    st.booleans(),
)
many = st.lists(any_act, max_size=6)


@given(many, offsets)
def test_nothing_changes_before_the_next_change_and_something_does_on_it(acts: list[DatedAct], on: int) -> None:
    today, changes = day(on), next_change(acts, day(on))
    end = changes or day(60)
    while (today := today + timedelta(days=1)) < end:
        assert status_on(acts, today) == status_on(acts, day(on))
    if changes is not None:
        assert changes > day(on)
        assert status_on(acts, changes) != status_on(acts, day(on))


@given(many, any_act, offsets)
def test_an_act_that_nobody_signed_changes_nothing(acts: list[DatedAct], more: DatedAct, on: int) -> None:
    unsigned = DatedAct(more.kind, more.effective_on, more.until, authorised=False)
    for place in range(len(acts) + 1):
        assert status_on([*acts[:place], unsigned, *acts[place:]], day(on)) == status_on(acts, day(on))


@given(many, offsets, offsets)
def test_what_was_revoked_stays_revoked(acts: list[DatedAct], on: int, later: int) -> None:
    revoked = [*acts, act("revoke", on)]
    assert status_on(revoked, day(max(on, later))) is Status.REVOKED
