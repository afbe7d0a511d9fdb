"""House rules over Python files: our tree keeps them, and each guard reports the sample that breaks it."""

from __future__ import annotations

import pytest

from tests.architecture import code_guards as guards
from tests.architecture.sources import Case, Source, code, python


def sample(text: str, path: str = "licensing/fees/sample.py") -> Source:
    return Source(path, text)


CASES = {
    "only the unit of work commits": Case(
        guards.one_commit_place,
        code,
        3000,
        (sample("work.session.commit()"), sample("def f(session):\n    session.rollback()")),
        (sample("commit()\nlog.committed()"), sample("session.commit()", "config/unit_of_work.py")),
    ),
    "time and randomness are handed in": Case(
        guards.no_hidden_clock_or_dice,
        code,
        5000,
        (
            sample("datetime.now(UTC)"),
            sample("import datetime as dt\ndt.datetime.utcnow()"),
            sample("x = field(default_factory=date.today)"),
            sample("time.time()"),
            sample("mapped_column(default=uuid.uuid4)"),
            sample("import secrets"),
            sample("from random import choice"),
            sample("os.urandom(16)"),
            sample("mapped_column(server_default=sa.func.now())"),
            sample('sa.Column(server_default=sa.text("CURRENT_TIMESTAMP"))'),
            sample("x509.random_serial_number()"),
        ),
        (
            sample("work.clock.now()\ntime.monotonic()\nclock.today()"),
            sample("datetime.now(UTC)", "config/clock.py"),
            sample("import secrets", "config/tokens.py"),
            sample("folder.secrets.password()"),
            sample('sa.Column(server_default=sa.text("false"))'),
        ),
    ),
    "no file has more than 300 lines": Case(
        guards.small_files, python, 100, (sample("x = 1\n" * 301),), (sample("x = 1\n" * 300),)
    ),
    "no function has more than 40 lines": Case(
        guards.short_functions,
        python,
        500,
        (sample("def f():\n" + "    x = 1\n" * 40), sample("class A:\n  async def f(self):\n" + "    x = 1\n" * 40)),
        (
            sample("def f():\n" + "    x = 1\n" * 39),
            sample("def upgrade():\n" + "    x = 1\n" * 99, "migrations/versions/0009_x.py"),
        ),
    ),
    "every file says why it exists": Case(
        guards.module_docstrings, python, 100, (sample("x = 1"),), (sample(""), sample('"""Why."""'))
    ),
    "config knows no word of the domain": Case(
        guards.config_knows_no_domain,
        code,
        2000,
        (
            sample("class Licence: ...", "config/typeset.py"),
            sample("def f(applicant_id): ...", "config/jobs.py"),
            sample("from licensing.fees import x", "config/jobs.py"),
        ),
        (sample("licensee = 1", "licensing/licences/models.py"), sample("def process(): ...", "config/jobs.py")),
    ),
    "no test sleeps": Case(
        guards.no_sleep_in_tests,
        python,
        3000,
        (sample("time.sleep(1)", "tests/test_x.py"), sample("await asyncio.sleep(0)", "tests/test_x.py")),
        (sample("time.sleep(1)", "config/postgres.py"), sample("asleep()", "tests/test_x.py")),
    ),
}


@pytest.mark.parametrize("rule", CASES)
def test_our_tree_keeps_the_rule(rule: str) -> None:
    case = CASES[rule]
    seen = case.guard(case.over())
    assert seen.findings == []
    assert seen.looked_at >= case.at_least


@pytest.mark.parametrize(("rule", "bad"), [(rule, bad) for rule, case in CASES.items() for bad in case.bad])
def test_the_guard_reports_a_bad_sample(rule: str, bad: Source) -> None:
    assert CASES[rule].guard([bad]).findings != []


@pytest.mark.parametrize(("rule", "good"), [(rule, good) for rule, case in CASES.items() for good in case.good])
def test_the_guard_lets_a_good_sample_pass(rule: str, good: Source) -> None:
    assert CASES[rule].guard([good]).findings == []
