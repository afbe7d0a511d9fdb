"""A package is read strictly: what is not in the format is refused with its place, and nothing in it is executed."""

from __future__ import annotations

import json
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from licensing.catalogue.errors import PackageBroken
from licensing.catalogue.package import FeeRow
from licensing.catalogue.patterns import PATTERNS
from licensing.catalogue.read import package_of, read_body, read_package
from licensing.catalogue.terms import Period, Role, StepKind, Text, Unit
from licensing.catalogue.yaml_text import LARGEST_FILE, read_yaml
from tests.licensing.catalogue.shipped import CODE, changed, shipped


def test_the_shipped_package_says_what_the_law_says() -> None:
    definition = shipped().definition
    assert definition.code == CODE
    assert definition.time_limit.value == 25 and definition.time_limit.unit is Unit.WORKING_DAY
    assert sum(step.days for step in definition.steps if step.document != "refusal") == 22
    assert [step.kind for step in definition.steps][:2] == [StepKind.RECEIVE, StepKind.CHECK]
    assert shipped().step("review").role is Role.UNIT_HEAD
    assert definition.fees[0].rows[1] == FeeRow(
        Text("Dịch vụ ăn uống dưới 200 suất ăn", "Catering, fewer than 200 portions"),
        700_000,
        {"establishment_kind": ("catering",), "portions": ("1..199",)},
    )
    assert definition.result.validity == Period(Decimal(3), Unit.YEAR)


def test_what_was_published_is_read_back_from_its_text_alone() -> None:
    again = read_body(shipped().body)
    assert again == shipped()
    assert again.sha256 == shipped().sha256


def test_any_change_of_any_file_is_another_text() -> None:
    others = [
        changed("procedure.yaml", ("value: 25", "value: 24")),
        changed("form.json", ('"maxItems": 100', '"maxItems": 99')),
        changed("licence.typ", ("470pt", "471pt")),
        changed("layouts/nd30.typ", ("30mm", "31mm")),
    ]
    assert len({package.sha256 for package in [shipped(), *others]}) == 5


@pytest.mark.parametrize(
    ("was", "becomes", "said"),
    [
        ("format: 1", "format: 1\nextra: x", "extra: is not a key"),
        ("format: 1\n", "", "format: is missing"),
        ("format: 1", "format: one", "format: must be a number"),
        ("sets: 1", "sets: true", "sets: must be"),
        ("kind: receive", "kind: guess", "steps/0/kind: must be one of receive"),
        ("days: 0.5", "days: NaN", "steps/0/days: must be"),
        ("issued: 2010-06-17", "issued: 17 June 2010", "legal_basis/0/issued: must be a date"),
        ("vi: Luật An toàn thực phẩm", "vn: Luật An toàn thực phẩm", "legal_basis/0/title/vi: is missing"),
        ("subjects: [enterprise, cooperative, household_business]", "subjects: {a: b}", "subjects: must be a list"),
        ("ends:\n", "ends: []\nrest:\n", "ends: must be a mapping"),
        ("code: 2.001827", 'code: ""', "code: must be a text"),
    ],
)
def test_what_is_not_in_the_format_is_refused_with_its_place(was: str, becomes: str, said: str) -> None:
    with pytest.raises(PackageBroken) as caught:
        changed("procedure.yaml", (was, becomes))
    assert said in caught.value.detail
    assert caught.value.errors


@pytest.mark.parametrize(
    "text",
    [
        "a: &x 1\nb: *x",
        "a: !!python/object/apply:os.system [ls]",
        "a: !x 1",
        "a: 1\na: 2",
        "? [a]\n: 1",
        "[" * 40 + "]" * 40,
        "a: [" + "1, " * 30_000 + "]",
        "a: " + "x" * LARGEST_FILE,
        "a: [1",
        "",
        "a: 1\n---\nb: 2",
        "a: \x07",
    ],
)
def test_yaml_that_grows_repeats_or_names_types_is_refused(text: str) -> None:
    with pytest.raises(PackageBroken):
        read_yaml(text, "x.yaml")


