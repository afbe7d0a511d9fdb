"""The table of algorithms: what ships says what its source says, another may take its place, nonsense is refused."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from asn1crypto import algos, keys
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from signing.trust.algorithms import NEVER, SHIPPED, AlgorithmTable, ends, shipped_table
from signing.trust.anchors import TrustStore
from signing.trust.errors import AlgorithmTableUnusable
from signing.validation.algorithms import TablePolicy
from tests.pki.build import pki

TABLE = shipped_table()
DAYS = [
    ("rsassa_pkcs1v15", 1024, NEVER),
    ("rsassa_pkcs1v15", 2047, NEVER),
    ("rsassa_pkcs1v15", 2048, date(2030, 12, 31)),
    ("rsassa_pkcs1v15", 2999, date(2030, 12, 31)),
    ("rsassa_pkcs1v15", 3072, date(2033, 12, 31)),
    ("rsassa_pss", 4096, None),
    ("ecdsa", 224, NEVER),
    ("ecdsa", 256, None),
    ("ed25519", 256, None),
    ("dsa", 3072, NEVER),
]


@pytest.mark.parametrize(("name", "bits", "until"), DAYS)
def test_the_shipped_table_has_these_days(name: str, bits: int, until: date | None) -> None:
    assert TABLE.signature_until(name, bits) == until
    assert TABLE.until(f"{name} {bits}") == until


def test_it_names_its_source_and_its_digests() -> None:
    assert TABLE.name == "ETSI TS 119 312 V2.1.1"
    assert TABLE.issued == date(2026, 2, 1)
    assert [TABLE.digest_until(name) for name in ("sha1", "md5", "sha224", "sha256")] == [
        NEVER,
        NEVER,
        date(2028, 12, 31),
        None,
    ]


def test_the_weakest_of_several_is_the_first_to_end() -> None:
    assert TABLE.weakest(["sha256", "rsassa_pkcs1v15 3072"]) == ("rsassa_pkcs1v15 3072", date(2033, 12, 31))
    assert TABLE.weakest(["sha1", "rsassa_pkcs1v15 2048"])[0] == "sha1"
    assert TABLE.weakest(["sha512", "ecdsa 384"])[1] is None


def test_the_last_day_counts_and_the_next_does_not() -> None:
    key = pki().tsa.certificate.public_key()
    assert isinstance(key, rsa.RSAPublicKey)
    info = algos_key(key)
    algorithm = algos.SignedDigestAlgorithm({"algorithm": "sha256_rsa"})
    policy = TablePolicy(TABLE)
    assert policy.signature_algorithm_allowed(algorithm, datetime(2033, 12, 31, 23, 59, tzinfo=UTC), info)
    late = policy.signature_algorithm_allowed(algorithm, datetime(2034, 1, 1, tzinfo=UTC), info)
    assert (late.allowed, late.not_allowed_after) == (False, ends(date(2033, 12, 31)))
    banned = policy.signature_algorithm_allowed(algos.SignedDigestAlgorithm({"algorithm": "sha1_rsa"}), None, info)
    assert (banned.allowed, banned.not_allowed_after) == (False, None)
    assert not policy.digest_algorithm_allowed(algos.DigestAlgorithm({"algorithm": "md5"}), None)


def test_a_curve_that_is_too_small_is_not_accepted() -> None:
    info = algos_key(ec.generate_private_key(ec.SECP224R1()).public_key())
    algorithm = algos.SignedDigestAlgorithm({"algorithm": "sha256_ecdsa"})
    assert not TablePolicy(TABLE).signature_algorithm_allowed(algorithm, datetime(2026, 3, 2, tzinfo=UTC), info)


def algos_key(key: rsa.RSAPublicKey | ec.EllipticCurvePublicKey) -> keys.PublicKeyInfo:
    return keys.PublicKeyInfo.load(key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo))


def test_another_file_takes_its_place(tmp_path: Path) -> None:
    other = tmp_path / "table.toml"
    other.write_text(SHIPPED.read_text().replace("2033-12-31", "2027-06-30"))
    store = TrustStore(roots=()).with_algorithms(other)
    assert store.algorithms.signature_until("rsassa_pkcs1v15", 3072) == date(2027, 6, 30)
    assert TrustStore(roots=()).with_algorithms(None).algorithms is TABLE


@pytest.mark.parametrize(
    "text",
    [
        "",
        "not toml [",
        'name = "x"\nissued = 2026-01-01\nsource = "y"\ndigests = []\nsignatures = []',
        'name = "x"\nissued = "soon"\nsource = "y"\n[[digests]]\nname = "sha256"\n[[signatures]]\nname = "ecdsa"',
        'name = "x"\nissued = 2026-01-01\nsource = "y"\n[[digests]]\nname = "sha256"\nuntil = "2030"\n'
        '[[signatures]]\nname = "ecdsa"',
    ],
)
def test_a_file_that_is_no_table_is_refused(tmp_path: Path, text: str) -> None:
    wrong = tmp_path / "table.toml"
    wrong.write_text(text)
    with pytest.raises(AlgorithmTableUnusable):
        AlgorithmTable.from_file(wrong)
    with pytest.raises(AlgorithmTableUnusable):
        AlgorithmTable.from_file(tmp_path / "missing.toml")
