"""How quickly pages are made while many people ask, and how much a first visit transfers."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

from config.processes import with_parent
from config.serve import answers
from licensing.demonstration.cast import PROCEDURE
from licensing.demonstration.client import Caller
from licensing.demonstration.run import free_port
from tests.benchmarks.cpu import quantile
from tests.benchmarks.first_visit import fetch, first_visit
from tests.benchmarks.installation import Installation, Say, fresh_installation, wait_until
from tests.benchmarks.issue import machine
from tests.benchmarks.load import Questions, ask
from tests.benchmarks.targets import all_met, held_against

TARGETS = {"slowest_p95_ms": 80.0, "heaviest_bytes": 120_000.0, "wrong_answers": 0.0}
CLIENTS = 16
SECONDS = 10.0  # at most, for one page
WARM = 64
GZIP = b"\x1f\x8b"
ROOT = Path(__file__).parents[2]
BUSINESS = "doanhnghiep@vidu.example"


@dataclass(frozen=True)
class Furnished:
    """What the demonstration holds, for the paths of pages."""

    installation: Installation

    def caller(self, login: str) -> Caller:
        caller = Caller(f"http://127.0.0.1:{self.installation.settings.port}")
        caller.sign_in(login, self.installation.secrets.password)
        return caller

    @cached_property
    def own(self) -> list[dict[str, Any]]:
        """The applications of the business, the newest first."""
        found: list[dict[str, Any]] = self.caller(BUSINESS).get("/v1/applications")["items"]
        return found

    @cached_property
    def closed(self) -> str:
        """The business's application that became a licence."""
        caller = self.caller(BUSINESS)
        closed = [str(item["id"]) for item in self.own if item["status"] == "closed"]
        return next(item for item in closed if caller.get(f"/v1/applications/{item}/decision")["outcome"] == "granted")

    @cached_property
    def code(self) -> str:
        """Its register code, once the licence is published."""
        caller = self.caller(BUSINESS)
        wait_until("the licence is published", lambda: bool(self.own) and self._published(caller))
        return str(caller.get(f"/v1/applications/{self.closed}/licence")["register_code"])

    def _published(self, caller: Caller) -> bool:
        self.__dict__.pop("own", None)
        return [item["status"] for item in self.own].count("closed") == 2

    def one(self, status: str) -> str:
        """The business's application in this state."""
        return str(next(item["id"] for item in self.own if item["status"] == status))


@dataclass(frozen=True)
class Page:
    """A page by its name: who looks at it (None: a stranger), and where it is."""

    name: str
    login: str | None
    path: Callable[[Furnished], str]


PAGES = (
    Page("front", None, lambda found: "/"),
    Page("front in English", None, lambda found: "/en/"),
    Page("sign in", None, lambda found: "/sign-in"),
    Page("procedures", None, lambda found: "/procedures"),
    Page("procedure", None, lambda found: f"/procedures/{PROCEDURE}"),
    Page("licence by its code", None, lambda found: f"/l/{found.code}"),
    Page("check a licence", None, lambda found: "/verify"),
    Page("own account", BUSINESS, lambda found: "/account"),
    Page("my applications", BUSINESS, lambda found: "/applications"),
    Page("progress", BUSINESS, lambda found: f"/applications/{found.one('under_review')}"),
    Page("form", BUSINESS, lambda found: f"/applications/{found.one('draft')}/form/establishment"),
    Page("documents", BUSINESS, lambda found: f"/applications/{found.one('draft')}/documents"),
    Page("worklist", "thamdinh", lambda found: "/desk"),
    Page("application at the desk", "thamdinh", lambda found: f"/desk/applications/{found.one('under_review')}"),
    Page("to be signed", "lanhdao", lambda found: "/desk/signing"),
    Page("to be sealed", "vanthu", lambda found: "/desk/sealing"),
)