def test_yaml_never_guesses_a_type() -> None:
    text = "a: no\nb: 2.001827\nc: 2026-02-05\nd: 007\ne: 12\nf: true\ng: null\nh: '12'\ni: -3\nj: 1e5\nk: 0x1\nl: ~"
    assert read_yaml(text, "x") == {
        "a": "no", "b": "2.001827", "c": "2026-02-05", "d": "007", "e": 12, "f": True, "g": None, "h": "12", "i": -3,
        "j": "1e5", "k": "0x1", "l": "~",
    }  # fmt: skip


@pytest.mark.parametrize(
    "text", ["", "[]", "{", '{"a": 1, "a": 2}', '{"a": NaN}', '{"pattern": "(a+)+$"}', '{"a":' * 30 + "1" + "}" * 30]
)
def test_a_form_that_is_not_plain_json_or_brings_a_pattern_is_refused(text: str) -> None:
    with pytest.raises(PackageBroken):
        package_of({**shipped().files, "form.json": text})


def broken_folder(folder: Path, spoil: Callable[[Path], object]) -> PackageBroken:
    for name, text in shipped().files.items():
        if "/" not in name:
            (folder / name).write_text(text, encoding="utf-8")
    spoil(folder)
    with pytest.raises(PackageBroken) as caught:
        read_package(folder)
    return caught.value


@pytest.mark.parametrize(
    "spoil",
    [
        lambda folder: (folder / "run.py").write_text("x"),
        lambda folder: (folder / "more.yaml").symlink_to("/etc/hostname"),
        lambda folder: (folder / "dir.typ").mkdir(),
        lambda folder: (folder / "licence.typ").write_bytes(b"\xff\xfe"),
        lambda folder: (folder / "licence.typ").write_bytes(b"x" * (LARGEST_FILE + 1)),
        lambda folder: (folder / "procedure.yaml").unlink(),
        lambda folder: (folder / "form.json").unlink(),
    ],
)
def test_a_folder_holds_the_package_and_nothing_else(spoil: Callable[[Path], object], tmp_path: Path) -> None:
    broken_folder(tmp_path, spoil)


def accepts(pattern: str, text: str) -> bool:
    return Draft202012Validator({"pattern": PATTERNS[pattern]}).is_valid(text)


def test_the_named_patterns_take_what_people_write() -> None:
    assert accepts(
        "printed", "Công ty Cổ phần “Phượng Hoàng” – Số 1/2, đường Trần Phú; ĐẮK LẮK (₫, €) & Söhne Ελλάς Москва"
    )
    assert accepts("printed", "Phu\u031bo\u031b\u0323ng")
    assert accepts("phone", "+84 (24) 3827.1234") and accepts("phone", "0912345678")
    assert accepts("registration_number", "0109876543-001") and accepts("citizen_number", "001099012345")
    assert accepts("tax_code", "0109876543-001")


@pytest.mark.parametrize(
    "text", ["a\u202eb", "a\u200bb", "漢", "😀", "a\x00", "a\tb", "\ud800", "\u00ad", "ﷺ", "\ufeff"]
)
def test_names_hold_nothing_that_a_licence_cannot_print(text: str) -> None:
    assert not accepts("printed", text)


@pytest.mark.parametrize("text", ["phone", "12345", "0912345678<script>", "+", "٠٩١٢٣٤٥٦٧٨"])
def test_a_phone_number_is_digits(text: str) -> None:
    assert not accepts("phone", text)


def test_no_named_pattern_can_be_made_slow() -> None:
    """Each is one class after another with a bounded or single repetition: nothing repeats inside a repetition."""
    for name, pattern in PATTERNS.items():
        assert not any(nested in pattern for nested in (")*", ")+", "*)", "+)", "|")), name
        json.dumps(pattern)
