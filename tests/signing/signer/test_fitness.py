"""What a certificate itself says: for what, for whom, with which limits. Each wrong one is refused with its reason."""

from datetime import date
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from signing.pki import der
from signing.signer.errors import CertificateRefused
from signing.signer.fitness import (
    LIMITED,
    NOT_FOR_DOCUMENTS,
    NOT_UNDERSTOOD,
    OTHER_KIND,
    OTHER_POLICY,
    QC_AGENCY,
    QC_LIMIT,
    QC_PERSON,
    QC_STATEMENTS,
    QC_TYPE,
    TOO_WEAK,
    Rules,
    names_agency,
    refuse_unfit,
)
from signing.trust.algorithms import AlgorithmTable
from tests.pki.build import AGENCY, OTHER_AGENCY, pki
from tests.signing.signer.outside import Outside

TODAY = date(2026, 2, 12)
KINDS = ExtendedKeyUsageOID
STRANGE = x509.UnrecognizedExtension(x509.ObjectIdentifier("1.2.3.4"), b"\x05\x00")


def _statements(kind: str, *info: bytes) -> x509.UnrecognizedExtension:
    """QCStatements with one statement; `info` is DER."""
    return x509.UnrecognizedExtension(QC_STATEMENTS, der.sequence(der.sequence(der.oid(kind), *info)))


def _policy(dotted: str) -> x509.CertificatePolicies:
    return x509.CertificatePolicies([x509.PolicyInformation(x509.ObjectIdentifier(dotted), None)])


def _refuse(tmp_path: Path, *extensions: x509.ExtensionType, rules: Rules = Rules(), critical: bool = False) -> None:  # noqa: B008
    authority = Outside(tmp_path)
    path = [authority.issue(*extensions, critical=critical).certificate, authority.root]
    refuse_unfit(path, QC_PERSON, rules, TODAY)


GOOD: dict[str, tuple[x509.ExtensionType, ...]] = {
    "plain": (),
    "for mail, as tokens of many authorities": (x509.ExtendedKeyUsage([KINDS.CLIENT_AUTH, KINDS.EMAIL_PROTECTION]),),
    "for documents": (x509.ExtendedKeyUsage([x509.ObjectIdentifier("1.3.6.1.5.5.7.3.36")]),),
    "for a person's signatures": (_statements(QC_TYPE, der.sequence(der.oid(QC_PERSON))),),
    "with another statement": (_statements("0.4.0.1862.1.1"),),
    "with an extension that may be passed over": (STRANGE,),
}


@pytest.mark.parametrize("name", GOOD)
def test_a_certificate_may_sign(tmp_path: Path, name: str) -> None:
    _refuse(tmp_path, *GOOD[name])


BAD: dict[str, tuple[x509.ExtensionType, str]] = {
    "for timestamps": (x509.ExtendedKeyUsage([KINDS.TIME_STAMPING]), NOT_FOR_DOCUMENTS),
    "for OCSP": (x509.ExtendedKeyUsage([KINDS.OCSP_SIGNING]), NOT_FOR_DOCUMENTS),
    "for TLS": (x509.ExtendedKeyUsage([KINDS.SERVER_AUTH, KINDS.CLIENT_AUTH]), NOT_FOR_DOCUMENTS),
    "limited in value": (_statements(QC_LIMIT, der.sequence()), LIMITED),
    "for agencies' seals": (_statements(QC_TYPE, der.sequence(der.oid(QC_AGENCY))), OTHER_KIND),
    "with broken statements": (x509.UnrecognizedExtension(QC_STATEMENTS, b"\x30\x05"), NOT_UNDERSTOOD),
}


@pytest.mark.parametrize("name", BAD)
def test_a_certificate_may_not_sign(tmp_path: Path, name: str) -> None:
    extension, why = BAD[name]
    with pytest.raises(CertificateRefused) as refused:
        _refuse(tmp_path, extension)
    assert refused.value.detail == why


def test_a_critical_extension_that_is_not_known_is_a_limit(tmp_path: Path) -> None:
    with pytest.raises(CertificateRefused) as refused:
        _refuse(tmp_path, STRANGE, critical=True)
    assert refused.value.detail == NOT_UNDERSTOOD


def test_where_policies_are_set_a_certificate_must_have_one(tmp_path: Path) -> None:
    rules = Rules(frozenset({"1.2.704.1"}))
    _refuse(tmp_path, _policy("1.2.704.1"), rules=rules)
    for extensions in ((), (_policy("1.2.704.2"),)):
        with pytest.raises(CertificateRefused) as refused:
            _refuse(tmp_path, *extensions, rules=rules)
        assert refused.value.detail == OTHER_POLICY


def test_an_algorithm_whose_day_has_passed_signs_nothing(tmp_path: Path) -> None:
    table = tmp_path / "table.toml"
    rows = '[[digests]]\nname = "sha256"\n[[signatures]]\nname = "ecdsa"\nleast_bits = 256\nuntil = 2026-02-11\n'
    table.write_text(f'name = "t"\nissued = 2026-01-01\nsource = "s"\n{rows}')
    with pytest.raises(CertificateRefused) as refused:
        _refuse(tmp_path, rules=Rules(algorithms=AlgorithmTable.from_file(table)))
    assert refused.value.detail == TOO_WEAK


@pytest.mark.parametrize(
    ("subject", "agency", "same"),
    [
        ({"O": AGENCY}, AGENCY, True),
        ({"O": "Sở Y tế"}, AGENCY, True),
        ({"O": "UBND tỉnh An Bình", "OU": "SO Y TE"}, AGENCY, True),
        ({"O": "Sở Y tế", "ST": "Tỉnh An Bình"}, AGENCY, True),
        ({"O": OTHER_AGENCY}, AGENCY, False),
        ({"O": "Sở Y tế tỉnh Bình An Khác"}, AGENCY, False),
        ({"O": "UBND tỉnh An Bình"}, AGENCY, False),
        ({"O": "Sở"}, AGENCY, False),
        ({"O": AGENCY}, "", False),
        ({"CN": AGENCY}, AGENCY, True),
    ],
)
def test_a_certificate_names_its_agency(tmp_path: Path, subject: dict[str, str], agency: str, same: bool) -> None:
    oids = {
        "O": NameOID.ORGANIZATION_NAME,
        "OU": NameOID.ORGANIZATIONAL_UNIT_NAME,
        "ST": NameOID.STATE_OR_PROVINCE_NAME,
        "CN": NameOID.COMMON_NAME,
    }
    name = x509.Name([x509.NameAttribute(oids[kind], value) for kind, value in subject.items()])
    assert names_agency(Outside(tmp_path).issue(subject=name).certificate, agency) is same


def test_the_trials_own_certificates_are_fit() -> None:
    for key, kind in ((pki().official, QC_PERSON), (pki().seal, QC_AGENCY)):
        refuse_unfit([key.certificate, *key.chain, pki().root], kind, Rules(), TODAY)
    with pytest.raises(CertificateRefused):
        refuse_unfit([pki().tsa.certificate, *pki().tsa.chain, pki().root], QC_PERSON, Rules(), TODAY)
