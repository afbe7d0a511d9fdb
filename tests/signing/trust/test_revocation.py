"""The responder is asked over HTTP, and its answer is believed only when it is true, fresh and to the question."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp

import signing.trust.exchange as exchange_module
import signing.trust.revocation as module
from config.clock import FrozenClock
from signing.pki.api import responder_application
from signing.pki.ocsp import OcspResponder
from signing.pki.revoked import RevocationRegister
from signing.trust.anchors import TrustStore
from signing.trust.errors import RevocationNotTrusted, RevocationUnavailable
from signing.trust.revocation import RevocationSource
from tests.pki.build import Pki, foreign_pki, pki
from tests.pki.serve import serving

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

NOW = datetime(2026, 3, 2, 3, 0, tzinfo=UTC)


def _clock(at: datetime = NOW) -> FrozenClock:
    return FrozenClock(at, ZoneInfo("Asia/Ho_Chi_Minh"))


def _application(which: Pki, at: datetime = NOW) -> "WSGIApplication":
    register, responder = RevocationRegister(which.folder), which.identity("ocsp")
    answers = OcspResponder(
        which.issuing, "issuing", responder.certificate, responder.key, which.built_in.issued, register.find
    )
    return responder_application(which.built_in, answers, register, _clock(at))


@contextmanager
def _source(application: "WSGIApplication") -> Iterator[RevocationSource]:
    with serving(application) as url:
        yield RevocationSource(url, TrustStore.of([pki().root]), _clock(), timeout=5)


def _certificates(*more: bytes) -> list[bytes]:
    return [pki().official.certificate_der, pki().seal.certificate_der, *pki().official.chain_der, *more]


def _lists_of_the_issuing_authority(application: "WSGIApplication") -> "WSGIApplication":
    """The same responder as seen by somebody whose root is our issuing authority."""

    def renamed(environ: Any, start_response: Any) -> Any:
        environ["PATH_INFO"] = environ["PATH_INFO"].replace("root.crl", "issuing.crl")
        return application(environ, start_response)

    return renamed


def _fixed(status: str, body: bytes) -> "WSGIApplication":
    def application(environ: Any, start_response: Any) -> list[bytes]:
        start_response(status, [("Content-Length", str(len(body)))])
        return [body]

    return application


@pytest.fixture
def by_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Makes every list count as too long, so that single answers are asked for."""
    monkeypatch.setattr(module, "LARGEST_LIST", 1)


def test_the_lists_of_every_authority_on_the_way_are_fetched() -> None:
    with _source(_application(pki())) as source:
        found = source.fetch(_certificates())
    issuers = {x509.load_der_x509_crl(one).issuer for one in found.crls}
    assert issuers == {pki().issuing.subject, pki().root.subject}
    assert found.ocsps == ()


@pytest.mark.usefixtures("by_answers")
def test_where_a_list_is_too_long_single_answers_are_fetched() -> None:
    issuing = pki().issuing.public_bytes(Encoding.DER)
    with serving(_lists_of_the_issuing_authority(_application(pki()))) as url:
        source = RevocationSource(url, TrustStore((issuing,)), _clock(), 5)
        found = source.fetch([pki().official.certificate_der, pki().revoked_official.certificate_der])
    statuses = [ocsp.load_der_ocsp_response(one).certificate_status.name for one in found.ocsps]
    assert (statuses, found.crls) == (["GOOD", "REVOKED"], ())


@pytest.mark.usefixtures("by_answers")
def test_an_authority_that_gives_no_single_answers_about_its_own_is_not_taken_for_good() -> None:
    with _source(_application(pki())) as source, pytest.raises(RevocationNotTrusted):
        source.fetch(_certificates())


def test_an_authority_that_is_not_ours_is_not_asked() -> None:
    with _source(_application(foreign_pki())) as source, pytest.raises(RevocationNotTrusted):
        source.fetch([foreign_pki().official.certificate_der, *foreign_pki().official.chain_der])


def test_only_certificates_from_our_roots_are_known() -> None:
    foreign = [foreign_pki().official.certificate_der, *foreign_pki().official.chain_der]
    with _source(_application(pki())) as source:
        known = source.known([*foreign, *_certificates()])
    assert set(known) >= set(_certificates())
    assert not set(known) & set(foreign)


def test_a_list_signed_by_somebody_else_is_refused() -> None:
    with _source(_application(foreign_pki())) as source, pytest.raises(RevocationNotTrusted):
        source.fetch(_certificates())


@pytest.mark.parametrize("days", [-2, 2], ids=["stale", "from the future"])
def test_a_list_that_is_not_of_today_is_refused(days: int) -> None:
    with _source(_application(pki(), NOW + timedelta(days=days))) as source, pytest.raises(RevocationNotTrusted):
        source.fetch(_certificates())


@pytest.mark.parametrize("days", [-2, 2], ids=["stale", "from the future"])
def test_a_single_answer_that_is_not_of_today_is_refused(days: int, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(RevocationNotTrusted):
        _answer_only(_application(pki(), NOW + timedelta(days=days)))


def test_a_single_answer_of_another_responder_is_refused() -> None:
    with pytest.raises(RevocationNotTrusted):
        _answer_only(_application(foreign_pki()))


def test_a_repeated_answer_is_refused_by_its_nonce() -> None:
    kept = pki().ocsp(pki().official.certificate, NOW)  # true and fresh, but to nobody's question
    with pytest.raises(RevocationNotTrusted):
        _answer_only(_fixed("200 OK", kept))


@pytest.mark.parametrize("body", [b"", b"no answer", bytes(300)])
def test_nonsense_is_refused(body: bytes) -> None:
    with _source(_fixed("200 OK", body)) as source, pytest.raises(RevocationNotTrusted):
        source.fetch(_certificates())
    with pytest.raises(RevocationNotTrusted):
        _answer_only(_fixed("200 OK", body))


def test_an_answer_without_end_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exchange_module, "LARGEST_ANSWER", 10)
    with _source(_application(pki())) as source, pytest.raises(RevocationNotTrusted):
        source.fetch(_certificates())


def test_a_responder_in_trouble_is_unavailable_and_can_be_asked_again() -> None:
    with _source(_fixed("500 Internal Server Error", b"")) as source, pytest.raises(RevocationUnavailable):
        source.fetch(_certificates())
    nobody = RevocationSource("http://127.0.0.1:9", TrustStore.of([pki().root]), _clock(), timeout=1)
    with pytest.raises(RevocationUnavailable):
        nobody.fetch(_certificates())


def _answer_only(application: "WSGIApplication") -> bytes:
    with _source(application) as source:
        return source._answer(pki().official.certificate, pki().issuing)
