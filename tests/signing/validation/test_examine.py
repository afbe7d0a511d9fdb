"""What a confined child says of a file besides the verdict: cut out of the file here, or its word and no more."""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Iterator
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from cryptography import x509
from cryptography.x509 import ocsp

from config.clock import FrozenClock
from config.confinement import Limits
from config.fortress import Fortress
from config.plain import to_bytes
from signing.pades.certificates import certificates_of
from signing.pades.digest import seal_facts
from signing.pades.errors import DocumentNotSuitable
from signing.trust import revocation
from signing.trust.anchors import TrustStore
from signing.trust.errors import RevocationUnavailable
from signing.trust.revocation import RevocationSource
from signing.validation import apart
from signing.validation.apart import Hearsay, examine, validate_freshly
from signing.validation.fresh import Messenger, fetched
from signing.validation.look import look
from signing.validation.question import LENGTH, Answer, Attachment, Meanwhile, Place, Question, Seen, Wanted
from signing.validation.report import Verdict
from signing.validation.validate import validate
from tests.pki.build import pki
from tests.registry.verification.test_claims import OURS, with_attachment
from tests.signing.pades.build import LATER, fresh, issued, trust
from tests.signing.validation.attacks import ATTACKS

STATES = ("base", "fields", "official", "sealed", "preserved")


@pytest.fixture
def forging(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    fortress = Fortress("tests.signing.validation.forging_child", Limits(512 * 1024**2, 2))
    monkeypatch.setattr(apart, "fortress", fortress)
    yield
    fortress.close()


class Responder(RevocationSource):
    """The tests' own authority, without HTTP; what was asked of it is kept."""

    def __init__(self, lists: dict[str, bytes], answer: bytes | None = None) -> None:
        super().__init__("", trust(), FrozenClock(LATER, ZoneInfo("UTC")))
        self.lists, self.answer, self.asked = lists, answer, list[tuple[str, str, bytes | None]]()

    def exchange(self, method: str, path: str, body: bytes | None) -> bytes:
        self.asked.append((method, path, body))
        found = self.lists.get(path) if body is None else self.answer
        if found is None:
            raise RevocationUnavailable("there is none")
        return found


def _responder() -> Responder:
    root, issuing = sorted(fresh().crls, key=lambda crl: x509.load_der_x509_crl(crl).issuer != pki().root.subject)
    return Responder({"/crl/root.crl": root, "/crl/issuing.crl": issuing})


NO_DATA = Attachment("licence.json", "antin.licence.v1")


def test_a_child_asks_for_fresh_lists_and_judges_with_them() -> None:
    source = _responder()
    assert validate_freshly(issued().preserved, trust(), LATER, source) == validate(
        issued().preserved, trust(), LATER, fresh()
    )
    assert sorted(path for _, path, _ in source.asked) == ["/crl/issuing.crl", "/crl/root.crl"]
    nobody = Responder({})
    assert validate_freshly(issued().preserved, trust(), LATER, nobody) == validate(issued().preserved, trust(), LATER)
    forged = Responder({"/crl/root.crl": b"no list", "/crl/issuing.crl": b""})
    assert validate_freshly(issued().preserved, trust(), LATER, forged).verdict is Verdict.VALID


def test_nobody_is_asked_about_certificates_that_are_not_from_our_roots() -> None:
    source = _responder()
    validate_freshly(issued().preserved, TrustStore(()), LATER, source)
    validate_freshly(b"no PDF", trust(), LATER, source)
    assert source.asked == []


def test_the_facts_of_a_seal_are_those_of_the_file_itself() -> None:
    for state in STATES:
        pdf: bytes = getattr(issued(), state)
        found = examine(pdf, trust(), LATER, _responder(), NO_DATA)
        try:
            assert found.seal == seal_facts(pdf)
        except DocumentNotSuitable:
            assert found.seal is None
        assert found.report == validate(pdf, trust(), LATER, fresh())
        signed = state in ("official", "sealed", "preserved")
        assert (hashlib.sha256(pki().official.certificate_der).digest() in found.from_our_roots) is signed
    assert not found.carries


@pytest.mark.parametrize("name", ATTACKS)
def test_of_a_forgery_a_seal_is_told_as_it_stands_there_or_not_at_all(name: str) -> None:
    pdf = ATTACKS[name]()
    found = examine(pdf, trust(), LATER, _responder(), NO_DATA).seal
    if found is not None:
        assert found == seal_facts(pdf)


def _lying(pdf: bytes, **changed: Any) -> Hearsay:
    """What is believed of a child that says this of the seal."""
    seen, _ = look(pdf, None)
    assert seen.seal is not None
    lie = to_bytes(Meanwhile(seen=Seen(dataclasses.replace(seen.seal, **changed))))
    assert b"\n" not in lie + pdf[:1]
    return _examined_as(pdf, lie)


def _examined_as(pdf: bytes, *said: bytes) -> Hearsay:
    """`pdf` is not what the forging child is given: it says `said` whatever it is asked."""
    whole = b"\n".join((*said, to_bytes(Answer(validate(pdf, trust(), LATER)))))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Question, "about", lambda asked, _: LENGTH.pack(len(to_bytes(asked))) + to_bytes(asked) + whole)
        return examine(pdf, trust(), LATER, _responder(), NO_DATA)


