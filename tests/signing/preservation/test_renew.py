"""Renewal carries a licence past the end of its timestamps' certificates; without it the licence is not green."""

from __future__ import annotations

import dataclasses
from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from pathlib import Path

import pytest
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.ades.report import AdESPassed
from pyhanko.sign.validation.ades import ades_lta_validation
from pyhanko.sign.validation.policy_decl import PdfSignatureValidationSpec

from signing.pades.digest import seal_facts, signed_fields
from signing.pades.levels import Level, level_of
from signing.preservation.errors import NothingGained, TooManyTimestamps
from signing.preservation.lives import life_of
from signing.preservation.renew import preserve_document, renew_document
from signing.trust.algorithms import Row, shipped_table
from signing.validation.certificates import run
from signing.validation.our_changes import OUR_CHANGES
from signing.validation.policy import timing, validation_spec
from signing.validation.report import Verdict
from signing.validation.validate import validate
from tests.signing.pades.build import fresh, preserve_now, trust
from tests.signing.preservation.build import (
    FIRST_END,
    LATER,
    SECOND_END,
    THIRD_END,
    answering,
    sealed_until,
    stamping,
)

TABLE = shipped_table()
FIRST_RENEWAL, SECOND_RENEWAL = FIRST_END - timedelta(days=90), SECOND_END - timedelta(days=90)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("serials")


@pytest.fixture(scope="module")
def preserved(folder: Path) -> bytes:
    """A licence with its first evidence, under the first authority."""
    with answering(LATER) as source, stamping(folder, FIRST_END, LATER) as stamps:
        return preserve_document(sealed_until(folder), source, stamps.token).pdf


@pytest.fixture(scope="module")
def renewed(folder: Path, preserved: bytes) -> bytes:
    return renewal(folder, preserved, SECOND_END, FIRST_RENEWAL)


@pytest.fixture(scope="module")
def twice(folder: Path, renewed: bytes) -> bytes:
    return renewal(folder, renewed, THIRD_END, SECOND_RENEWAL)


def renewal(folder: Path, pdf: bytes, end: datetime, at: datetime) -> bytes:
    with answering(at) as source, stamping(folder, end, at) as stamps:
        return renew_document(pdf, source, stamps.token, TABLE, life_of(pdf).until(TABLE)).pdf


def ours(pdf: bytes, at: datetime) -> Verdict:
    """What our validator says on a future day, with what our responder would say then."""
    return validate(pdf, trust(), at, fresh(at)).verdict


def pyhankos(pdf: bytes, at: datetime) -> bool:
    """Whether pyHanko's LTA validation passes both signatures on that day."""
    reader = PdfFileReader(BytesIO(pdf))
    spec = PdfSignatureValidationSpec(validation_spec(trust(), fresh(at)), diff_policy=OUR_CHANGES)
    signatures = [one for one in reader.embedded_signatures if one.field_name in ("Official", "Seal")]
    results = [run(ades_lta_validation(one, spec, timing_info=timing(at)), at) for one in signatures]
    return len(results) == 2 and all(one.ades_subindic is AdESPassed.OK for one in results)


@pytest.mark.parametrize("judge", [ours, pyhankos])
def test_a_renewal_carries_it_past_its_first_certificates_and_without_one_it_is_not_green(
    preserved: bytes, renewed: bytes, judge: object
) -> None:
    good = {ours: Verdict.VALID, pyhankos: True}[judge]  # type: ignore[index]
    assert callable(judge)
    assert judge(preserved, FIRST_END - timedelta(days=1)) == good
    for days in (1, 200, 600):
        assert judge(preserved, FIRST_END + timedelta(days=days)) != good
        assert judge(renewed, FIRST_END + timedelta(days=days)) == good
    assert judge(renewed, SECOND_END + timedelta(days=1)) != good


