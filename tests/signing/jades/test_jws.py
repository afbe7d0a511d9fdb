"""The octets of a JAdES signature, for each kind of key that may make one."""

import base64
import hashlib
import json
from datetime import UTC, datetime

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding

from signing.jades.jws import check_input, decoded, encoded, finished, imprint_of, jws_value, signing_input
from signing.pades.errors import CertificateNotSuitable, SignatureValueWrong
from signing.pki import certificates
from tests.pki.build import END, START, pki

AT = datetime(2026, 2, 12, 3, 0, tzinfo=UTC)
CONTENT = '{"tên":"Giấy phép"}'.encode()


def test_the_header_says_who_and_when_and_nothing_else() -> None:
    seal = pki().seal
    head, payload = signing_input(CONTENT, seal.certificate_der, seal.chain_der, AT).decode().split(".")
    header = json.loads(decoded(head))
    assert header["alg"] == "ES256"
    assert header["iat"] == 1770865200
    assert decoded(header["x5t#S256"]) == hashlib.sha256(seal.certificate_der).digest()
    assert [base64.b64decode(one) for one in header["x5c"]] == [seal.certificate_der, *seal.chain_der]
    assert set(header) == {"alg", "cty", "iat", "x5t#S256", "x5c"}
    assert decoded(payload) == CONTENT


def test_an_rsa_key_signs_with_rs256() -> None:
    key, certificate = pki().tsa.key, pki().tsa.certificate_der
    assert isinstance(key, RSAPrivateKey)
    asked = signing_input(CONTENT, certificate, [], AT)
    check_input(asked, CONTENT, certificate)
    value = key.sign(asked, PKCS1v15(), hashes.SHA256())
    jws = json.loads(finished(asked, value, certificate, b"token"))
    assert decoded(jws["signature"]) == value
    assert f"{jws['protected']}.{jws['payload']}".encode() == asked
    assert imprint_of(value, certificate) == hashlib.sha256(jws["signature"].encode()).digest()
    stamp = json.loads(decoded(jws["header"]["etsiU"][0]))
    assert base64.b64decode(stamp["sigTst"]["tstTokens"][0]["val"]) == b"token"


def test_two_numbers_of_ecdsa_have_their_full_length() -> None:
    key = pki().seal.key
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    value = key.sign(b"x", ec.ECDSA(hashes.SHA256()))
    plain = jws_value(value, pki().seal.certificate_der)
    assert len(plain) == 64
    assert (int.from_bytes(plain[:32]), int.from_bytes(plain[32:])) == decode_dss_signature(value)


def test_a_key_whose_digest_would_be_another_is_refused() -> None:
    key = ec.generate_private_key(ec.SECP384R1())
    name = certificates.seal_name("x")
    made = pki().built_in.issuing.issue(certificates.SEAL, name, key.public_key(), START, END)
    with pytest.raises(CertificateNotSuitable):
        signing_input(CONTENT, made.public_bytes(Encoding.DER), [], AT)


@pytest.mark.parametrize("given", [b"", b"a.b", b"a.b.c", b"\xff.\xff", b"eyJ9.eyJ9"])
def test_junk_is_no_signing_input(given: bytes) -> None:
    with pytest.raises(SignatureValueWrong):
        check_input(given, CONTENT, pki().seal.certificate_der)


def test_a_signing_input_for_another_certificate_is_refused() -> None:
    asked = signing_input(CONTENT, pki().seal.certificate_der, [], AT)
    with pytest.raises(SignatureValueWrong):
        check_input(asked, CONTENT, pki().other_seal.certificate_der)
    assert encoded(b"\xfb\xff") == "-_8"
