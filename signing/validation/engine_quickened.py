"""Lets pyHanko work without an event loop and with less ado; what it finds stays the same.

1. Nothing is fetched, so nothing is waited for: what the engine would do "at once" it does one after the other. An
   event loop needs descriptors of its own, which a confined child cannot make.
2. The hexadecimal digits of /Contents are read in one piece instead of one by one.
3. Names of the document's objects are decoded once for each text, and read in one piece like all that ends before a
   delimiter; a reference is made without ado, and an object of an earlier revision copied without making a reference
   for each number and name in it.
4. Names in certificates are prepared for comparison (RFC 4518) once for each text, and compared once for each two
   encodings.
5. The head of an object stream is read once, not once for each object in it. What is not plain goes the engine's way.
6. A signature is verified once: the outcome is remembered by all that it depends on, which is the octets of signer,
   certificate and digest. Nothing that depends on the time or on what is trusted is remembered.
7. A value that an encoding leaves out, because it is the default, does not make asn1crypto write everything around it
   anew, twice for each level, whenever its octets are asked for: they are those that were read.
8. The ways to an object are compared as they are.
"""

from __future__ import annotations

import binascii
import functools
import hashlib
import re
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Coroutine, Hashable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from io import BytesIO
from typing import Any, Generic, TypeVar

from asn1crypto import algos, cms, core, tsp, x509
from pyhanko.pdf_utils import generic, misc
from pyhanko.pdf_utils.decode_limits import DecodePurpose
from pyhanko.pdf_utils.reader import HistoricalResolver, PdfFileReader, RawPdfPath
from pyhanko.sign.validation import ades, generic_cms
from pyhanko_certvalidator.ltv import time_slide
from pyhanko_certvalidator.sig_validate import DefaultSignatureValidator

T = TypeVar("T")

CHUNK, SHORT = 16 * 1024, 64
PARTS = (generic.IndirectObject, generic.DictionaryObject, generic.ArrayObject, generic.DecryptedObjectProxy)
WHITESPACE = b"\x00\t\n\x0c\r "
NAMES_KEPT = 1024
SIGNATURES_KEPT = 64
HEAD = re.compile(rb"[ \r\n\t]*\d{1,10}(?:[ \r\n\t]+\d{1,10})*[ \r\n\t]*")  # of an object stream (ISO 32000-1, 7.5.7)


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
_slow_name = generic._decode_name
_slow_until_class = misc._read_until_class
_slow_make_reference = generic.Reference.__init__
_slow_tag = RawPdfPath._tag
_slow_subsume = HistoricalResolver._subsume_object
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


def _until_class(class_chars: bytes, stream: Any, maxchars: int | None = None) -> Any:
    if maxchars is not None:
        return _slow_until_class(class_chars, stream, maxchars)
    found = b""
    while chunk := stream.read(SHORT):
        end = _one_of(class_chars).search(chunk)
        if end is not None:
            stream.seek(end.end() - len(chunk), 1)
            return found + chunk[: end.start()], False
        found += chunk
    return found, True


@functools.cache
def _one_of(characters: bytes) -> re.Pattern[bytes]:
    return re.compile(b"[" + re.escape(characters) + b"]")


def _tag(self: Any) -> Any:
    """As it came each step is paired with whether it is a number; a number and a text are never equal without that."""
    return self.path


def _make_reference(self: generic.Reference, idnum: int, generation: int = 0, pdf: Any = None) -> None:
    vars(self).update(idnum=idnum, generation=generation, pdf=pdf)


def _subsume(self: Any, obj: Any) -> Any:
    """Only what has parts is copied, and references; the rest is what it was."""
    if not isinstance(obj, PARTS):
        return obj
    kinds: Any = generic
    if isinstance(obj, generic.IndirectObject):
        return kinds.IndirectObject(idnum=obj.idnum, generation=obj.generation, pdf=self)
    if isinstance(obj, generic.DecryptedObjectProxy):
        return _slow_subsume(self, obj)  # type: ignore[no-untyped-call]
    if isinstance(obj, generic.ArrayObject):
        found = kinds.ArrayObject(_subsume(self, one) for one in obj)
    else:
        parts = {key: _subsume(self, one) for key, one in obj.items()}
        if isinstance(obj, generic.StreamObject):
            found = kinds.StreamObject(parts, encoded_data=obj.encoded_data)
        else:
            found = kinds.DictionaryObject(parts)
    held: Any = obj.get_container_ref()
    found.container_ref = generic.Reference(idnum=held.idnum, generation=held.generation, pdf=self)
    return found


@functools.lru_cache(NAMES_KEPT)
def _decoded(written: bytes) -> str:
    return str(_slow_name(written))


def _decode_name(written: bytes) -> generic.NameObject:
    return generic.NameObject(_decoded(written))  # one of its own: each knows where it stands


@functools.lru_cache(NAMES_KEPT)
def _prepare(text: str) -> Any:
    return _slow_prepare(None, text)


