"""A PKCS #11 module in this process: loaded once, used by many threads, begun anew when its tokens are lost to it."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from pathlib import Path
from typing import Any

import pkcs11
from pkcs11.exceptions import PKCS11Error

LEAST_SECONDS = 5.0  # between two beginnings: each ends the sessions of everybody
WAIT_SECONDS = 5.0  # for those who are in the module to come out


class Module:
    """C_Finalize while somebody is in the module would take the process down: whoever calls it is counted.

    The library below calls C_Initialize without arguments, which promises the module that threads come one after
    another (PKCS #11 2.40, 5.4). So they do, unless `parallel` says that the module locks by itself all the same.
    """

    def __init__(self, path: Path, *, parallel: bool = False) -> None:
        self._path = str(path)
        self._turn: AbstractContextManager[object] = nullcontext() if parallel else threading.RLock()
        self._users = 0
        self._changed = threading.Condition()
        self._begun = time.monotonic()

    @contextmanager
    def using(self) -> Iterator[Any]:
        """Around every call into the module. May be nested."""
        with self._changed:
            self._users += 1
        try:
            with self._turn:
                yield pkcs11.lib(self._path)
        finally:
            with self._changed:
                self._users -= 1
                self._changed.notify_all()

    def begin_anew(self) -> None:
        """C_Finalize and C_Initialize: some modules see a token that was taken out and put back only then.

        All sessions end. Does nothing where it was done a moment ago, or while somebody stays in the module.
        """
        with self._changed:
            if not self._changed.wait_for(lambda: self._users == 0, WAIT_SECONDS):
                return
            if time.monotonic() - self._begun < LEAST_SECONDS:
                return
            self._begun = time.monotonic()
            with suppress(PKCS11Error):  # it begins at the next use, if it can
                pkcs11.lib(self._path).reinitialize()
