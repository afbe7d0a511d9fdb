"""What things cost: processor time of this process, of other processes, and time on the wall."""

from __future__ import annotations

import gc
import os
import resource
import statistics
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

PROC = Path("/proc")
TICK_MS = 1000 / os.sysconf("SC_CLK_TCK")
# Words of a command line -> the part of an installation that it runs. The first that fits counts.
PARTS = {
    "postgres": "database",
    "gunicorn": "server",
    **{name: name for name in ("worker", "signer", "typesetter", "tsa", "responder")},
}
OURS = ("server", "worker", "signer", "typesetter", "responder", "parent")


@dataclass(frozen=True)
class Cost:
    """Milliseconds of one run: of this process's threads together, and on the wall."""

    cpu_ms: float
    wall_ms: float


def measured(run: Callable[[], object]) -> Cost:
    """Run once. Rubbish of the run before is collected first, outside the measurement."""
    gc.collect()
    started, before = time.perf_counter(), cpu_ms()
    run()
    after, ended = cpu_ms(), time.perf_counter()
    return Cost(after - before, (ended - started) * 1000)


def cpu_ms() -> float:
    """Processor time of all threads of this process so far."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return (used.ru_utime + used.ru_stime) * 1000


def medians(costs: Iterable[Cost]) -> dict[str, float]:
    """The medians of runs, as JSON."""
    runs = list(costs)
    return {
        "cpu_ms": round(statistics.median(run.cpu_ms for run in runs), 2),
        "wall_ms": round(statistics.median(run.wall_ms for run in runs), 2),
    }


def quantile(values: Iterable[float], share: float) -> float:
    """The smallest value that at least this share of all values does not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, max(0, -int(-share * len(ordered) // 1) - 1))]


def tree_cpu_ms(parent: int) -> dict[str, float]:
    """Processor time since their start of the parts of an installation that `parent` runs, in milliseconds.

    The time of children that have ended is in that of whoever waited for them, so nothing is lost in between.
    """
    lines = dict(_stat_lines())
    found = {"parent": _own_and_waited(lines[parent])}
    for child, part in parts_of(parent).items():
        below = _below(child, lines)
        found[part] = found.get(part, 0.0) + sum(_own_and_waited(lines[pid]) for pid in below)
    return found


def parts_of(parent: int) -> dict[int, str]:
    """The children of an installation's parent, by process id."""
    return {pid: _part(pid) for pid, fields in _stat_lines() if int(fields[1]) == parent}


def spent(before: Mapping[str, float], after: Mapping[str, float], shares: int = 1) -> dict[str, float]:
    """What was spent between two readings, in equal shares."""
    return {part: round((after[part] - before.get(part, 0.0)) / shares, 2) for part in sorted(after)}


def ours(parts: Mapping[str, float]) -> float:
    """The sum over our own processes: neither the database nor the timestamp server."""
    return round(sum(parts.get(part, 0.0) for part in OURS), 2)


def _stat_lines() -> Iterable[tuple[int, list[str]]]:
    """Each process with the fields of its stat line from its state on (proc(5)): [1] is the parent, [11-14] times."""
    for folder in PROC.glob("[0-9]*"):
        try:
            line = (folder / "stat").read_text()
        except OSError:
            continue  # it has ended meanwhile
        yield int(folder.name), line.rpartition(")")[2].split()


def _own_and_waited(fields: list[str]) -> float:
    return sum(int(ticks) for ticks in fields[11:15]) * TICK_MS


def _below(top: int, lines: Mapping[int, list[str]]) -> list[int]:
    """A process and all its descendants."""
    found = [top] if top in lines else []
    for pid in found:
        found += [child for child, fields in lines.items() if int(fields[1]) == pid]
    return found


def _part(pid: int) -> str:
    try:
        command = (PROC / str(pid) / "cmdline").read_bytes().decode(errors="replace")
    except OSError:
        return "parent"
    return next((part for word, part in PARTS.items() if word in command), "parent")
