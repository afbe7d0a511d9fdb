"""The authority's services with the keys that lie in their files now: a lost one is used no more, without a restart."""

import logging
import threading
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from config.errors import Refused
from config.retired import RetiredKeys
from signing.pki.marks import mark_of
from signing.pki.tsa import TimestampAuthority, failed

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

logger = logging.getLogger(__name__)


class ReplacedAuthority:
    """Answers by the authority that `made` gives; asks for it again when its file changed or its key is retired."""

    def __init__(self, made: Callable[[], TimestampAuthority], keys: Path, file: Path) -> None:
        self._made = made
        self._retired = RetiredKeys(keys)
        self._guard = threading.Lock()
        self._seen = _states([file])
        self._file = file
        self._authority = made()

    def answer(self, request_der: bytes) -> bytes:
        """See TimestampAuthority.answer; systemFailure while there is no key but a lost one."""
        try:
            authority = self._current()
        except Refused as refusal:
            logger.error("no timestamp is given: %s", refusal.detail)
            return failed("This authority has no key that it may use.")
        return authority.answer(request_der) if authority else failed("The key of this authority is retired.")

    def _current(self) -> TimestampAuthority | None:
        with self._guard:
            seen = _states([self._file])
            if seen != self._seen or self._lost(self._authority):
                self._authority, self._seen = self._made(), seen
            return None if self._lost(self._authority) else self._authority

    def _lost(self, authority: TimestampAuthority) -> bool:
        return self._retired.find(mark_of(authority.certificate)) is not None


class Following:
    """A WSGI application that is made anew when one of its files is another; half a change leaves the one before."""

    def __init__(self, make: "Callable[[], WSGIApplication]", files: Sequence[Path]) -> None:
        self._make, self._files = make, files
        self._guard = threading.Lock()
        self._seen, self._application = _states(files), make()

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        return self._current()(environ, start_response)

    def _current(self) -> "WSGIApplication":
        with self._guard:
            seen = _states(self._files)
            if seen != self._seen:
                try:
                    self._application, self._seen = self._make(), seen
                except (OSError, Refused) as error:
                    logger.warning("the keys in the folder cannot be used: %s", error)
            return self._application


def _states(files: Sequence[Path]) -> list[tuple[int, int] | None]:
    found: list[tuple[int, int] | None] = []
    for file in files:
        try:
            state = file.stat()
        except FileNotFoundError:
            found.append(None)
        else:
            found.append((state.st_mtime_ns, state.st_ino))
    return found
