"""Our web application, with the milliseconds spent in it in a header of every answer: for the benchmark of pages."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from typing import Any


class Timed:
    """WSGI: from the call until the last byte of the answer is there."""

    def __init__(self, app: Callable[..., Iterable[bytes]]) -> None:
        self._app = app

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        started, begun = time.perf_counter(), []
        answer = self._app(environ, lambda *arguments: begun.append(arguments))
        try:
            body = b"".join(answer)
        finally:
            if close := getattr(answer, "close", None):
                close()
        status, headers = begun[-1][:2]
        spent = (time.perf_counter() - started) * 1000
        start_response(status, [*headers, ("Server-Timing", f"app;dur={spent:.3f}")])
        return [body]


def application() -> Timed:
    """For gunicorn."""
    from app import create_app

    return Timed(create_app())
