"""The signer process: one unix socket, callers known by their user id, one question on a connection."""

import logging
import os
import socket
import struct
import threading
import time
from collections.abc import Callable, Collection
from contextlib import suppress
from pathlib import Path
from typing import Any

from config.errors import Refused
from signing.signer.errors import BY_NAME, SignerUnavailable
from signing.signer.frames import Frame, receive, send

CONNECTIONS = 32  # served at once; the next ones wait in the kernel's queue
SECONDS = 20.0  # for a caller to put its question
LINGER_SECONDS = 1.0
PEER = struct.Struct("3i")  # pid, uid, gid of struct ucred

logger = logging.getLogger(__name__)


class SignerServer:
    """Listens from the moment it is made; `serve` answers until `stop`."""

    def __init__(
        self, path: Path, uids: Collection[int], answer: Callable[[dict[str, Any], list[bytes]], Frame]
    ) -> None:
        self._path = path
        self._uids = frozenset(uids)
        self._answer = answer
        self._places = threading.BoundedSemaphore(CONNECTIONS)
        self._stopped = threading.Event()
        self._listener = _listen(path, alone=self._uids <= {os.getuid()})

    def serve(self) -> None:
        """Answer callers until `stop`; each in a thread of its own."""
        while True:
            self._places.acquire()
            try:
                connection, _ = self._listener.accept()
            except OSError:
                self._places.release()
                if self._stopped.is_set():
                    return
                continue
            threading.Thread(target=self._serve_one, args=(connection,), daemon=True).start()

    def stop(self) -> None:
        """Take no more callers; those being served are answered."""
        self._stopped.set()
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._path.unlink(missing_ok=True)

    def wait_until_idle(self, seconds: float) -> bool:
        """After `stop`: True when every caller was answered in this time."""
        ends, taken = time.monotonic() + seconds, 0
        while taken < CONNECTIONS and self._places.acquire(timeout=max(0.0, ends - time.monotonic())):
            taken += 1
        for _ in range(taken):  # `serve` itself still waits for one, to see that it is over
            self._places.release()
        return taken == CONNECTIONS

    def _serve_one(self, connection: socket.socket) -> None:
        with connection:
            try:
                uid = PEER.unpack(connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, PEER.size))[1]
                if uid not in self._uids:
                    logger.warning("a caller with user id %d was turned away", uid)
                    raise SignerUnavailable("The signer process does not serve this user.")
                header, blobs = receive(connection, SECONDS)
                send(connection, *self._answered(header, blobs))
            except Refused as refusal:
                with suppress(OSError):
                    _turn_away(connection, refusal)
            except (OSError, EOFError):
                pass  # the caller went away or was too slow; it asks again
            finally:
                self._places.release()

    def _answered(self, header: dict[str, Any], blobs: list[bytes]) -> Frame:
        try:
            return self._answer(header, blobs)
        except Refused as refusal:
            return _error(refusal), []
        except Exception as error:  # database gone, disk full: this question fails, the process stays
            # Neither message nor frame: an error of a library might quote what it was given.
            logger.error("a question failed with %s", type(error).__name__)
            return _error(SignerUnavailable("The signer process could not answer.")), []


def _turn_away(connection: socket.socket, refusal: Refused) -> None:
    """Say why to a caller who may still be talking: closing on unread words would lose ours."""
    ends = time.monotonic() + LINGER_SECONDS
    send(connection, _error(refusal))
    connection.shutdown(socket.SHUT_WR)
    while (left := ends - time.monotonic()) > 0:
        connection.settimeout(left)
        if not connection.recv(1 << 16):
            return


def _error(refusal: Refused) -> dict[str, str]:
    name = type(refusal).__name__
    return {"error": name if name in BY_NAME else "SignerUnavailable", "detail": refusal.detail}


def _listen(path: Path, *, alone: bool) -> socket.socket:
    """A socket in a folder of ours; a left-over file is taken away (the caller holds the lock of the state folder)."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    listener.bind(str(path))
    path.chmod(0o600 if alone else 0o666)  # others are told apart by their user id, at the door
    listener.listen(128)
    return listener
