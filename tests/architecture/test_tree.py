"""House rules over all files of the tree: ours keep them, and each guard reports the sample that breaks it."""

from __future__ import annotations

import pytest

from tests.architecture import tree_guards as guards
from tests.architecture.sources import Case, Source, code, python, texts, tree_files

HASH = "--hash=sha256:" + "0" * 64


def dot(*parts: str) -> str:
    """A host name that does not stand in this file."""
    return ".".join(parts)


CASES = {
    "file names say what is in them": Case(
        guards.telling_file_names,
        python,
        100,
        (
            Source("licensing/fees/utils.py", ""),
            Source("registry/services/enter.py", ""),
            Source("tests/helpers.py", ""),
            Source("signing/common/__init__.py", ""),
        ),
        (Source("licensing/fees/assess.py", ""), Source("config/web/templates/base.html", "")),
    ),
    "identifiers use the glossary's words": Case(
        guards.one_word_a_concept_in_code,
        code,
        5000,
        (
            Source("licensing/a.py", "class PermitIssued: ..."),
            Source("licensing/a.py", "license_number = 1"),
            Source("licensing/a.py", "def overdue(sla): ..."),
            Source("licensing/a.py", "from licensing.dossiers import x"),
        ),
        (Source("licensing/a.py", "permitted = licensee = licensed = slate = 1"),),
    ),
    "pages, papers and documentation use the glossary's words": Case(
        guards.one_word_a_concept_in_texts,
        texts,
        300,
        (
            Source("licensing/a/page.html", "<h1>Your permit</h1>"),
            Source("docs/a.md", "the license is revoked"),
            Source("docs/a.md", "not a blockchain"),
            Source("licensing/a/p.typ", "a dossier"),
        ),
        (Source("docs/a.md", "the power to license a shop, licensed in 2026; a licence"), Source("a.py", "# permit")),
    ),
    "no registry host and no path of a machine": Case(
        guards.no_host_and_no_machine,
        texts,
        10_000,
        (
            Source("Makefile", "pip install -i https://" + dot("pypi", "org") + "/simple"),
            Source("requirements/run.txt", "--index" + "-url https://example.org"),
            Source("package-lock.json", '"resolved"' + ': "https://example.org/x.tgz"'),
            Source("docs/a.md", "see " + dot("registry", "npmjs", "org")),
            Source("tests/a.py", "/".join(["", "home", "somebody", "antin"])),
            Source("tests/a.py", 'open("' + "/".join(["", "root", "x"]) + '")'),
        ),
        (
            Source("docs/a.md", "POST /applications, /homepage"),
            Source("docs/a.md", "/".join(["~", "work", "x"])),
            Source("docs/a.md", "/".join(["https://example.org", "work", "x"])),
        ),
    ),
    "no key is in the tree": Case(
        guards.no_key_material,
        lambda: [*texts(), *(Source(path, "") for path in tree_files())],
        300,
        (
            Source("tests/a.pem", "-----BEGIN EC PRIVATE" + " KEY-----"),
            Source("tests/seal.p12", ""),
            Source("a.key", ""),
        ),
        (Source("tests/root.pem", "-----BEGIN CERTIFICATE-----"),),
    ),
    "every locked package has its hash": Case(
        guards.hashed_requirements,
        texts,
        100,
        (
            Source("requirements/run.txt", "flask==3.1.3\n"),
            Source("requirements/run.txt", f"flask>=3 {HASH}\n"),
            Source("requirements/dev.txt", f"ruff @ git+ssh://x {HASH}\n"),
            Source("requirements/run.txt", "flask==3.1.3 \\\n    --hash=md5:00\n"),
        ),
        (Source("requirements/run.txt", f"# c\nflask==3.1.3 \\\n    {HASH}\n    # via x\n"),),
    ),
    "what is left to do names its issue": Case(
        guards.todos_name_an_issue,
        python,
        3000,
        (Source("a.py", "x = 1  # TO" + "DO: later"), Source("a.py", "# FIX" + "ME")),
        (Source("a.py", "# TODO(#12) later"), Source("a.py", 'status = "todo"')),
    ),
    "every skip says why": Case(
        guards.every_skip_has_a_reason,
        python,
        1000,
        (
            Source("tests/a.py", "pytest.skip()"),
            Source("tests/a.py", "pytest.mark.skipif(True)"),
            Source("tests/a.py", "pytest.mark.skip()"),
        ),
        (Source("tests/a.py", 'pytest.skip("no qpdf")\npytest.mark.skipif(x, reason="y")'),),
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
