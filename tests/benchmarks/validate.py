"""What it costs to validate a licence: full, what its confinement adds, and what is left once its bytes are known."""

from __future__ import annotations

import resource
import shutil
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from config.storage import Storage
from config.unit_of_work import UnitOfWork
from config.zygote import settle_memory
from registry.verification.by_document import verify_document
from registry.verification.result import Finding
from signing.trust.anchors import TrustStore
from signing.trust.revocation import Revocation, RevocationSource
from signing.validation import engine_quickened
from signing.validation.apart import fortress, validate_apart
from signing.validation.fresh import fresh_revocation
from signing.validation.report import Report, Verdict
from signing.validation.validate import validate
from tests.benchmarks.cpu import TICK_MS, cpu_ms, measured
from tests.benchmarks.installation import Say, fresh_installation, quiet_unit
from tests.benchmarks.issue import machine
from tests.benchmarks.line import Line
from tests.benchmarks.peers import ades_lta
from tests.benchmarks.targets import all_met, held_against

TARGETS = {"full_cpu_ms": 60.0, "confinement_cpu_ms": 15.0, "known_bytes_cpu_ms": 2.0}  # 2 ms: 500 a second a core
WARM = 3
KNOWN = 10  # times as many: each takes a thirtieth of the time


def benchmark_validate(count: int, say: Say) -> dict[str, Any]:
    """Issue one licence (official and seal, B-LTA) and validate its published file `count` times in each way."""
    with fresh_installation(say) as installation:
        unit = quiet_unit(installation.settings)
        line = Line(installation, unit)
        issued = line.bring_to_decision(1)
        line.issue(issued)
        (paper,) = line.papers(issued)
        pdf = unit.tools[Storage].get(paper.published_sha256 or "")
        bench = Bench(unit, pdf, fresh_revocation(pdf, unit.tools[RevocationSource]))
        say(f"validating {count} times, confined and not, in turn")
        figures = bench.in_turn(count)
        say("looking the same bytes up")
        figures["known_bytes_cpu_ms"] = bench.known_bytes_ms(count * KNOWN)
        say("asking others")
        peers = bench.peers(count)
    targets = held_against({name: figures[name] for name in TARGETS}, TARGETS)
    return {
        "benchmark": "validate",
        "count": count,
        "bytes": len(pdf),
        "met": all_met(targets),
        "targets": targets,
        **{name: round(value, 2) for name, value in figures.items() if name not in TARGETS},
        "known_bytes_a_second": round(1000 / figures["known_bytes_cpu_ms"]),
        "peers_cpu_ms": peers,
        "full_over_peer": {name: round(figures["full_cpu_ms"] / cost, 2) for name, cost in peers.items() if cost},
        "machine": machine(),
    }


@dataclass(frozen=True)
class Bench:
    """One document and everything that a verdict on it depends on."""

    unit: UnitOfWork
    pdf: bytes
    revocation: Revocation | None

    def in_turn(self, count: int) -> dict[str, float]:
        """`full` in this process, with its memory as a child finds it; confined: this process, zygote and children."""
        here, confined = [], []
        settle_memory()
        zygote = fortress.start()
        for turn in range(count + WARM):
            forget_documents()  # a child has never seen the document either
            alone = measured(lambda: self._judged(validate))
            if turn == WARM:
                started, own = _tree_ms(zygote), 0.0
            before = cpu_ms()
            waited = time.perf_counter()
            self._judged(validate_apart)
            if turn >= WARM:
                own += cpu_ms() - before
                here.append(alone.cpu_ms)
                confined.append((time.perf_counter() - waited) * 1000)
        whole = (_tree_ms(zygote) - started + own) / count
        full = statistics.mean(here)
        return {
            "full_cpu_ms": full,
            "confined_cpu_ms": whole,
            "confinement_cpu_ms": whole - full,
            "confined_wall_ms": statistics.median(confined),
        }

    def known_bytes_ms(self, count: int) -> float:
        """The whole verdict on bytes that this process found good before: digest, register, log."""
        self._verified()
        return statistics.mean(measured(self._verified).cpu_ms for _ in range(count))

    def peers(self, count: int) -> dict[str, float | None]:
        """Others on the same file, with the same roots and fresh lists."""
        with tempfile.TemporaryDirectory() as name:
            file = Path(name) / "licence.pdf"
            file.write_bytes(self.pdf)
            roots = self.unit.tools[TrustStore].roots
            lists = self.revocation.crls if self.revocation else ()
            return {"pyhanko_ades_lta": ades_lta(file, roots, lists, count), "pdfsig_program": _pdfsig(file, count)}

    def _judged(self, judge: Callable[..., Report]) -> None:
        report = judge(self.pdf, self.unit.tools[TrustStore], self.unit.clock.now(), self.revocation)
        if report.verdict is not Verdict.VALID:
            raise AssertionError(f"A good file was not found valid: {report.reasons}")

    def _verified(self) -> None:
        if verify_document(self.unit, self.pdf).finding is not Finding.VALID:
            raise AssertionError("A good file was not found valid.")


def forget_documents() -> None:
    """What the engine remembers of the documents that this process has judged."""
    for memory in (engine_quickened._signatures, engine_quickened._equal_names, engine_quickened._names):
        memory._found.clear()


def _tree_ms(zygote: int) -> float:
    """Processor time of a zygote and of the children that it has waited for."""
    fields = Path(f"/proc/{zygote}/stat").read_text().rpartition(")")[2].split()
    own = int(Path(f"/proc/{zygote}/schedstat").read_text().split()[0]) / 1_000_000
    return own + sum(int(ticks) for ticks in fields[13:15]) * TICK_MS


def _pdfsig(file: Path, count: int) -> float | None:
    """A start of the program for each file; None where it is not installed."""
    program = shutil.which("pdfsig")
    if program is None:
        return None
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    for _ in range(count):
        subprocess.run([program, "-nocert", file], capture_output=True, check=False)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return round(spent * 1000 / count, 2)
