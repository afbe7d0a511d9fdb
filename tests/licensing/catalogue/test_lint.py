"""A package with a fault is not published, and each fault says where it is."""

from __future__ import annotations

from datetime import date

import pytest

from licensing.catalogue.lint import lint, unverified
from licensing.catalogue.read import PACKAGES, read_package
from licensing.workflow.definition import Workflow
from licensing.workflow.lint import lint as lint_steps
from tests.licensing.catalogue.shipped import changed, shipped

TODAY = date(2026, 2, 5)
REGISTRATION = "/documents/business_registration"
NOT_THE_FORM = '"unevaluatedProperties": false'


@pytest.mark.parametrize("folder", sorted(path.name for path in PACKAGES.iterdir() if path.is_dir()))
def test_every_shipped_package_has_no_fault_and_can_be_run(folder: str) -> None:
    package = read_package(PACKAGES / folder)
    assert package.code == folder
    assert lint(package, TODAY) == []
    assert lint_steps(Workflow.of(package.definition), package.definition.time_limit) == []


@pytest.mark.parametrize(
    ("was", "becomes", "place"),
    [
        ("format: 1", "format: 2", "/format"),
        ("code: 2.001827", "code: food", "/code"),
        ("agency_level: province", "agency_level: district", "/agency_level"),
        ("channels: [online, in_person, post]", "channels: [fax]", "/channels"),
        ("subjects: [enterprise, cooperative, household_business]", "subjects: []", "/subjects"),
        ("online_level: partial", "online_level: full", "/partial"),
        ("sets: 1", "sets: 0", "/sets"),
        ("  - id: nd-155-2018", "  - id: nd-15-2018", "/legal_basis"),
        ("  - id: premises", "  - id: Premises", "/documents"),
        ("    in_force_from: 2018-02-02", "    in_force_until: 2026-02-04", "/legal_basis/1"),
        ("basis: luat-attp, article: Điều 34", "basis: no-law, article: Điều 34", "/eligibility/0/provision"),
        ("notes:\n", "effective_until: 2026-02-01\nnotes:\n", "/effective_until"),
        ("renewal]\n    copy: 1\n    replaced_by", "other]\n    copy: 1\n    replaced_by", REGISTRATION),
        ("    copy: 1\n    replaced_by", "    copy: 0\n    replaced_by", REGISTRATION),
        ("    formats: [pdf]\n", "", "/documents/floor_plan"),
        ("    formats: [pdf]\n", "    formats: [pdf]\n    filled_by_form: true\n", "/documents/floor_plan"),
        ("  - {id: renewal,", "  - {id: x, name: {vi: x, en: x}}\n  - {id: renewal,", "/cases/x"),
        ("value: 25", "value: 0", "/time_limit"),
        ("value: 25", "value: 251", "/time_limit"),
        ("  value: 25\n  unit: working_day", "  value: 1.5\n  unit: month", "/time_limit"),
        ("validity: {value: 3,", "validity: {value: 101,", "/result/validity"),
        ("days: 4.5", "days: 4.4", "/steps/check/days"),
        ("days: 4.5", "days: 0", "/steps/check/days"),
        ("at_most: 1", "at_most: 0", "/pauses/supplement"),
        ("clock: restart", "clock: stop", "/pauses/supplement/clock"),
        ("asked_in: [check]", "asked_in: [nowhere]", "/pauses/supplement"),
        ("unanswered: void", "unanswered: nowhere", "/pauses/supplement/unanswered"),
        ("    document: licence", "    document: letter", "/steps/sign"),
        ("    document: licence\n", "", "/steps/sign"),
        ("    kind: inspect", "    kind: inspect\n    document: licence", "/steps/inspect"),
        ("      sealed: {title", "      done: {title", "/steps/seal"),
        ("validity: {value: 3,", "validity: {value: 0.5,", "/result/validity"),
        ("opens: {value: 9,", "opens: {value: 6,", "/result/renewal"),
        ("template: licence.typ", "template: other.typ", "/result/template"),
        ("answer: owner_name,", "answer: nobody,", "/result/fields/owner_name"),
        ("{name: owner_name,", "{name: establishment_name,", "/result/fields"),
        ("numbering: after_signature", "numbering: sometime", "/result/numbering"),
        ("{seq}/{year}", "{year}", "/result/symbol"),
        ("{seq}/{year}", "{seq}/{year.real}", "/result/symbol"),
        ("{seq}/{year}", "{seq", "/result/symbol"),
        ("    seal: {page: 1, x: 292", "    seal: {page: 1, x: 502", "/result/boxes/seal"),
        ("    seal: {page: 1,", "    other: {page: 1,", "/result/boxes"),
        ("    expired:\n", "    ended:\n", "/result/statuses"),
        ("kind: fee\n", "kind: bribe\n", "/fees/appraisal/kind"),
        ("collect: acceptance", "collect: later", "/fees/appraisal/collect"),
        ('portions: "1..199"', 'portions: "1..198"', "/fees/appraisal"),
        ('portions: "200.."', 'portions: "2e2.."', "/fees/appraisal"),
        ("{establishment_kind: small_production}", "{establishment_kind: tiny}", "/fees/appraisal"),
        ("{establishment_kind: small_production}", "{size: small}", "/fees/appraisal"),
        ("{establishment_kind: small_production}", "{establishment_kind: trade}", "/fees/appraisal/rows/3"),
        ("vnd: 2500000", "vnd: -1", "/fees/appraisal"),
    ],
)  # fmt: skip
def test_a_fault_in_the_procedure_is_found(was: str, becomes: str, place: str) -> None:
    found = lint(changed("procedure.yaml", (was, becomes)), TODAY)
    assert place in [fault["pointer"] for fault in found], found


