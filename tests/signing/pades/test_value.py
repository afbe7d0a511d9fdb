"""A raw value from outside is taken in the forms that keys give, and in no other; the control code is of the digest."""

import hashlib

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, EllipticCurvePrivateKey
from cryptography.hazmat.primitives.asymmetric.padding import MGF1, PSS, PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from hypothesis import given
from hypothesis import strategies as st

from signing.pades.errors import CertificateNotSuitable, SignatureValueWrong
from signing.pades.value import LONGEST_VALUE, control_code, verified_value
from tests.pki.build import pki

ATTRIBUTES = b"1\x00 what is signed"
RSA, CURVE = pki().tsa, pki().official


def rsa_key() -> RSAPrivateKey:
    assert isinstance(RSA.key, RSAPrivateKey)
    return RSA.key


def curve_key() -> EllipticCurvePrivateKey:
    assert isinstance(CURVE.key, EllipticCurvePrivateKey)
    return CURVE.key


def test_both_kinds_of_key_and_both_forms_of_a_curve_s_value_are_taken() -> None:
    value = rsa_key().sign(ATTRIBUTES, PKCS1v15(), hashes.SHA256())
    assert verified_value(ATTRIBUTES, value, RSA.certificate_der) == value
    sequence = curve_key().sign(ATTRIBUTES, ECDSA(hashes.SHA256()))
    plain = b"".join(number.to_bytes(32) for number in decode_dss_signature(sequence))
    assert verified_value(ATTRIBUTES, sequence, CURVE.certificate_der) == sequence
    assert verified_value(ATTRIBUTES, plain, CURVE.certificate_der) == sequence


def test_other_paddings_digests_and_data_are_refused() -> None:
    pss = PSS(MGF1(hashes.SHA256()), salt_length=32)
    wrong = [
        rsa_key().sign(ATTRIBUTES, pss, hashes.SHA256()),
        rsa_key().sign(ATTRIBUTES, PKCS1v15(), hashes.SHA384()),
        rsa_key().sign(hashlib.sha256(ATTRIBUTES).digest(), PKCS1v15(), hashes.SHA256()),
        b"\x00" + rsa_key().sign(ATTRIBUTES, PKCS1v15(), hashes.SHA256()),
    ]
    for value in wrong:
        with pytest.raises(SignatureValueWrong):
            verified_value(ATTRIBUTES, value, RSA.certificate_der)
    with pytest.raises(CertificateNotSuitable):
        verified_value(ATTRIBUTES, wrong[0], b"no certificate")


@given(st.one_of(st.binary(max_size=80), st.binary(min_size=256, max_size=256), st.binary(min_size=64, max_size=64)))
def test_no_random_octets_are_a_value(octets: bytes) -> None:
    for key in (RSA, CURVE):
        with pytest.raises(SignatureValueWrong):
            verified_value(ATTRIBUTES, octets, key.certificate_der)


def test_a_value_is_never_longer_than_any_key_gives() -> None:
    with pytest.raises(SignatureValueWrong):
        verified_value(ATTRIBUTES, bytes(LONGEST_VALUE + 1), RSA.certificate_der)


@given(st.binary(max_size=40))
def test_the_control_code_has_six_digits_and_follows_the_octets(one: bytes) -> None:
    code = control_code(one)
    assert len(code) == 6
    assert code.isdecimal()
    assert int(code) == int.from_bytes(hashlib.sha256(one).digest()) % 1_000_000
