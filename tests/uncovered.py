"""Installations that many slow tests share run without the measurement of coverage: other tests cover their code."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from typing import TypeVar

MEASURED = "COVERAGE_PROCESS_CONFIG"  # by it a process that a test starts is measured as well
Kind = TypeVar("Kind")


@contextmanager
def uncovered(served: AbstractContextManager[Kind]) -> Iterator[Kind]:
    """Enter what starts processes without their being measured."""
    with ExitStack() as stack:
        kept = os.environ.pop(MEASURED, None)
        try:
            entered = stack.enter_context(served)
        finally:
            if kept is not None:
                os.environ[MEASURED] = kept
        yield entered