@pytest.mark.parametrize(
    ("was", "becomes", "place"),
    [
        (NOT_THE_FORM, '"unevaluatedProperties": true', ""),
        (NOT_THE_FORM, NOT_THE_FORM + ', "$ref": "https://example.org/x"', "/$ref"),
        (NOT_THE_FORM, NOT_THE_FORM + ', "patternProperties": {"(a+)+": {}}', "/patternProperties"),
        ('{"required": ["portions"]}', '{"$dynamicRef": "#x"}', "/allOf/0/then/$dynamicRef"),
        ('"required": ["establishment_name",', '"required": ["nothing",', "/required"),
        ('"maxLength": 300, ', "", "/properties/establishment_name"),
        ('"maxItems": 100, ', "", "/properties/products"),
        ('"maxLength": 200, "pattern": "@printed"},', '"pattern": "@printed"},', "/properties/products/items"),
        ('"type": "integer", "minimum": 1', '"type": "null", "minimum": 1', "/properties/portions"),
        ('"format": "email"', '"format": "regex"', "/properties/email/format"),
        ('"minimum": 1', '"minimum": "one"', "/properties/portions/minimum"),
        ('{"page": "owner"', '{"page": "nowhere"', "/properties/owner_name/x-ui/page"),
        ('{"vi": "Điện thoại", "en"', '{"vi": "Điện thoại", "fr"', "/properties/phone/x-ui/label"),
        ('"widget": "radios"', '"widget": "slider"', "/properties/legal_form/x-ui/widget"),
        ('"inputmode": "text"', '"onclick": "x"', "/properties/business_registration_number/x-ui"),
        ('"cooperative": {"vi"', '"club": {"vi"', "/properties/legal_form/x-ui/options"),
        ('"owner_name": {', '"ownerName": {', "/properties/ownerName"),
        ('"pages": [', '"sides": [', "/x-ui/pages"),
        ('{"required": ["portions"]}', '{"properties": {"more": {}}}', "/allOf/0/then/properties/more"),
        ('{"required": ["portions"]}', '{"unevaluatedProperties": true}', "/allOf/0/then/unevaluatedProperties"),
        ('"enum": ["trade", ', '"enum": [1, ', "/properties/establishment_kind/enum"),
        ('"shown_when": {"establishment_kind"', '"shown_when": {"nothing"', "/properties/portions/x-ui/shown_when"),
        ('"options": {"enterprise": {"vi"', '"options": {"enterprise": {"de"', "/properties/legal_form/x-ui/options"),
    ],
)  # fmt: skip
def test_a_fault_in_the_form_is_found(was: str, becomes: str, place: str) -> None:
    found = lint(changed("form.json", (was, becomes)), TODAY)
    assert f"form.json{place}" in [fault["pointer"] for fault in found], found


@pytest.mark.parametrize(
    "line",
    [
        '#import "@preview/cetz:0.3.4"',
        '#import "@local/x:1.0.0": *',
        '#import   "/../x.typ"',
        "#import name",
        "#include name",
        '#import "/layouts/../../x.typ"',
        '#read("/etc/passwd")',
        "#let x = csv (name)",
        '#eval("1")',
        "#plugin(x)",
        "#let harmless = read",
        "#std.read(name)",
        '// ok\n#let f = eval.with(mode: "code")',
        "#datetime.today().display()",
    ],
)
@pytest.mark.parametrize("file", ["licence.typ", "layouts/nd30.typ"])
def test_a_layout_that_reaches_out_is_not_published(line: str, file: str) -> None:
    first = shipped().files[file].splitlines()[0]
    found = lint(changed(file, (first, f"{first}\n{line}")), TODAY)
    assert file in [fault["pointer"] for fault in found]


def test_a_statement_of_law_that_nobody_has_read_is_listed() -> None:
    listed = unverified(shipped().definition)
    assert "67/2021/TT-BTC" in listed and "luat-attp: Điều 37 khoản 1" in listed
    assert not any("nd-224-2026" in item for item in listed)