class Remembered(Generic[T]):
    """Outcomes of a pure function by everything that they depend on; the one unasked for longest is forgotten first."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._found: OrderedDict[Hashable, T] = OrderedDict()

    def of(self, key: Hashable, work: Callable[[], T]) -> T:
        """What `work` says, or said of the same; what it raises is not remembered."""
        if key in self._found:
            self._found.move_to_end(key)
            return self._found[key]
        found = self._found[key] = work()
        if len(self._found) > self._most:
            self._found.popitem(last=False)
        return found


_equal_names = Remembered[bool](NAMES_KEPT)
_names = Remembered[str](NAMES_KEPT)
_signatures = Remembered[tuple[bool, bool]](SIGNATURES_KEPT)
_slow_equal = x509.Name.__eq__
_slow_integrity = generic_cms.validate_sig_integrity
_slow_from_stream = PdfFileReader._get_object_from_stream


def _same_name(self: x509.Name, other: Any) -> bool:
    if not isinstance(other, x509.Name):
        return False
    key = self.dump(), other.dump()
    return _equal_names.of(key, lambda: bool(_slow_equal(self, other)))


def _hashable_name(self: x509.Name) -> str:
    return _names.of(self.dump(), lambda: str(self.chosen.hashable))


def validate_sig_integrity(
    signer_info: cms.SignerInfo,
    cert: x509.Certificate,
    expected_content_type: str,
    actual_digest: bytes,
    sig_validator: Any = None,
) -> tuple[bool, bool]:
    """As the engine's function of that name: whether the digest is the signed one, and the value the certificate's."""
    arguments = signer_info, cert, expected_content_type, actual_digest, sig_validator
    if type(sig_validator) not in (type(None), DefaultSignatureValidator):
        return _slow_integrity(*arguments)
    octets = (signer_info.dump(), cert.dump(), expected_content_type.encode(), actual_digest)
    key = tuple(hashlib.sha256(one).digest() for one in octets)
    return _signatures.of(key, lambda: _slow_integrity(*arguments))


@dataclass(frozen=True)
class _Head:
    """The unpacked octets of an object stream: `first` is where its first object begins, `places` where each number is
    named first, `offsets` where the objects stand from there.
    """

    content: bytes
    first: int
    places: dict[int, int]
    offsets: list[int]


def _head_of(stream: Any) -> _Head | None:
    """None unless it holds plain numbers, as many as it says."""
    count, first = int(stream["/N"]), int(stream["/First"])
    content: bytes = stream.read_data(DecodePurpose.OBJECT_STREAM)
    if stream["/Type"] != "/ObjStm" or not HEAD.fullmatch(content, 0, max(0, first)):
        return None
    numbers = [int(number) for number in content[:first].split()]
    if len(numbers) != 2 * count:
        return None
    places: dict[int, int] = {}
    for place, number in enumerate(numbers[::2]):
        places.setdefault(number, place)
    return _Head(content, first, places, numbers[1::2])


def _from_stream(self: Any, idnum: int, stmnum: int, idx: int) -> Any:
    """Whatever goes wrong is said by the engine's own way, in its own words."""
    with suppress(Exception):
        stream: Any = generic.Reference(stmnum, 0, self).get_object()
        if "antin_head" not in vars(stream):
            stream.antin_head = _head_of(stream)
        head: _Head | None = stream.antin_head
        if head is not None and head.places.get(idnum) == idx:
            content = BytesIO(head.content)
            content.seek(head.first + head.offsets[idx])
            found = generic.read_object(content, generic.Reference(idnum, 0, self))
            if not isinstance(found, generic.StreamObject | generic.IndirectObject):
                misc.read_non_whitespace(content, seek_back=True, allow_eof=True)  # type: ignore[no-untyped-call]
                return found
    return _slow_from_stream(self, idnum, stmnum, idx)  # type: ignore[no-untyped-call]


def _with_settled_defaults(slow: Callable[..., None]) -> Callable[..., None]:
    """Reading children without the mark that they were changed, which a default carries from its making on."""

    def parse(self: Any, recurse: bool = False) -> None:
        slow(self, recurse)
        for child in self.children:
            _settle(child)

    return parse


def _settle(value: Any) -> None:
    if isinstance(value, core.Sequence):
        for child in value.children or ():
            _settle(child)
        value.contents = value.contents
        value._mutated = False


for kind in (tsp.ESSCertIDv2, algos.RSASSAPSSParams):
    kind._parse_children = _with_settled_defaults(kind._parse_children)
for module in (ades, generic_cms, time_slide):
    setattr(module, "asyncio", OneByOne)  # noqa: B010 - mypy knows the real module
RawPdfPath._tag = _tag  # type: ignore[method-assign]
generic.read_hex_string_from_stream = _read_hex
generic._decode_name = _decode_name  # type: ignore[assignment]
misc._read_until_class = _until_class
generic.Reference.__init__ = _make_reference  # type: ignore[method-assign]
HistoricalResolver._subsume_object = _subsume  # type: ignore[method-assign]
x509.NameTypeAndValue._ldap_string_prep = lambda self, text: _prepare(text)
x509.Name.__eq__, x509.Name.hashable = _same_name, property(_hashable_name)
generic_cms.validate_sig_integrity = validate_sig_integrity
PdfFileReader._get_object_from_stream = _from_stream  # type: ignore[method-assign]
