"""The ready answer is right on every day, though it is made only when something changed."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa

from config.access import SYSTEM, VISITOR
from config.clock import FrozenClock
from config.unit_of_work import UnitOfWork
from registry.entries.enter import enter
from registry.log.append import integrate
from registry.verification.models import VerificationDocument
from registry.verification.ready import LOOK_UP, ready_answer, stored_answer
from tests.registry.conftest import made_up_entry


def entered(unit: UnitOfWork, **changes: Any) -> str:
    new = made_up_entry(unit, **changes)
    with unit.begin(SYSTEM) as work:
        return enter(work, new).register_code


def answer(unit: UnitOfWork, code: str) -> str:
    with unit.begin(VISITOR) as work:
        return ready_answer(work, code).body.decode()


def document(unit: UnitOfWork, code: str) -> VerificationDocument:
    with unit.begin(VISITOR) as work:
        return work.session.get_one(VerificationDocument, code)


def test_the_answer_changes_on_the_days_that_it_names(dated_unit: UnitOfWork, clock: FrozenClock) -> None:
    today = clock.today()
    first, last = today + timedelta(days=2), today + timedelta(days=5)
    code = entered(dated_unit, issued_on=first, valid_until=last)
    assert '"finding":"pending"' in answer(dated_unit, code)
    integrate(dated_unit)
    steps: list[tuple[date, str, date | None]] = [
        (today, "not_yet", first),
        (first, "valid", last + timedelta(days=1)),
        (last, "valid", last + timedelta(days=1)),
        (last + timedelta(days=1), "expired", None),
    ]
    for day, finding, changes in steps:
        clock.advance(days=(day - clock.today()).days)
        assert f'"finding":"{finding}"' in answer(dated_unit, code)
        assert document(dated_unit, code).next_change == changes


def test_a_look_up_is_one_indexed_read_and_writes_nothing(dated_unit: UnitOfWork) -> None:
    code = entered(dated_unit)
    integrate(dated_unit)
    rendered = document(dated_unit, code).rendered_at
    asked: list[str] = []
    with dated_unit.begin(VISITOR) as work:
        sa.event.listen(
            work.session.connection(), "before_cursor_execute", lambda _, __, text, *___: asked.append(text)
        )
        ready = stored_answer(work, code)
    assert ready is not None
    assert asked == [str(LOOK_UP.compile(dialect=work.session.get_bind().dialect))]
    assert document(dated_unit, code).rendered_at == rendered
