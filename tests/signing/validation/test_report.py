"""The report: eight checks a signature, what each revision did, what happened after signing, in plain words."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from signing.pades.fields import OFFICIAL, SEAL
from signing.trust.anchors import TrustStore
from signing.validation import timeline
from signing.validation.checks import CheckName, Status, checks_of
from signing.validation.facts import Revision
from signing.validation.report import Report, Verdict
from signing.validation.told import changes_after_signing, line_json, revision_told, summary
from signing.validation.validate import validate
from tests.pki.build import EXPIRED_AT, REVOKED_AT, foreign_pki, pki
from tests.signing.pades.build import AT, LATER, fresh, issued, preserve_now, sign, timestamper, trust
from tests.signing.validation.attacks import ATTACKS
from tests.signing.validation.foreign import approved, turned

GOOD = dict.fromkeys(CheckName, Status.PASS) | {CheckName.LIMITS_OK: Status.UNKNOWN}  # a trial's certificates


def _validate(pdf: bytes, **more: frozenset[str]) -> Report:
    return validate(pdf, trust(), LATER, fresh(LATER), **more)


def _checks(report: Report, field: str = OFFICIAL) -> dict[CheckName, Status]:
    one = report.of(field)
    assert one is not None
    return {check.name: check.status for check in checks_of(report, one)}


def _evidence(report: Report, name: CheckName, field: str = OFFICIAL) -> str:
    one = report.of(field)
    assert one is not None
    return next(check.evidence for check in checks_of(report, one) if check.name is name)


@pytest.mark.parametrize("field", [OFFICIAL, SEAL, "Timestamp-1"])
def test_a_good_signature_passes_all_eight_checks_but_has_no_legal_value(field: str) -> None:
    report = _validate(issued().preserved)
    assert _checks(report, field) == GOOD
    assert "no legal value" in _evidence(report, CheckName.LIMITS_OK, field)


def test_it_says_who_signed_in_which_capacity() -> None:
    signatures = line_json(_validate(issued().preserved), "a.pdf")["signatures"]
    assert [one["signed_for"] for one in signatures] == [
        "Giám đốc, Sở Y tế tỉnh An Bình",
        "seal of the organisation",
        "time-stamping authority",
    ]


def test_strangers_are_unknown_not_failed() -> None:
    report = validate(issued().preserved, TrustStore.of([foreign_pki().root]), LATER)
    found = _checks(report)
    assert found[CheckName.INTEGRITY] is Status.PASS
    unknown = {CheckName.CHAIN, CheckName.REVOCATION_AT_SIGNING, CheckName.TIMESTAMP_OK}
    assert {found[name] for name in unknown} == {Status.UNKNOWN}


def test_what_was_not_asked_is_unknown() -> None:
    report = validate(issued().preserved, TrustStore(()).for_any_issuer(), LATER)
    assert report.verdict is Verdict.VALID
    assert _checks(report)[CheckName.CHAIN] is Status.UNKNOWN
    assert _evidence(report, CheckName.CHAIN) == "It was not asked who issued the certificate."
    assert report.policy.endswith("the path to a trusted root was not asked for")


def test_a_revoked_and_an_expired_certificate_fail_their_own_check() -> None:
    revoked_at = REVOKED_AT + timedelta(days=10)
    revoked = sign(issued().fields, OFFICIAL, pki().revoked_official, revoked_at)
    report = validate(revoked, trust(), revoked_at + timedelta(minutes=1), fresh(revoked_at))
    assert _checks(report)[CheckName.REVOCATION_AT_SIGNING] is Status.FAIL
    assert (report.signatures[0].indication, report.signatures[0].sub_indication) == ("TOTAL-FAILED", "REVOKED")
    expired_at = EXPIRED_AT + timedelta(days=10)
    expired = sign(issued().fields, OFFICIAL, pki().expired_official, expired_at)
    report = validate(expired, trust(), expired_at + timedelta(minutes=1), fresh(expired_at))
    assert _checks(report)[CheckName.CERT_VALID_AT_SIGNING] is Status.FAIL
    assert (report.signatures[0].indication, report.signatures[0].sub_indication) == ("TOTAL-FAILED", "EXPIRED")


def test_without_a_trusted_time_stamp_the_time_is_unknown() -> None:
    awaited = frozenset({SEAL})
    plain = sign(issued().fields, OFFICIAL, pki().official, timestamped=False)
    assert _checks(_validate(plain, may_be_unsigned=awaited))[CheckName.TIMESTAMP_OK] is Status.UNKNOWN
    strange = sign(issued().fields, OFFICIAL, pki().official, timestamps=timestamper(AT, foreign_pki()))
    assert _checks(_validate(strange, may_be_unsigned=awaited))[CheckName.TIMESTAMP_OK] is Status.UNKNOWN


def test_a_person_in_the_place_of_the_seal_is_noticed() -> None:
    sealed = sign(sign(issued().fields, OFFICIAL, pki().official), SEAL, pki().official)
    assert _checks(_validate(sealed), SEAL)[CheckName.SIGNER_MATCHES_ROLE] is Status.FAIL


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("update_that_changes_the_page", {"pages": (1,)}),
        ("annotation_over_the_text", {"annotations": ("1: FreeText",)}),
        ("description_replaced", {"metadata": ("description (XMP)",)}),
        ("attachment_replaced", {"other": ("attachments",)}),
        ("certification_removed", {"metadata": ("permissions",)}),
        ("third_signature_over_the_whole_page", {"fields": ("Third",)}),
    ],
)
def test_the_history_says_what_a_later_revision_did(name: str, told: dict[str, tuple[object, ...]]) -> None:
    report = _validate(ATTACKS[name]())
    harmless = {"fields": (), "pages": (), "annotations": (), "metadata": (), "other": ()}
    found = report.history[4]
    assert {part: getattr(found, part) for part in harmless} == {**harmless, **told}
    assert len(list(revision_told(found))) == 1
    assert changes_after_signing(report) == "forbidden"
    assert _checks(report)[CheckName.INTEGRITY] is Status.FAIL


def test_an_honest_history_holds_no_change() -> None:
    report = _validate(preserve_now(issued().preserved, LATER))
    assert [one.kind for one in report.history] == ["document", "signature", "signature", "timestamp", "timestamp"]
    assert not any(one.changed_something for one in report.history)
    assert all(one.covered and one.readable for one in report.history)
    assert changes_after_signing(report) == "allowed"


def test_a_long_list_is_told_in_part() -> None:
    told = list(revision_told(Revision(2, "change", pages=tuple(range(1, 400)))))
    assert told == [f"What these pages show: {', '.join(map(str, range(1, 21)))}, …."]


def test_the_work_for_a_history_has_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timeline, "MOST_STEPS", 10)
    report = _validate(issued().preserved)
    assert report.verdict is Verdict.VALID
    assert [one.readable for one in report.history] == [True, False, False, False]
    assert "What it changed cannot be told." in list(revision_told(report.history[1]))


def test_only_what_nothing_follows_has_no_changes() -> None:
    report = _validate(issued().official, may_be_unsigned=frozenset({SEAL}))
    assert (changes_after_signing(report), report.trailing_bytes) == ("none", 0)


@pytest.mark.parametrize(
    ("name", "count"), [("bytes_appended", 40), ("line_break_appended", 1), ("update_that_changes_the_page", 0)]
)
def test_bytes_behind_the_last_revision_are_counted(name: str, count: int) -> None:
    assert _validate(ATTACKS[name]()).trailing_bytes == count


def test_a_change_that_is_not_recognised_is_never_called_a_broken_signature() -> None:
    changed = turned(approved(issued().base))
    report = validate(changed, trust(), LATER, fresh(LATER))
    assert report.verdict is Verdict.INDETERMINATE
    assert changes_after_signing(report) == "unrecognised"
    assert report.history[-1].pages == (1,)
    assert "intact" in summary(report)
    broken = _validate(ATTACKS["signature_zeroed"]())
    assert "broken" in summary(broken)


@pytest.mark.parametrize("name", ATTACKS)
def test_every_forgery_has_a_line(name: str) -> None:
    line = json.loads(json.dumps(line_json(_validate(ATTACKS[name]()), "a.pdf")))
    assert line["verdict"] != "valid"
    assert line["changes_after_signing"] in {"none", "allowed", "forbidden", "unrecognised"}
    assert all(one["indication"] and len(one["checks"]) == 8 for one in line["signatures"])
