"""How fast strangers are answered: look-ups by register code from many clients at once, and files to be verified."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from config.processes import with_parent
from config.serve import answers
from config.storage import Storage
from config.unit_of_work import UnitOfWork
from licensing.demonstration.client import Caller
from licensing.demonstration.run import free_port
from registry.entries.models import Paper
from tests.benchmarks.cpu import Cost, spent, tree_cpu_ms
from tests.benchmarks.installation import Installation, Say, fresh_installation, paused, quiet_unit, wait_until
from tests.benchmarks.issue import machine
from tests.benchmarks.line import Line
from tests.benchmarks.load import Answers, ask_at_once
from tests.benchmarks.register import fill_register
from tests.benchmarks.stages import model_of
from tests.benchmarks.targets import all_met, held_against

TARGETS = {"p95_ms": 50.0, "wrong_answers": 0.0}
SECONDS = 30.0  # at most, for all look-ups
ROUNDS = 4  # ours and the bare server take turns
FILES = 10  # licences that are issued to be verified
WARM, AGAIN = 8, 30  # times that one file is verified: so that every process has seen it, and to measure
ROOT = Path(__file__).parents[2]


def benchmark_verify(count: int, licences: int, say: Say) -> dict[str, Any]:
    """Fill a register, look `count` codes up, verify the published and the sealed files of real licences."""
    with fresh_installation(say) as installation:
        unit = quiet_unit(installation.settings)
        line = Line(installation, unit)
        issued = line.bring_to_decision(FILES + 1)
        line.issue(issued)
        say(f"filling the register with {licences} licences")
        with paused(installation.process("worker")):
            codes = fill_register(unit, model_of(unit, issued[0]).entry, licences)
        say(f"looking up {count} times from 8 clients, in turn with a bare server")
        figures, looked_up = _look_up(installation, codes, count)
        say(f"verifying the files of {FILES} licences")
        files = _files(installation, unit, line.papers(issued))
    values = {"p95_ms": looked_up.as_json()["p95_ms"], "wrong_answers": float(looked_up.wrong)}
    targets = held_against(values, TARGETS)
    return (
        {"benchmark": "verify", "licences": len(codes), "met": all_met(targets), "targets": targets}
        | {"look_up": looked_up.as_json()}
        | figures
        | {"files": files, "server_workers": installation.settings.server_workers, "machine": machine()}
    )


def _look_up(installation: Installation, codes: list[str], count: int) -> tuple[dict[str, Any], Answers]:
    settings = installation.settings
    paths = [f"/l/{code}" for code in codes]
    size = len(Caller(f"http://127.0.0.1:{settings.port}").send("GET", paths[0])[0])
    ours, bare, share, seconds = Answers(), Answers(), max(1, count // ROUNDS), SECONDS / ROUNDS / 2
    cost = 0.0
    with bare_server(installation, size) as port:
        for target, expected in ((settings.port, b'"finding"'), (port, b"xx")):
            ask_at_once(target, paths, expected, 200, seconds)  # warm
        for turn in range(ROUNDS):
            before = tree_cpu_ms(installation.parent)
            ours += ask_at_once(settings.port, paths[turn:] + paths[:turn], b'"finding":"valid"', share, seconds)
            cost += spent(before, tree_cpu_ms(installation.parent))["server"]
            bare += ask_at_once(port, paths, b"xx", share, seconds)
    figures = {
        "answer_bytes": size,
        "server_cpu_ms_a_look_up": round(cost / max(1, len(ours.waited_ms)), 3),
        "bare_server": bare.as_json(),
    }
    return figures, ours


@contextmanager
def bare_server(installation: Installation, size: int) -> Iterator[int]:
    """A gunicorn with the same workers and threads as ours, that answers with so many bytes; its port."""
    port, settings = free_port(), installation.settings
    command = [sys.executable, "-m", "gunicorn", "--bind", f"127.0.0.1:{port}", "--worker-class", "gthread"]
    command += ["--workers", str(settings.server_workers), "--threads", str(settings.server_threads)]
    command += ["--no-control-socket", "--log-level", "warning", "tests.benchmarks.bare:answer"]
    process = subprocess.Popen(with_parent(command), env=os.environ | {"BARE_BYTES": str(size)}, cwd=ROOT)
    try:
        wait_until("the bare server answers", lambda: answers(f"http://127.0.0.1:{port}/"))
        yield port
    finally:
        process.terminate()
        process.wait(20)


def _files(installation: Installation, unit: UnitOfWork, papers: list[Paper]) -> dict[str, Any]:
    """POST /v1/verify from one client, medians. A file is `first` seen by the process that answers, then seen `again`:
    what one process found good before, byte for byte, it need not validate any more."""
    storage = unit.tools[Storage]
    kinds = {
        "published": [storage.get(paper.published_sha256 or "") for paper in papers],
        "sealed": [storage.get(paper.sealed_sha256) for paper in papers],
    }
    figures: dict[str, Any] = {}
    for kind, files in kinds.items():
        _ask_about(installation, files[0], WARM)
        first = [_ask_about(installation, content, 1)[0] for content in files[1:]]
        again = _ask_about(installation, files[0], AGAIN)
        figures[kind] = {"bytes": len(files[0]), "first": _summed_up(first), "again": _summed_up(again)}
    return figures


def _summed_up(costs: list[Cost]) -> dict[str, float]:
    """The median of waiting, and the mean of processor time: it is told in ticks of 10 ms."""
    return {
        "median_ms": round(statistics.median(cost.wall_ms for cost in costs), 2),
        "server_cpu_ms": round(statistics.mean(cost.cpu_ms for cost in costs), 2),
    }


def _ask_about(installation: Installation, content: bytes, times: int) -> list[Cost]:
    """Have a file verified so often; processor time of the server, and waiting time."""
    stranger = Caller(f"http://127.0.0.1:{installation.settings.port}")
    costs = []
    for _ in range(times):
        before, started = tree_cpu_ms(installation.parent), time.perf_counter()
        answer, _headers = stranger.send("POST", "/v1/verify", content, {"Content-Type": "application/pdf"})
        ended = time.perf_counter()
        if b'"finding":"valid"' not in answer:
            raise AssertionError(f"A good file was not found valid: {answer!r}")
        server = spent(before, tree_cpu_ms(installation.parent))["server"]
        costs.append(Cost(server, (ended - started) * 1000))
    return costs
