"""How the signer process and its callers speak: one question and one answer on a connection.

Four bytes of length, a JSON object, then the octet strings whose lengths the object gives as `blobs`.
"""

import json
import socket
import struct
import time
from collections.abc import Sequence
from typing import Any

from signing.signer.errors import QuestionMalformed

MAX_HEADER = 262_144  # a thousand documents by their digests
MAX_BLOBS = 64 * 1024 * 1024
LENGTH = struct.Struct(">I")

Frame = tuple[dict[str, Any], list[bytes]]


def send(connection: socket.socket, header: dict[str, Any], blobs: Sequence[bytes] = ()) -> None:
    """Send one frame."""
    encoded = json.dumps({**header, "blobs": [len(blob) for blob in blobs]}).encode()
    connection.sendall(b"".join((LENGTH.pack(len(encoded)), encoded, *blobs)))


def receive(connection: socket.socket, seconds: float) -> Frame:
    """The next frame; EOFError when the other side went away, TimeoutError, or QuestionMalformed."""
    ends = time.monotonic() + seconds
    (length,) = LENGTH.unpack(_exactly(connection, LENGTH.size, ends))
    if length > MAX_HEADER:
        raise QuestionMalformed("The frame is too long.")
    try:
        header = json.loads(_exactly(connection, length, ends))
        sizes = header.pop("blobs")
        good = isinstance(sizes, list) and all(type(size) is int and 0 <= size <= MAX_BLOBS for size in sizes)
    except (ValueError, AttributeError, TypeError, KeyError, RecursionError) as error:
        raise QuestionMalformed("The frame cannot be read.") from error
    if not good or sum(sizes) > MAX_BLOBS:
        raise QuestionMalformed("The frame is too long.")
    return header, [_exactly(connection, size, ends) for size in sizes]


def _exactly(connection: socket.socket, size: int, ends: float) -> bytes:
    content = bytearray()
    while len(content) < size:
        left = ends - time.monotonic()
        if left <= 0:
            raise TimeoutError
        connection.settimeout(left)
        part = connection.recv(min(size - len(content), 1 << 20))
        if not part:
            raise EOFError
        content += part
    return bytes(content)
