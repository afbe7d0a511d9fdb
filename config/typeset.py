"""Turns a Typst template and data into a PDF by asking the typesetter process, which has no network.

The same template, data and instant give the same bytes. Data goes in as data: markup in it is printed.
"""

from __future__ import annotations

import json
import socket
import struct
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from config.errors import RuleBroken, Unavailable

ARCHIVED_AND_ACCESSIBLE = ("a-3a", "ua-1")
FRAME_LIMIT = 64 * 1024 * 1024
TIMEOUT = 60.0
LINE_BREAKS = {"\n", "\t"}
INVISIBLE = {
    "Cc",
    "Cf",
    "Co",
    "Cs",
    "Cn",
}  # controls, formats (bidi, zero width), private, surrogates, unassigned
REPLACEMENT = "\N{REPLACEMENT CHARACTER}"


class TypesettingFailed(RuleBroken):
    """The template or the data cannot be typeset: asking again with the same would fail again."""


class TypesetterUnavailable(Unavailable):
    """The typesetter does not answer, or died on this document; asking again may help."""


class Typesetter:
    """Asks the typesetter process. Holds no connection, so it may be shared by threads and survive a fork."""

    def __init__(self, socket_path: Path, timeout: float = TIMEOUT) -> None:
        self._socket_path = socket_path
        self._timeout = timeout

    def typeset(
        self,
        template: Path,
        entry: str,
        data: Mapping[str, Any],
        *,
        at: datetime,
        files: Mapping[str, bytes] | None = None,
        standards: Sequence[str] = ARCHIVED_AND_ACCESSIBLE,
        tagged: bool = True,
    ) -> bytes:
        """The PDF of `entry` in the folder `template`; it sees nothing outside that folder.

        The template reads `json(bytes(sys.inputs.data))`: `data`, with `files` as its key `files` (to be
        taken by `bytes(...)`). `at` is the document's date. Raises TypesettingFailed, TypesetterUnavailable.
        """
        whole = {
            **_visible(data),
            "files": {name: _text_or_numbers(content) for name, content in (files or {}).items()},
        }
        request = {
            "folder": str(template.absolute()),
            "entry": entry,
            "data": json.dumps(whole, ensure_ascii=False, separators=(",", ":")),
            "at": int(at.timestamp()),
            "standards": list(standards),
            "tagged": tagged,
        }
        head, body = self._ask(json.dumps(request).encode())
        if "failed" in head:
            raise TypesettingFailed(f"{entry} cannot be typeset: {head['failed']}")
        return body

    def _ask(self, request: bytes) -> tuple[dict[str, Any], bytes]:
        try:
            with socket.socket(socket.AF_UNIX) as connection:
                connection.settimeout(self._timeout)
                connection.connect(str(self._socket_path))
                send_frame(connection, request)
                head: dict[str, Any] = json.loads(receive_frame(connection))
                return head, receive_frame(connection)
        except (OSError, EOFError, ValueError) as error:
            raise TypesetterUnavailable("The typesetter does not answer. Nothing was changed; try again.") from error


def send_frame(connection: socket.socket, content: bytes) -> None:
    """One message: four bytes of length (big endian), then the content."""
    connection.sendall(struct.pack(">I", len(content)) + content)


def receive_frame(connection: socket.socket) -> bytes:
    """The next message; EOFError when the other side went away, ValueError when it is larger than we take."""
    (length,) = struct.unpack(">I", _receive(connection, 4))
    if length > FRAME_LIMIT:
        raise ValueError("The message is too large.")
    return _receive(connection, length)


def _receive(connection: socket.socket, length: int) -> bytes:
    content = bytearray(length)
    view = memoryview(content)
    while view:
        count = connection.recv_into(view)
        if count == 0:
            raise EOFError
        view = view[count:]
    return bytes(content)


def _visible(value: Any) -> Any:
    """Text as it can be seen: composed (NFC); what has no shape or turns the reading order shows as such."""
    if isinstance(value, str):
        return "".join(
            REPLACEMENT if character not in LINE_BREAKS and unicodedata.category(character) in INVISIBLE else character
            for character in unicodedata.normalize("NFC", value)
        )
    if isinstance(value, Mapping):
        return {str(key): _visible(item) for key, item in value.items()}
    if isinstance(value, Sequence):
        return [_visible(item) for item in value]
    return value


def _text_or_numbers(content: bytes) -> str | list[int]:
    """A form that Typst's `bytes()` takes back unchanged; text is ten times quicker than numbers."""
    try:
        return content.decode()
    except UnicodeDecodeError:
        return list(content)
