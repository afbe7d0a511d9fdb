"""Lets pyHanko work without an event loop and with less ado; what it finds stays the same.

1. Nothing is fetched, so nothing is waited for: what the engine would do "at once" it does one after the other. An
   event loop needs descriptors of its own, which a confined child cannot make.
2. The hexadecimal digits of /Contents are read in one piece instead of one by one.
3. Names in certificates are prepared for comparison (RFC 4518) once for each text.
"""

from __future__ import annotations

import binascii
import functools
from collections.abc import Awaitable, Coroutine, Iterable, Iterator
from io import BytesIO
from typing import Any

from asn1crypto import x509
from pyhanko.pdf_utils import generic
from pyhanko.sign.validation import ades, generic_cms
from pyhanko_certvalidator.ltv import time_slide

CHUNK = 16 * 1024
WHITESPACE = b"\x00\t\n\x0c\r "
NAMES_KEPT = 1024


class OneByOne:
    """The two functions of asyncio that the engine uses."""

    @staticmethod
    def as_completed(works: Iterable[Coroutine[Any, Any, Any]]) -> Iterator[Awaitable[Any]]:
        """In their order; those that nobody comes to are closed."""
        left = list(works)
        try:
            while left:
                yield left.pop(0)
        finally:
            for work in left:
                work.close()

    @staticmethod
    async def gather(*works: Coroutine[Any, Any, Any]) -> list[Any]:
        """The results, in the order of the works."""
        return [await work for work in OneByOne.as_completed(works)]


_slow_hex = generic.read_hex_string_from_stream
_slow_prepare = x509.NameTypeAndValue._ldap_string_prep


def _read_hex(stream: Any) -> Any:
    """Whatever is not plain digits and whitespace is left to the engine's own reading."""
    start = stream.tell()
    stream.seek(1, 1)
    found = BytesIO()
    while chunk := stream.read(CHUNK):
        digits, end, behind = chunk.partition(b">")
        found.write(digits)
        if end:
            stream.seek(-len(behind), 1)
            break
    digits = found.getvalue().translate(None, WHITESPACE)
    try:
        if not chunk:
            raise ValueError("the string has no end")
        return generic.pdf_string(binascii.unhexlify(digits + b"0" * (len(digits) % 2)))
    except ValueError:
        stream.seek(start)
        return _slow_hex(stream)


@functools.lru_cache(NAMES_KEPT)
def _prepare(text: str) -> Any:
    return _slow_prepare(None, text)


for module in (ades, generic_cms, time_slide):
    setattr(module, "asyncio", OneByOne)  # noqa: B010 - mypy knows the real module
generic.read_hex_string_from_stream = _read_hex
x509.NameTypeAndValue._ldap_string_prep = lambda self, text: _prepare(text)
