"""The confined validator says what the validator says, and no more than a validator could have said."""

from __future__ import annotations

import dataclasses
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from config.confinement import Limits
from config.fortress import Fortress, FortressUnavailable
from config.plain import to_bytes
from signing.trust.anchors import TrustStore
from signing.validation import apart
from signing.validation.apart import validate_apart
from signing.validation.policy import LARGEST_FILE, MOST_OBJECTS
from signing.validation.question import Answer, Attachment, Question
from signing.validation.report import POLICY, Report, Verdict
from signing.validation.validate import validate
from tests.signing.pades.build import LATER, fresh, issued, trust
from tests.signing.validation.attacks import ATTACKS

ROOT = Path(__file__).parents[3]
STATES = ("base", "fields", "official", "sealed", "preserved")


@pytest.mark.parametrize("state", STATES)
def test_a_document_gets_the_same_report_inside_and_outside(state: str) -> None:
    pdf: bytes = getattr(issued(), state)
    for known in (None, fresh()):
        assert validate_apart(pdf, trust(), LATER, known) == validate(pdf, trust(), LATER, known)
    awaited = frozenset({"Official", "Seal"})
    assert validate_apart(pdf, trust(), LATER, None, awaited) == validate(pdf, trust(), LATER, None, awaited)
    anyone = TrustStore(()).for_any_issuer()
    assert validate_apart(pdf, anyone, LATER) == validate(pdf, anyone, LATER)


@pytest.mark.parametrize("name", ATTACKS)
def test_a_forgery_gets_the_same_report_inside_and_outside(name: str) -> None:
    pdf = ATTACKS[name]()
    assert validate_apart(pdf, trust(), LATER, fresh()) == validate(pdf, trust(), LATER, fresh())


LOADED_LATER = """
import sys
from signing.validation import child
loaded = []
child.serve = lambda answer, arguments: loaded.extend(sys.modules) or 0
child.main([])
before = set(loaded)
content = sys.stdin.buffer.read()
while content:
    size = int.from_bytes(content[:4], "big")
    child.answer(content[4 : 4 + size], lambda _: b"an answer that is none")
    content = content[4 + size :]
print(*sorted(set(sys.modules) - before))
"""


def test_no_document_makes_the_validator_load_anything() -> None:
    documents = [getattr(issued(), state) for state in STATES] + [make() for make in ATTACKS.values()]
    asked = Question(trust(), LATER, fetch=True, attachment=Attachment("licence.json", "ours"))
    messages = [asked.about(pdf) for pdf in documents]
    together = b"".join(len(message).to_bytes(4, "big") + message for message in messages)
    command = [sys.executable, "-c", LOADED_LATER]
    done = subprocess.run(command, input=together, capture_output=True, check=True, cwd=ROOT)
    assert done.stdout.decode().split() == []


def test_what_is_larger_than_the_policy_takes_is_too_complex() -> None:
    assert validate_apart(bytes(LARGEST_FILE + 1), trust(), LATER).too_complex
    many = issued().base.replace(b"/Size ", b"/Size %d" % MOST_OBJECTS)
    assert validate_apart(many, trust(), LATER).verdict is not Verdict.VALID


@pytest.fixture
def forging(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    fortress = Fortress("tests.signing.validation.forging_child", Limits(512 * 1024**2, 2))
    monkeypatch.setattr(apart, "fortress", fortress)
    yield
    fortress.close()


def _report(**changed: Any) -> bytes:
    return to_bytes(Answer(dataclasses.replace(validate(issued().preserved, trust(), LATER), **changed)))


@pytest.mark.usefixtures("forging")
def test_an_answer_that_validation_could_not_have_given_is_not_believed() -> None:
    good = validate(issued().preserved, trust(), LATER)
    broken = dataclasses.replace(good.signatures[0], verdict=Verdict.INVALID)
    for lie in (
        b"",
        b"green",
        b'{"verdict": "valid"}',
        json.dumps(json.loads(_report()) | {"more": 1}).encode(),
        _report(signatures=()),
        _report(reasons=("something is wrong",)),
        _report(signatures=(broken,)),
        _report(signatures=(dataclasses.replace(good.signatures[0], byte_range=(0, 10**9, 10**9, 1)),)),
        _report(notes=("x" * 5_000_000,)),
    ):
        assert validate_apart(lie, trust(), LATER) == apart.too_complex(LATER), lie[:80]


@pytest.mark.usefixtures("forging")
def test_when_and_by_which_policy_is_not_for_the_child_to_say() -> None:
    lie = _report(validated_at=LATER.replace(year=2000), policy="anything goes", verdict=Verdict.INVALID)
    lie += b" " * 200_000  # longer than every byte range
    report: Report = validate_apart(lie, trust(), LATER)
    assert (report.verdict, report.validated_at, report.policy) == (Verdict.INVALID, LATER, POLICY)


def test_nothing_is_validated_where_no_child_can_be_confined(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apart, "fortress", Fortress("tests.config.unconfined", Limits(512 * 1024**2, 2)))
    with pytest.raises(FortressUnavailable):
        validate_apart(issued().preserved, trust(), LATER)
