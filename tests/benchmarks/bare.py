"""The least that a gunicorn server can do: always the same bytes. What looking a licence up costs more is ours."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from typing import Any

BODY = b"x" * int(os.environ.get("BARE_BYTES", "1000"))
HEADERS = [("Content-Type", "application/json"), ("Content-Length", str(len(BODY)))]


def answer(environ: dict[str, Any], start_response: Callable[[str, list[tuple[str, str]]], object]) -> Iterable[bytes]:
    """A WSGI application."""
    start_response("200 OK", HEADERS)
    return [BODY]
