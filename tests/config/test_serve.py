"""`antin serve` starts once, says in one line why it does not, restarts what dies, and leaves nothing behind."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from app import make_plan
from config.postgres import EmbeddedPostgres
from config.processes import with_parent
from config.serve import Demonstration, antin
from config.settings import Settings
from tests.processes import free_ports, wait_for

PRODUCTION = {
    "ANTIN_MODE": "production",
    "SECRET_KEY": "s" * 40,
    "PUBLIC_URL": "https://licences.example",
    "REGISTRY_NAME": "example.food",
    "SITE_OWNER": "Ủy ban nhân dân tỉnh Ví Dụ",
    "SITE_OWNER_EN": "People's Committee of Vi Du",
    "SMTP_HOST": "mail.example",
    "MAIL_FROM": "antin@licences.example",
}


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder whose path is short enough for sockets."""
    path = Path(tempfile.mkdtemp(prefix="antin-"))
    yield path
    shutil.rmtree(path)


def environment(folder: Path, **changes: str) -> dict[str, str]:
    """What `antin serve` is given for an installation in that folder."""
    ours = ("DATABASE_", "SECRET_", "ANTIN_", "PORT")
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    return inherited | {"DATA_FOLDER": str(folder)} | changes


def serve(folder: Path, **changes: str) -> subprocess.CompletedProcess[str]:
    """Run `antin serve` until it ends by itself."""
    known = environment(folder, **changes)
    return subprocess.run(antin("serve"), env=known, capture_output=True, text=True, timeout=60, check=False)


def processes_of(folder: Path) -> dict[int, str]:
    """The living processes that belong to an installation, by their environment or command line."""
    found = {}
    for path in Path("/proc").glob("[0-9]*"):
        try:
            known = (path / "environ").read_bytes() + (path / "cmdline").read_bytes()
            state = (path / "stat").read_text().rsplit(")", 1)[1].split()[0]
        except OSError:
            continue
        if os.fsencode(folder) in known and state != "Z":
            found[int(path.name)] = (path / "cmdline").read_bytes().replace(b"\0", b" ").decode()
    return found


def worker_of(folder: Path) -> list[int]:
    return [pid for pid, command in processes_of(folder).items() if " -m app worker" in command]


def test_everything_runs_once_a_dead_worker_comes_back_and_nothing_outlives_the_stop(folder: Path) -> None:
    port = free_ports()
    known = environment(folder, PORT=str(port))
    process = subprocess.Popen(with_parent(antin("serve")), env=known, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    told: list[str] = []
    try:
        while not told or not told[-1].startswith("Antin is ready"):
            told.append(process.stdout.readline().rstrip())
            assert told[-1], told
        assert {"database is ready", "signer is ready", "worker is ready", "server is ready"} <= set(told)
        second = serve(folder, PORT=str(free_ports()))
        assert (second.returncode, second.stdout) == (1, "")
        assert second.stderr == f"Another antin serve is running on {folder}.\n"
        (worker,) = worker_of(folder)
        os.kill(worker, signal.SIGKILL)
        wait_for(lambda: worker_of(folder) not in ([], [worker]))
        assert len(processes_of(folder)) > 8
    finally:
        process.send_signal(signal.SIGTERM)
        rest, _ = process.communicate(timeout=60)
    assert (process.returncode, rest) == (0, "Antin has stopped\n")
    assert processes_of(folder) == {}
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", port)) != 0


def test_a_taken_port_is_told_in_one_line(folder: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        ended = serve(folder, PORT=str(port))
    assert (ended.returncode, ended.stdout) == (1, "")
    assert ended.stderr == f"PORT: {port} is in use; choose another.\n"


def test_wrong_settings_are_told_in_one_line_each_with_exit_2(folder: Path) -> None:
    ended = serve(folder, PORT="eighty", TIME_ZONE="Mars/Olympus", LOG_LEVEL="LOUD")
    assert (ended.returncode, ended.stdout) == (2, "")
    assert sorted(line.split(":")[0] for line in ended.stderr.splitlines()) == ["LOG_LEVEL", "PORT", "TIME_ZONE"]
    assert list(folder.iterdir()) == []


def test_production_does_not_start_before_the_schema_is_there(folder: Path, postgres: EmbeddedPostgres) -> None:
    postgres.create_database("unmigrated")
    address = f"postgresql://antin_app@/unmigrated?host={postgres.socket_folder}"
    ended = serve(folder, PORT=str(free_ports()), DATABASE_URL=address, **PRODUCTION)
    assert (ended.returncode, ended.stdout) == (1, "Antin has stopped\n")
    assert len(ended.stderr.splitlines()) == 1
    assert "antin migrate" in ended.stderr
    assert processes_of(folder) == {}


def test_several_workers_are_started_where_that_is_asked_for(tmp_path: Path) -> None:
    settings = Settings.from_environment({"DATA_FOLDER": str(tmp_path), "WORKER_PROCESSES": "3"})
    names = [process.name for process in make_plan(settings, Demonstration.NONE).processes]
    assert names[-3:] == ["worker", "worker-2", "worker-3"]
    assert len(names) == len(set(names))
