"""Whoever reads strangers' files says at its start, in one line, that no process can be confined here; anybody can."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from app import all_commands, make_plan, make_unit
from config import confinement
from config.cli import Context
from config.confinement import ORDINARY, ConfinementImpossible, require_confinement
from config.no_network import NetworkNotDenied
from config.serve import antin
from signing.validation.policy import MOST_MEMORY, MOST_SECONDS
from tests.signing.pades.build import issued

ROOT = Path(__file__).parents[2]
NOBODY = ["setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups"]
AS_NOBODY = NOBODY if os.geteuid() == 0 else []
WITHOUT_RAISING = ["setpriv", "--bounding-set", "-sys_resource"] if os.geteuid() == 0 else []
LINE = "Files of strangers cannot be read safely here, so Antin does not start. "
ASK = """
import os, sys
from pathlib import Path
from config.confinement import Limits
from config.fortress import Fortress
fortress = Fortress("tests.config.rogue", Limits(512 * 1024**2, 1))
said = [fortress.ask(deed) for deed in (b"read a file", b"fork", b"connect", b"kill its parent", b"loop", b"next")]
zygote = fortress.start()
users = {line for line in Path(f"/proc/{zygote}/status").read_text().splitlines() if line.startswith("Uid")}
fortress.close()
print(os.geteuid() != 0, len(users), said)
"""


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder of everybody's, unlike those that pytest makes."""
    with tempfile.TemporaryDirectory(prefix="antin-") as name:
        Path(name).chmod(0o777)
        yield Path(name)


@pytest.fixture
def impossible(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(code: bytes) -> None:
        raise NetworkNotDenied("this kernel takes no filter")

    monkeypatch.setattr(confinement, "install", refuse)


def test_it_is_possible_here_under_the_limits_that_validation_has() -> None:
    require_confinement()
    assert (ORDINARY.memory, ORDINARY.seconds) == (MOST_MEMORY, MOST_SECONDS)


def test_it_is_possible_for_a_user_without_rights() -> None:
    again = "import subprocess, sys; subprocess.run([sys.executable, '-c', ''], check=True)"
    tried = subprocess.run([*AS_NOBODY, sys.executable, "-c", again], capture_output=True, text=True, check=False)
    if "PermissionError" in tried.stderr:  # what runs as that user starts another one
        pytest.skip("this Python lies where no other user may run it")
    done = subprocess.run([*AS_NOBODY, sys.executable, "-c", ASK], capture_output=True, cwd=ROOT, text=True, check=True)
    denied = [b"PermissionError"] * 4
    assert done.stdout.strip() == f"True 1 {[*denied, None, b'next']}", done.stderr


def test_serve_says_it_in_one_line_before_it_does_anything(folder: Path) -> None:
    """A hard limit below ours cannot be lifted by who may not raise limits."""
    known = os.environ | {"DATA_FOLDER": str(folder / "data"), "PORT": "8099"}
    command = ["prlimit", "--cpu=5", *WITHOUT_RAISING, *antin("serve")]
    done = subprocess.run(command, env=known, capture_output=True, text=True, cwd=ROOT, timeout=120, check=False)
    assert (done.returncode, done.stdout, list(folder.iterdir())) == (1, "", []), done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert done.stderr.startswith(LINE)


@pytest.mark.usefixtures("impossible")
def test_a_worker_and_the_command_that_validates_say_it_too(tmp_path: Path) -> None:
    with pytest.raises(ConfinementImpossible, match="this kernel takes no filter"):
        require_confinement()
    (tmp_path / "good.pdf").write_bytes(issued().preserved)
    for command, code in ((["worker"], 1), (["signing", "validate", str(tmp_path / "good.pdf")], 2)):
        done = CliRunner().invoke(
            all_commands(), command, obj=Context(make_unit, make_plan), env={"DATA_FOLDER": str(tmp_path)}
        )
        assert (done.exit_code, done.stdout) == (code, "")
        assert done.stderr.startswith(LINE)
        assert len(done.stderr.splitlines()) == 1
