"""What the benchmarks stand on: costs that are really counted, quantiles, targets, clients, and exits that tell."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

import licensing.benchmark
from config.serve import answers
from licensing.benchmark import benchmark
from tests.benchmarks import cpu
from tests.benchmarks.first_visit import NAMED_IN_STYLES, files_of
from tests.benchmarks.load import CLIENTS, ask_at_once
from tests.benchmarks.targets import all_met, held_against, table
from tests.benchmarks.timed import Timed
from tests.processes import free_ports, wait_for

ROOT = Path(__file__).parents[2]
BURN = "sum(number * number for number in range(6_000_000))"


def work() -> None:
    hashlib.pbkdf2_hmac("sha256", b"x", b"y", 200_000)


def test_the_cost_of_a_run_is_its_own_processor_time() -> None:
    cost = cpu.measured(work)
    assert 5 < cost.cpu_ms < cost.wall_ms * (os.cpu_count() or 1) + 5
    assert cpu.measured(lambda: None).cpu_ms < cost.cpu_ms / 5


def test_what_ended_children_have_used_is_counted() -> None:
    code = f"import subprocess, sys; subprocess.run([sys.executable, '-c', '{BURN}']); print(flush=True); input()"
    with subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as parent:
        assert parent.stdin is not None
        assert parent.stdout is not None
        parent.stdout.readline()
        used = cpu.tree_cpu_ms(parent.pid)
        parent.stdin.write(b"\n")
    assert used["parent"] > 100


def test_parts_are_told_by_their_command_and_shares_are_equal() -> None:
    with subprocess.Popen([sys.executable, "-c", "input()", "worker"], stdin=subprocess.PIPE) as child:
        assert cpu.parts_of(os.getpid())[child.pid] == "worker"
        assert child.stdin is not None
        child.stdin.write(b"\n")
    assert cpu.spent({"server": 10.0}, {"server": 30.0, "tsa": 8.0}, 2) == {"server": 10.0, "tsa": 4.0}
    assert cpu.ours({"server": 10.0, "tsa": 4.0, "database": 3.0, "signer": 1.0}) == 11.0


@pytest.mark.parametrize(("share", "expected"), [(0.5, 50), (0.95, 95), (0.99, 99), (1.0, 100)])
def test_a_quantile_is_a_value_that_was_measured(share: float, expected: float) -> None:
    assert cpu.quantile(range(100, 0, -1), share) == expected
    assert cpu.quantile([7.0], share) == 7.0


def test_a_missed_target_is_said_and_fails_the_whole() -> None:
    targets = held_against({"fast": 0.2, "slow": 1.01}, {"fast": 0.2, "slow": 1.0})
    assert {name: target["met"] for name, target in targets.items()} == {"fast": True, "slow": False}
    assert not all_met(targets)
    assert [line.split()[-1] for line in table({"targets": targets})] == ["targets", "met", "MISSED"]


@pytest.mark.parametrize(("met", "code"), [(True, 0), (False, 1)])
def test_the_exit_tells_whether_targets_were_met(
    met: bool, code: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as left:
        licensing.benchmark._report({"met": met, "targets": {}}, as_json=True)
    assert left.value.code == code
    assert json.loads(capsys.readouterr().out.splitlines()[-1])["met"] is met


def test_without_the_development_tools_it_says_what_is_missing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(licensing.benchmark, "ROOT", tmp_path)
    monkeypatch.setattr(sys, "path", list(sys.path))
    ran = CliRunner().invoke(benchmark, ["issue", "--count", "1"])
    assert ran.exit_code == 1
    assert "make setup" in ran.output


@pytest.fixture
def bare_port() -> Iterator[int]:
    port = free_ports()
    command = [sys.executable, "-m", "gunicorn", "--bind", f"127.0.0.1:{port}", "--no-control-socket"]
    command += ["--worker-class", "gthread", "--threads", "4", "tests.benchmarks.bare:answer"]
    process = subprocess.Popen(command, env=os.environ | {"BARE_BYTES": "77"}, cwd=ROOT, stderr=subprocess.DEVNULL)
    try:
        wait_for(lambda: answers(f"http://127.0.0.1:{port}/"))
        yield port
    finally:
        process.terminate()
        process.wait(20)


def test_all_requests_are_asked_and_wrong_answers_counted(bare_port: int) -> None:
    good = ask_at_once(bare_port, ["/a", "/b"], b"x" * 77, 100 + CLIENTS, 20)
    assert (len(good.waited_ms), good.wrong) == (100 + CLIENTS, 0)
    assert good.as_json()["p50_ms"] <= good.as_json()["p99_ms"]
    assert ask_at_once(bare_port, ["/"], b"something else", 16, 20).wrong == 16
    assert ask_at_once(bare_port, ["/"], b"x", 10_000_000, 0.2).seconds < 5


PAGE = """<!DOCTYPE html><link rel="preload" href="/static/a.woff2?v=1" as="font"><link rel=stylesheet
href="/static/a.css?v=1&amp;w=2"><link rel="alternate" hreflang="en" href="/en/"><img alt="" src="/static/b.svg">
<script src="/static/c.js" defer></script><a href="/static/never.pdf">x</a><img src="/static/b.svg" alt="">"""


def test_a_first_visit_fetches_what_the_page_names_and_no_more() -> None:
    assert files_of(PAGE) == {"/static/a.woff2?v=1", "/static/a.css?v=1&w=2", "/static/b.svg", "/static/c.js"}
    assert NAMED_IN_STYLES.findall('@font-face{src:url("/static/f.woff2?v=2") format("woff2")}') == [
        "/static/f.woff2?v=2"
    ]


def test_time_is_told_up_to_the_last_byte_and_the_answer_is_left_as_it_is() -> None:
    closed: list[bool] = []

    class Slow(list[bytes]):
        def close(self) -> None:
            closed.append(True)

    def app(environ: object, start_response: object) -> Slow:
        start_response("200 OK", [("X-Kite", "red")])  # type: ignore[operator]
        work()
        return Slow([b"fly", b"ing"])

    told: list[tuple[str, list[tuple[str, str]]]] = []
    body = Timed(app)({}, lambda status, headers: told.append((status, headers)))
    ((status, headers),) = told
    assert (b"".join(body), status, headers[0], closed) == (b"flying", "200 OK", ("X-Kite", "red"), [True])
    assert headers[1][0] == "Server-Timing" and float(headers[1][1].rpartition("=")[2]) > 5


def test_an_application_that_fails_fails_also_when_it_is_timed() -> None:
    def app(environ: object, start_response: object) -> list[bytes]:
        raise KeyError("kite")

    with pytest.raises(KeyError):
        Timed(app)({}, lambda *arguments: None)