@pytest.mark.parametrize("judge", [ours, pyhankos])
def test_two_renewals_in_a_row_carry_it_past_the_second_as_well(renewed: bytes, twice: bytes, judge: object) -> None:
    good = {ours: Verdict.VALID, pyhankos: True}[judge]  # type: ignore[index]
    assert callable(judge)
    for days in (1, 900):
        assert judge(renewed, SECOND_END + timedelta(days=days)) != good
        assert judge(twice, SECOND_END + timedelta(days=days)) == good
    assert judge(twice, THIRD_END + timedelta(days=1)) != good


def test_nothing_that_was_there_is_touched(preserved: bytes, renewed: bytes, twice: bytes) -> None:
    assert renewed.startswith(preserved)
    assert twice.startswith(renewed)
    assert seal_facts(twice) == seal_facts(preserved)
    assert [one.name for one in signed_fields(twice)][2:] == ["Timestamp-1", "Timestamp-2", "Timestamp-3"]
    assert level_of(twice) is Level.B_LTA
    assert len(twice) - len(renewed) < 25_000


def test_the_life_of_a_document_is_that_of_its_newest_timestamp(preserved: bytes, twice: bytes) -> None:
    assert (life_of(preserved).at, life_of(preserved).until(TABLE)) == (LATER, FIRST_END)
    life = life_of(twice)
    assert (life.level, life.at, life.until(TABLE)) == (Level.B_LTA, SECOND_RENEWAL, THIRD_END)
    assert life.algorithms == ("rsassa_pkcs1v15 3072", "sha256")
    assert life.algorithm_until(TABLE) == datetime(2034, 1, 1, tzinfo=UTC)


def test_a_table_with_an_earlier_day_ends_the_life_and_the_verdict(preserved: bytes) -> None:
    day = date(2026, 12, 31)
    table = dataclasses.replace(TABLE, signatures=(Row("rsassa_pkcs1v15", 2048, day), Row("ecdsa", 256)))
    assert life_of(preserved).until(table) == datetime(2027, 1, 1, tzinfo=UTC)
    store = dataclasses.replace(trust(), algorithms=table)
    for at, good in ((datetime(2026, 12, 31, tzinfo=UTC), True), (datetime(2027, 1, 1, tzinfo=UTC), False)):
        report = validate(preserved, store, at, fresh(at))
        assert (report.verdict is Verdict.VALID) is good, report.reasons
    assert "it uses an algorithm that is not accepted any more" in str(report.reasons)


def test_a_timestamp_that_lasts_no_longer_is_not_taken(folder: Path, preserved: bytes) -> None:
    at = FIRST_RENEWAL
    with answering(at) as source, stamping(folder / "same", FIRST_END, at) as stamps, pytest.raises(NothingGained):
        renew_document(preserved, source, stamps.token, TABLE, life_of(preserved).until(TABLE))


def test_no_document_is_renewed_until_nobody_can_validate_it(folder: Path, preserved: bytes) -> None:
    full = preserved
    for number in range(13):
        full = preserve_now(full, LATER + timedelta(hours=number))
    at = LATER + timedelta(hours=14)
    assert validate(full, trust(), at, fresh(at)).verdict is Verdict.VALID
    with answering(at) as source, stamping(folder, SECOND_END, at) as stamps, pytest.raises(TooManyTimestamps):
        renew_document(full, source, stamps.token, TABLE, FIRST_END)


def test_the_signers_authority_is_not_asked_again(folder: Path, preserved: bytes) -> None:
    """Years later it may know nothing of certificates that expired; the timestamp's is asked, as fresh as need be."""
    asked: list[int] = []
    at = FIRST_RENEWAL + timedelta(hours=1)
    with answering(at) as source, stamping(folder, SECOND_END, at) as stamps:
        fetch = source.fetch
        source.fetch = lambda certificates: (asked.append(len(certificates)), fetch(certificates))[1]  # type: ignore[method-assign,func-returns-value]
        renew_document(preserved, source, stamps.token, TABLE, FIRST_END)
    assert asked == [2]  # the authority's certificate and the issuer's
