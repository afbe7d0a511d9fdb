"""With ANTIN_SKIPS=fail a skip that nobody explained is a failure; seen on small runs of pytest's own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.sources import ROOT
from tests.skips import allowed_reasons

SKIPPED_TEST = "import pytest\n\ndef test_x():\n    pytest.skip('qpdf is not installed here')\n"
SKIPPED_FILE = "import pytest\npytest.skip('qpdf is not installed here', allow_module_level=True)\n"
EXPECTED_FAILURE = "import pytest\n\n@pytest.mark.xfail\ndef test_x():\n    assert 0\n"


def run_pytest(folder: Path, text: str, skips: str, *options: str) -> tuple[int, str]:
    (folder / "test_sample.py").write_text(text)
    environment = os.environ | {"PYTHONPATH": str(ROOT), "ANTIN_SKIPS": skips, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    command = [sys.executable, "-m", "pytest", "-q", "-p", "tests.skips", "-p", "no:cacheprovider", "-c", "/dev/null"]
    command += [*options, "test_sample.py"]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)
    return done.returncode, done.stdout


@pytest.mark.parametrize("text", [SKIPPED_TEST, SKIPPED_FILE])
def test_an_unexpected_skip_fails_where_skips_are_failures(tmp_path: Path, text: str) -> None:
    code, said = run_pytest(tmp_path, text, "fail")
    assert code != 0
    assert "not expected here: qpdf is not installed here" in said


@pytest.mark.parametrize("text", [SKIPPED_TEST, SKIPPED_FILE])
def test_it_fails_as_well_where_processes_share_the_tests(tmp_path: Path, text: str) -> None:
    code, said = run_pytest(tmp_path, text, "fail", "-p", "xdist.plugin", "-n", "1", "--dist", "loadfile")
    assert code != 0
    assert "not expected here: qpdf is not installed here" in said


@pytest.mark.parametrize(
    ("text", "skips"), [(SKIPPED_TEST, ""), ("def test_x(): ...", "fail"), (EXPECTED_FAILURE, "fail")]
)
def test_elsewhere_a_skip_is_a_skip_and_an_expected_failure_stays_one(tmp_path: Path, text: str, skips: str) -> None:
    code, said = run_pytest(tmp_path, text, skips)
    assert code == 0, said


def test_every_allowed_skip_says_why(tmp_path: Path) -> None:
    assert all(allowed_reasons())
    listed = tmp_path / "list.toml"
    listed.write_text('[[skip]]\nreason = "no qpdf on this machine"\nwhy = ""\n')
    with pytest.raises(ValueError, match="needs a telling reason and a why"):
        allowed_reasons(listed)
