"""A key that is made in a security module and never leaves it: request, certificate, seal; SoftHSM is the module."""

import os
import subprocess
import sys
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, EllipticCurvePublicKey
from cryptography.hazmat.primitives.serialization import Encoding

from config.clock import FrozenClock
from signing.keys.keyring import Keyring
from tests.pki.build import AGENCY, Pki, copy_of, pki
from tests.signing.conftest import SEALS_PIN
from tests.signing.pki.commands import Machine
from tests.softhsm import SoftHsm

# Makes a key pair in the module and a request for it, signed in there, as any tool with PKCS #11 does.
MAKER = """
import hashlib, sys
import pkcs11
from asn1crypto import algos, core, csr, keys, x509
from pkcs11.util.ec import encode_ec_public_key, encode_ecdsa_signature, encode_named_curve_parameters
module, pin, target = sys.argv[1:]
with pkcs11.lib(module).get_token(token_label="seals").open(rw=True, user_pin=pin) as session:
    curve = {pkcs11.Attribute.EC_PARAMS: encode_named_curve_parameters("secp256r1")}
    made = session.create_domain_parameters(pkcs11.KeyType.EC, curve, local=True)
    public, private = made.generate_keypair(store=True, label="fresh", id=bytes([0xD1]))
    assert private[pkcs11.Attribute.NEVER_EXTRACTABLE]
    info = csr.CertificationRequestInfo({
        "version": "v1",
        "subject": x509.Name.build({"common_name": "whatever the tool says"}),
        "subject_pk_info": keys.PublicKeyInfo.load(encode_ec_public_key(public)),
        "attributes": [],
    })
    value = private.sign(hashlib.sha256(info.dump()).digest(), mechanism=pkcs11.Mechanism.ECDSA)
    request = csr.CertificationRequest({
        "certification_request_info": info,
        "signature_algorithm": algos.SignedDigestAlgorithm({"algorithm": "sha256_ecdsa"}),
        "signature": core.OctetBitString(encode_ecdsa_signature(value)),
    })
    open(target, "wb").write(request.dump())
"""


@pytest.fixture
def ours(tmp_path: Path) -> Pki:
    return copy_of(pki(), tmp_path / "house" / "keys")


def test_a_key_made_in_the_module_gets_its_certificate_and_seals(
    softhsm: SoftHsm, ours: Pki, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    request = tmp_path / "fresh.csr"
    call = [sys.executable, "-c", MAKER, str(softhsm.module), SEALS_PIN, str(request)]
    subprocess.run(call, check=True, env=os.environ | softhsm.environment(), timeout=60)
    house = Machine(monkeypatch, tmp_path / "house")
    house.must("issue-certificate", "seal", "fresh", "--agency", AGENCY, "--request", request)
    house.must("renew-certificate", "seal-fresh", "--same-key")
    (ours.folder / "seal-fresh.pass").write_text(SEALS_PIN)
    (ours.folder / "keys.toml").write_text(
        f'[stores.hsm]\nkind = "pkcs11"\nmodule = "{softhsm.module}"\n'
        '[keys.seal-fresh]\nstore = "hsm"\ntoken = "seals"\nlabel = "fresh"\n'
    )
    certificate = x509.load_pem_x509_certificate((ours.folder / "seal-fresh.pem").read_bytes())
    keyring = Keyring(ours.folder, FrozenClock(certificate.not_valid_before_utc, ZoneInfo("UTC")))
    key = keyring.seal("seal-fresh")
    public = certificate.public_key()
    assert isinstance(public, EllipticCurvePublicKey)
    public.verify(key.sign(b"a licence"), b"a licence", ECDSA(hashes.SHA256()))
    assert key.info.certificate == certificate.public_bytes(Encoding.DER)
    keyring.close()
