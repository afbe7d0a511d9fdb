"""Certificate requests: proof that the key is held, strong keys, and nothing else counts; hostile ones are refused."""

from contextlib import suppress
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given
from hypothesis import strategies as st

from signing.pki.errors import CertificateRequestRefused
from signing.pki.pkcs10 import check_key, read_request
from tests.pki.build import AGENCY, pki

NOW = datetime(2026, 3, 2, 3, 0, tzinfo=UTC)
ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
SEAL = ("issue-certificate", "seal", "new", "--agency", AGENCY)


def _request(key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey, digest: hashes.HashAlgorithm | None = None) -> bytes:
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Somebody else")])
    built = x509.CertificateSigningRequestBuilder().subject_name(name)
    built = built.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
    return built.sign(key, digest or hashes.SHA256()).public_bytes(Encoding.PEM)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "key",
    [
        rsa.generate_private_key(65537, 1024),
        rsa.generate_private_key(3, 2048),
        ec.generate_private_key(ec.SECP256K1()),
        ec.generate_private_key(ec.SECP224R1()),
        ec.generate_private_key(ec.BrainpoolP256R1()),
    ],
)
def test_a_weak_key_gets_no_certificate(key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey) -> None:
    with pytest.raises(CertificateRequestRefused, match=r"bits|exponent|curve"):
        read_request(_request(key))


def test_a_key_of_another_kind_or_with_a_small_factor_gets_none() -> None:
    with pytest.raises(CertificateRequestRefused, match="Only RSA"):
        check_key(ed25519.Ed25519PrivateKey.generate().public_key())
    numbers = pki().tsa.key.public_key().public_numbers()
    assert isinstance(numbers, rsa.RSAPublicNumbers)
    smooth = rsa.RSAPublicNumbers(numbers.e, numbers.n - numbers.n % 210 + 105)
    with pytest.raises(CertificateRequestRefused, match="small factor"):
        check_key(smooth.public_key())


def test_a_request_must_prove_that_its_key_is_held() -> None:
    one, other = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    der = x509.load_pem_x509_csr(_request(one)).public_bytes(Encoding.DER)
    swapped = der.replace(
        one.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint),
        other.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint),
    )
    assert swapped != der
    with pytest.raises(CertificateRequestRefused, match="not signed with the key"):
        read_request(swapped)
    with pytest.raises(CertificateRequestRefused, match="digest"):
        read_request(_request(one, hashes.SHA224()))
    with pytest.raises(CertificateRequestRefused, match="too long"):
        read_request(b"x" * 70_000)


GOOD_REQUEST = x509.load_pem_x509_csr(_request(ec.generate_private_key(ec.SECP256R1()))).public_bytes(Encoding.DER)


@given(junk=st.binary(max_size=300))
def test_junk_is_no_request(junk: bytes) -> None:
    with pytest.raises(CertificateRequestRefused):
        read_request(junk)


@given(position=st.integers(0, len(GOOD_REQUEST) - 1), value=st.integers(0, 255))
def test_a_damaged_request_is_refused_or_means_the_same(position: int, value: int) -> None:
    damaged = bytearray(GOOD_REQUEST)
    damaged[position] = value
    with suppress(CertificateRequestRefused):
        assert read_request(bytes(damaged)) == read_request(GOOD_REQUEST)