@pytest.mark.usefixtures("forging")
def test_a_child_cannot_invent_a_seal_that_is_not_in_the_file() -> None:
    pdf = issued().sealed
    seen, _ = look(pdf, None)
    true, places = seal_facts(pdf), seen.seal
    assert places is not None
    assert _lying(pdf).seal == true
    start, end = places.value.start, places.value.end
    _, first, second, length = places.byte_range
    for changed in (
        {"byte_range": (0, first, second)},
        {"byte_range": (0, first, second, length + 1)},
        {"byte_range": (1, first, second, length)},
        {"byte_range": (0, second, first, length)},
        {"byte_range": (0, -1, second, length)},
        {"value": Place(start, end - 1)},
        {"value": Place(start, start)},
        {"value": Place(-end, start)},
        {"value": Place(first, end)},
        {"value": Place(0, 2)},
        {"certificate": Place(second, second + 2)},
        {"certificate": Place(first, 10**12)},
        {"filled": {"Another": "text"}},
        {"filled": {"Number": "9" * 300}},
    ):
        assert _lying(pdf, **changed).seal is None, changed
    shifted = _lying(pdf, value=Place(start + 2, end)).seal
    assert shifted is not None
    assert shifted.signature_value_sha256 != true.signature_value_sha256
    other = _lying(pdf, byte_range=(0, first - 2, second, length)).seal
    assert other is not None
    assert other.byte_range_digest != true.byte_range_digest


@pytest.mark.usefixtures("forging")
def test_a_child_can_ask_the_responder_for_nothing_but_lists_and_single_certificates() -> None:
    source = _responder()
    good = Wanted(None, bytes(32), bytes(32), b"\x01", bytes(16))
    asked = [
        *(Wanted(name) for name in ("../healthz", "root.crl", "", "root/../issuing", "ROOT", "a" * 39, "root\n")),
        dataclasses.replace(good, issuer_name=bytes(31)),
        dataclasses.replace(good, serial=b""),
        dataclasses.replace(good, serial=bytes(21)),
        dataclasses.replace(good, nonce=bytes(1000)),
    ]
    messenger = Messenger(source)
    assert [messenger.bring(one) for one in asked] == [b""] * len(asked)
    assert source.asked == []
    source.answer = b"whatever it says"
    assert messenger.bring(good) == b"whatever it says"
    _examined_as(issued().sealed, to_bytes(Meanwhile(wanted=asked[0])), b"no message", to_bytes(Meanwhile()))
    assert len(source.asked) == 1


def test_a_list_that_is_long_is_replaced_by_single_answers_which_the_child_judges(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    source = _responder()
    monkeypatch.setattr(revocation, "LARGEST_LIST", 0)
    said = []

    def bring(wanted: Wanted) -> bytes:
        said.append(wanted)
        return Messenger(source).bring(wanted)

    known, fresh_data = fetched(certificates_of(issued().preserved), bring, trust(), LATER)
    assert len(known) > 2
    assert fresh_data is None  # there was no answer
    assert said[-1].name is None
    request = ocsp.load_der_ocsp_request(source.asked[-1][2] or b"")
    assert request.serial_number == int.from_bytes(said[-1].serial, "big")
    assert request.issuer_key_hash == said[-1].issuer_key


def test_what_a_child_has_seen_is_known_though_it_does_not_end(monkeypatch: pytest.MonkeyPatch) -> None:
    short = Fortress("signing.validation.child", Limits(512 * 1024**2, 2))
    monkeypatch.setattr(apart, "fortress", short)
    pdf = issued().sealed
    try:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(short, "_largest", 1500)  # it says more than we listen to
            found = examine(pdf, trust(), LATER, _responder(), NO_DATA)
    finally:
        short.close()
    assert (found.report.too_complex, found.seal) == (True, seal_facts(pdf))


@pytest.mark.parametrize("compressed", [True, False])
def test_an_attachment_is_found_in_a_whole_and_in_a_damaged_file(compressed: bool) -> None:
    pdf = with_attachment(OURS, compressed)
    for file in (pdf, pdf[:-20]):
        assert examine(file, trust(), LATER, _responder(), NO_DATA).carries
    assert not examine(pdf, trust(), LATER, _responder(), Attachment("licence.json", "another")).carries
