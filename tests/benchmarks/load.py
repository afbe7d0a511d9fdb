"""Clients that ask a server at once, each as soon as it was answered, and how long they waited."""

from __future__ import annotations

import http.client
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.benchmarks.cpu import quantile

CLIENTS = 8
TIMEOUT = 10.0  # seconds for one answer


@dataclass
class Answers:
    """Waiting times in milliseconds; how many answers were not the expected ones; seconds it all took.

    `served_ms` are the times that the server itself tells (header Server-Timing), if it does.
    """

    waited_ms: list[float] = field(default_factory=list)
    served_ms: list[float] = field(default_factory=list)
    wrong: int = 0
    seconds: float = 0.0

    def __iadd__(self, other: Answers) -> Answers:
        self.waited_ms += other.waited_ms
        self.served_ms += other.served_ms
        self.wrong += other.wrong
        self.seconds += other.seconds
        return self

    def as_json(self) -> dict[str, Any]:
        """Quantiles in milliseconds, and requests a second."""
        return {
            "requests": len(self.waited_ms),
            "wrong": self.wrong,
            **{f"p{share}_ms": round(quantile(self.waited_ms, share / 100), 2) for share in (50, 95, 99)},
            "requests_a_second": round(len(self.waited_ms) / self.seconds, 1),
        }


@dataclass(frozen=True)
class Questions:
    """What all clients ask: each path in its turn; an answer is good when it holds `expected`."""

    port: int
    paths: Sequence[str]
    expected: bytes
    clients: int = CLIENTS
    headers: Mapping[str, str] = field(default_factory=dict)


def ask_at_once(port: int, paths: Sequence[str], expected: bytes, requests: int, seconds: float) -> Answers:
    """So many GET requests from eight clients together, ended after `seconds`; each path in its turn."""
    return ask(Questions(port, paths, expected), requests, seconds)


def ask(questions: Questions, requests: int, seconds: float) -> Answers:
    """So many GET requests from all clients together, ended after `seconds`."""
    deadline, clients = time.perf_counter() + seconds, questions.clients
    results = [Answers() for _ in range(clients)]
    threads = [
        threading.Thread(target=_client, args=(questions, number, result, share, deadline))
        for number, result in enumerate(results)
        for share in [requests // clients + (number < requests % clients)]
    ]
    started = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    whole = Answers(seconds=time.perf_counter() - started)
    for result in results:
        whole.waited_ms += result.waited_ms
        whole.served_ms += result.served_ms
        whole.wrong += result.wrong
    return whole


def _client(questions: Questions, number: int, result: Answers, share: int, deadline: float) -> None:
    """One client with one connection, opened again when the server closes it."""
    paths = questions.paths[number :: questions.clients] or questions.paths
    connection = http.client.HTTPConnection("127.0.0.1", questions.port, timeout=TIMEOUT)
    for turn in range(share):
        started = time.perf_counter()
        if started > deadline:
            break
        try:
            connection.request("GET", paths[turn % len(paths)], headers=dict(questions.headers))
            response = connection.getresponse()
            good = questions.expected in response.read() and response.status == 200
            if told := response.headers.get("Server-Timing"):
                result.served_ms.append(float(told.rpartition("=")[2]))
        except (OSError, http.client.HTTPException):
            connection.close()
            good = False
        result.waited_ms.append((time.perf_counter() - started) * 1000)
        result.wrong += not good
    connection.close()
