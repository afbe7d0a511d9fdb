"""CMS beside a document or around it: openssl makes them, the validator judges them, and no altered one is good."""

from __future__ import annotations

import base64
import subprocess
from collections.abc import Callable
from functools import cache
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from hypothesis import given, settings
from hypothesis import strategies as st
from pyhanko.pdf_utils.reader import PdfFileReader

from signing.trust.revocation import Revocation
from signing.validation.detached.apart import validate_detached_apart
from signing.validation.detached.validate import validate_detached
from signing.validation.report import Integrity, Report, Verdict
from tests.pki.build import Identity, pki
from tests.signing.pades.build import LATER, fresh, issued, trust

KEPT = TemporaryDirectory(prefix="cms-")  # until the tests end
CONTENT = "Giấy ủy quyền số 12\n".encode()
VALID, AMBER, RED, UNREADABLE = Verdict.VALID, Verdict.INDETERMINATE, Verdict.INVALID, Verdict.UNREADABLE


@cache
def signed(*options: str, by: tuple[str, ...] = ("official-head",)) -> bytes:
    """A CMS over CONTENT, made by `openssl cms -sign`."""
    made = _folder()
    names = [name for who in by for name in ("-signer", f"{who}.crt", "-inkey", f"{who}.key")]
    for who in by:
        _write(made, pki().identity(who))
    command = ["openssl", "cms", "-sign", "-binary", "-outform", "DER", "-certfile", "chain.pem", *names, *options]
    return subprocess.run(command, cwd=made, input=CONTENT, capture_output=True, check=True).stdout


@cache
def _folder() -> Path:
    folder = Path(KEPT.name)
    (folder / "chain.pem").write_bytes(b"".join(one.public_bytes(Encoding.PEM) for one in pki().official.chain))
    return folder


def _write(folder: Path, who: Identity) -> None:
    key = who.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (folder / f"{who.name}.key").write_bytes(key)
    (folder / f"{who.name}.crt").write_bytes(who.certificate.public_bytes(Encoding.PEM))


def judged(signature: bytes, content: bytes | None = CONTENT, known: Revocation | None = None) -> Report:
    return validate_detached(signature, content, trust(), LATER, known or fresh())


def anyone(signature: bytes, content: bytes | None = CONTENT) -> Report:
    return validate_detached(signature, content, trust().for_any_issuer(), LATER)


def test_a_good_one_names_its_signer_and_is_valid() -> None:
    report = judged(signed("-cades"))
    (one,) = report.signatures
    assert (report.verdict, one.signer, one.integrity) == (VALID, "Nguyễn Thị Thử", Integrity.INTACT)
    assert (one.covers_document, one.indication, one.time_source) == (True, "TOTAL-PASSED", "claimed")
    assert judged(signed("-cades"), known=Revocation()).verdict is AMBER  # nobody says that it is not revoked
    assert anyone(signed("-cades")).verdict is VALID


FORMS: dict[str, Callable[[bytes], bytes]] = {
    "DER": bytes,
    "base64": base64.b64encode,
    "PEM": lambda der: b"-----BEGIN CMS-----\n" + base64.encodebytes(der) + b"-----END CMS-----\n",
    "PKCS #7": lambda der: b"-----BEGIN PKCS7-----\n" + base64.encodebytes(der) + b"-----END PKCS7-----\n",
}


@pytest.mark.parametrize("form", FORMS)
def test_every_form_is_read(form: str) -> None:
    assert anyone(FORMS[form](signed())).verdict is VALID


def test_one_without_its_certificates_name_is_no_cades() -> None:
    assert any("no CAdES" in note for note in anyone(signed()).notes)
    assert not any("no CAdES" in note for note in anyone(signed("-cades")).notes)


def test_it_may_carry_its_content() -> None:
    around = signed("-nodetach")
    assert anyone(around, None).verdict is VALID
    assert anyone(around).verdict is VALID
    assert anyone(around, b"another").verdict is RED


def test_two_signers_are_judged_each() -> None:
    report = judged(signed(by=("official-head", "official-revoked")))
    assert [one.verdict for one in report.signatures] in ([VALID, AMBER], [AMBER, VALID])
    assert report.verdict is AMBER
    assert {one.field for one in report.signatures} == {"1", "2"}


ALTERED: dict[str, tuple[Callable[[], tuple[bytes, bytes | None]], Verdict]] = {
    "a byte of the content": (lambda: (signed(), CONTENT.replace(b"12", b"13")), RED),
    "a byte more": (lambda: (signed(), CONTENT + b"\n"), RED),
    "an empty content": (lambda: (signed(), b""), RED),
    "the content in it": (lambda: (signed("-nodetach").replace(b"12\n", b"13\n"), None), RED),
    "no content at all": (lambda: (signed(), None), AMBER),
    "bytes behind it": (lambda: (signed() + b"\0", CONTENT), UNREADABLE),
    "cut": (lambda: (signed()[:-9], CONTENT), UNREADABLE),
    "the last byte": (lambda: (signed()[:-1] + bytes([signed()[-1] ^ 1]), CONTENT), RED),
    "without signed attributes": (lambda: (signed("-noattr"), CONTENT), RED),
    "without certificates": (lambda: (signed("-nocerts"), CONTENT), RED),
    "SHA-1": (lambda: (signed("-md", "sha1"), CONTENT), RED),
    "no CMS": (lambda: (b"0\x82\xff\xff" + bytes(400), CONTENT), UNREADABLE),
    "a PDF": (lambda: (issued().preserved, None), UNREADABLE),
    "nothing": (lambda: (b"", CONTENT), UNREADABLE),
}


@pytest.mark.parametrize("name", ALTERED)
def test_no_altered_one_is_valid(name: str) -> None:
    make, wanted = ALTERED[name]
    assert anyone(*make()).verdict is wanted
    assert judged(*make()).verdict is wanted


def test_the_seal_of_a_licence_is_valid_beside_the_bytes_that_it_covers() -> None:
    reader = PdfFileReader(BytesIO(issued().sealed))
    seal = next(one for one in reader.embedded_signatures if one.field_name == "Seal")
    a, b, c, d = seal.byte_range
    covered = issued().sealed[a : a + b] + issued().sealed[c : c + d]
    der = bytes(seal.sig_object.raw_get("/Contents"))
    report = judged(_without_zeros(der), covered)
    assert (report.verdict, report.signatures[0].time_source) == (VALID, "timestamp")
    assert judged(_without_zeros(der), covered + b"\n").verdict is RED


def _without_zeros(contents: bytes) -> bytes:
    size = int.from_bytes(contents[2:4]) + 4  # the length of a SEQUENCE of more than 255 octets
    return contents[:size]


def test_the_child_says_the_same() -> None:
    for signature, content in ((signed(), CONTENT), (signed("-nodetach"), None), (signed(), b"other")):
        assert validate_detached_apart(signature, content, trust(), LATER, fresh()) == judged(signature, content)


@settings(max_examples=150, deadline=None)
@given(st.integers(0), st.integers(1, 255))
def test_one_changed_byte_is_never_good(place: int, by: int) -> None:
    """Whatever is not signed may change; then who signed, and what was signed, is the same still."""
    der = bytearray(signed("-cades"))
    der[place % len(der)] ^= by
    good, report = anyone(signed("-cades")), anyone(bytes(der))
    if report.verdict is VALID:
        assert [one.certificate_sha256 for one in report.signatures] == [
            one.certificate_sha256 for one in good.signatures
        ]
        assert [one.signed_at for one in report.signatures] == [one.signed_at for one in good.signatures]