def benchmark_pages(count: int, say: Say) -> dict[str, Any]:
    """Serve the whole demonstration, ask `count` times for each page from 16 clients at once."""
    with fresh_installation(say, whole=True) as installation, timed_server(installation) as port:
        found = Furnished(installation)
        say(f"everything is issued, the last as {found.code}")  # the worker is quiet from now on
        baseline = _served(Questions(port, ["/healthz"], b'"ok"', CLIENTS), count)
        figures = {page.name: _measured(page, found, port, count, say) for page in PAGES}
        baseline_again = _served(Questions(port, ["/healthz"], b'"ok"', CLIENTS), count)
        workers = installation.settings.server_workers
    values = {
        "slowest_p95_ms": max(figure["p95_ms"] for figure in figures.values()),
        "heaviest_bytes": float(max(figure["first_visit_bytes"] for figure in figures.values())),
        "wrong_answers": float(sum(figure["wrong"] for figure in figures.values())),
    }
    targets = held_against(values, TARGETS)
    health = {"before": baseline, "after": baseline_again}
    return {"benchmark": "pages", "clients": CLIENTS, "met": all_met(targets), "targets": targets} | {
        "pages": figures,
        "health_page": health,
        "server_workers": workers,
        "machine": machine(),
    }


def _measured(page: Page, found: Furnished, port: int, count: int, say: Say) -> dict[str, Any]:
    path = page.path(found)
    say(f"{page.name}: {path}")
    headers = {"Cookie": cookie_of(found.installation, page.login)} if page.login else {}
    seen = fetch(port, path, headers)
    if seen.status != 200 or "<h1" not in seen.text:
        raise AssertionError(f"{page.name}: {path} is no page (status {seen.status}).")
    transferred = first_visit(port, path, headers)
    questions = Questions(port, [path], GZIP, CLIENTS, headers | {"Accept-Encoding": "gzip", "Accept": "text/html"})
    served = _served(questions, count)
    return served | {"page_bytes": transferred[path], "first_visit_bytes": sum(transferred.values())}


def _served(questions: Questions, count: int) -> dict[str, Any]:
    """Milliseconds inside the server around the application, of requests that came together."""
    ask(questions, WARM, SECONDS)
    answered = ask(questions, count, SECONDS)
    times = answered.served_ms or [TARGETS["slowest_p95_ms"] * 1000]  # nothing came back: missed by far
    return {
        "p50_ms": round(quantile(times, 0.5), 2),
        "p95_ms": round(quantile(times, 0.95), 2),
        "requests": len(answered.waited_ms),
        "requests_a_second": round(len(answered.waited_ms) / answered.seconds, 1),
        "wrong": answered.wrong,
    }


def cookie_of(installation: Installation, login: str) -> str:
    """A session of somebody of the demonstration, as a browser would send it."""
    address = f"http://127.0.0.1:{installation.settings.port}"
    said = json.dumps({"login": login, "password": installation.secrets.password}).encode()
    request = Request(f"{address}/v1/session", said, {"Content-Type": "application/json", "Origin": address})
    with urlopen(request, timeout=30) as response:
        return str(response.headers["Set-Cookie"]).partition(";")[0]


@contextmanager
def timed_server(installation: Installation) -> Iterator[int]:
    """A second web server on the installation, with as many workers and threads, that tells its times; its port."""
    port, settings = free_port(), installation.settings
    command = [sys.executable, "-m", "gunicorn", "--bind", f"127.0.0.1:{port}", "--worker-class", "gthread"]
    command += ["--workers", str(settings.server_workers), "--threads", str(settings.server_threads)]
    command += ["--no-control-socket", "--log-level", "warning", "tests.benchmarks.timed:application()"]
    ours = {"ANTIN_MODE": "trial", "DATA_FOLDER": str(settings.data_folder), "PORT": str(settings.port)}
    environment = os.environ | ours | {"LOG_LEVEL": "WARNING"}
    process = subprocess.Popen(with_parent(command), env=environment, cwd=ROOT)
    try:
        wait_until("the timed server answers", lambda: answers(f"http://127.0.0.1:{port}/healthz"))
        yield port
    finally:
        process.terminate()
        process.wait(20)
