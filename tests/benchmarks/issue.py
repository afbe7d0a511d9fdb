"""What a licence costs to issue: on the real processes, by stages in one process, and beside what others would do."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping
from pathlib import Path
from threading import Event
from typing import Any

from config.storage import Storage
from config.unit_of_work import UnitOfWork
from signing.keys.keyring import Keyring
from tests.benchmarks.baseline import Weasy, same_keys
from tests.benchmarks.cpu import medians, ours, spent, tree_cpu_ms
from tests.benchmarks.installation import Installation, Say, fresh_installation, paused, quiet_unit
from tests.benchmarks.line import Line
from tests.benchmarks.stages import Ours, interleaved, model_of, runs
from tests.benchmarks.targets import all_met, held_against

TARGETS = {
    "typeset_vs_weasyprint": 0.2,
    "bb_vs_baseline": 0.35,
    "complete_vs_baseline": 1.0,
    "licence_bytes": 150_000.0,
}
BASELINE = "weasyprint_simple_signer_rsa"
WARM = 3  # licences that are issued first: every process has then seen one
IDLE_SECONDS = 3.0


def benchmark_issue(count: int, say: Say) -> dict[str, Any]:
    """Issue `count` licences, run the stages as often, hold the medians against the targets."""
    with fresh_installation(say) as installation:
        unit = quiet_unit(installation.settings)
        line = Line(installation, unit)
        warm = line.bring_to_decision(WARM)
        line.issue(warm)
        say(f"issuing {count} licences")
        processes, sizes = _processes(installation, line, unit, count)
        say(f"running each stage and baseline {count} times, in turn")
        with paused(installation.process("worker")):
            stages, subsetting = _stages(installation, unit, warm[0], count)
    processes["cpu_vs_baseline"] = round(processes["cpu_ms"] / stages[BASELINE]["cpu_ms"], 3)
    values = _ratios(stages) | {"licence_bytes": float(max(sizes))}
    targets = held_against(values, TARGETS)
    return (
        {"benchmark": "issue", "count": count, "met": all_met(targets), "licence_bytes": max(sizes)}
        | processes
        | {"targets": targets, "stages": stages, "like_with_like": _like_with_like(stages)}
        | {"baseline_subsetting": subsetting, "machine": machine()}
    )


def _processes(
    installation: Installation, line: Line, unit: UnitOfWork, count: int
) -> tuple[dict[str, Any], list[int]]:
    """Processor time a licence: from draft to recommendation, and from there to the published licence."""
    idle = [tree_cpu_ms(installation.parent)]
    Event().wait(IDLE_SECONDS)
    idle.append(tree_cpu_ms(installation.parent))
    readings = [idle[1]]
    applications = line.bring_to_decision(count)
    readings.append(tree_cpu_ms(installation.parent))
    line.issue(applications)
    readings.append(tree_cpu_ms(installation.parent))
    applying, issuing = (spent(readings[step], readings[step + 1], count) for step in (0, 1))
    storage = unit.tools[Storage]
    sizes = [len(storage.get(paper.published_sha256 or "")) for paper in line.papers(applications)]
    figures = {
        "cpu_ms": ours(issuing),
        "tsa_cpu_ms": issuing["tsa"],
        "database_cpu_ms": issuing["database"],
        "parts": {part: cost for part, cost in issuing.items() if part not in ("tsa", "database")},
        "before_decision": {"cpu_ms": ours(applying), "database_cpu_ms": applying["database"]},
        "idle_cpu_ms_a_second": round(ours(spent(idle[0], idle[1])) / IDLE_SECONDS, 2),
    }
    return figures, sizes


def _stages(
    installation: Installation, unit: UnitOfWork, application: str, rounds: int
) -> tuple[dict[str, dict[str, float]], str]:
    settings, clock = installation.settings, unit.clock
    stages = Ours(unit, model_of(unit, application), Keyring(settings.keys_folder, clock), installation.secrets.pin)
    with tempfile.TemporaryDirectory() as folder:
        keys = same_keys(settings.keys_folder, clock, Path(folder))
    weasy = Weasy(settings.fonts_folder)
    costs = interleaved(stages, runs(stages, weasy, keys), lambda: weasy.apart_ms, rounds)
    subsetting = "HarfBuzz-Subset" if weasy.subsets_quickly else "not counted: HarfBuzz-Subset is missing"
    return {name: medians(runs) for name, runs in costs.items()}, subsetting


def _ratios(stages: Mapping[str, Mapping[str, float]]) -> dict[str, float]:
    """Processor time against processor time; the baseline's signature is RSA-2048, ours as it is shipped (P-256)."""
    cpu = {name: figures["cpu_ms"] for name, figures in stages.items()}
    return {
        "typeset_vs_weasyprint": cpu["typeset"] / cpu["weasyprint"],
        "bb_vs_baseline": cpu["plain_signature"] / cpu[BASELINE],
        "complete_vs_baseline": cpu["complete"] / cpu[BASELINE],
    }


def _like_with_like(stages: Mapping[str, Mapping[str, float]]) -> dict[str, float]:
    """Without targets: the same kind of key on both sides."""
    cpu = {name: figures["cpu_ms"] for name, figures in stages.items()}
    return {
        "bb_rsa_vs_rsa": round(cpu["plain_signature_rsa"] / cpu[BASELINE], 3),
        "bb_ec_vs_ec": round(cpu["plain_signature"] / cpu["weasyprint_simple_signer_ec"], 3),
        "complete_vs_ec": round(cpu["complete"] / cpu["weasyprint_simple_signer_ec"], 3),
    }


def machine() -> dict[str, Any]:
    """Where the figures come from: processors, and how busy they were (load of the last minute)."""
    return {"processors": os.cpu_count(), "load": round(os.getloadavg()[0], 2)}
