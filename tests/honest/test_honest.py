"""Honest files are never red, and amber only for a reason that is true of them."""

from __future__ import annotations

import pytest

from signing.validation.apart import validate_apart
from signing.validation.report import Integrity, Verdict
from signing.validation.told import Changes, changes_after_signing
from signing.validation.validate import validate
from tests.honest.collection import STRANGER
from tests.honest.every import ALL
from tests.signing.pades.build import LATER, fresh, trust

UNPROVEN = "comes from nobody we know"  # said of the certificates of a stranger besides
HARMLESS = (Changes.NONE, Changes.ALLOWED)


@pytest.mark.parametrize("name", ALL)
def test_an_honest_file_gets_the_verdict_that_is_due(name: str) -> None:
    one = ALL[name]
    report = validate(one.file, trust(), LATER, fresh(), one.awaited)
    assert report.verdict is one.expected, report.reasons
    assert all(one.why in reason or (one.why == STRANGER and UNPROVEN in reason) for reason in report.reasons)
    assert all(signature.integrity is Integrity.INTACT for signature in report.signatures)
    assert changes_after_signing(report) in HARMLESS


@pytest.mark.parametrize("name", ALL)
def test_nor_is_anything_wrong_where_nobody_asks_for_the_issuer(name: str) -> None:
    one = ALL[name]
    report = validate(one.file, trust().for_any_issuer(), LATER, fresh(), one.awaited)
    assert report.verdict is (Verdict.VALID if one.why in ("", STRANGER) else one.expected), report.reasons


def test_the_confined_child_says_the_same_of_every_program() -> None:
    for one in {one.by: one for one in ALL.values()}.values():
        inside = validate_apart(one.file, trust(), LATER, fresh(), one.awaited)
        assert inside == validate(one.file, trust(), LATER, fresh(), one.awaited), one.name


def test_the_programs_of_the_collection() -> None:
    made_by = {name for one in ALL.values() for name in one.by.split(", ")}
    assert {"Antin", "pyHanko", "endesive", "@signpdf/signpdf", "LibreOffice", "openssl cms"} <= made_by
