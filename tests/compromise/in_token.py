"""What people do at a security module: delete a lost key, make the next one there, ask for its certificate.

A program of its own, because a process loads such a module once:
python -m tests.compromise.in_token MODULE TOKEN PIN LABEL
"""

from __future__ import annotations

import hashlib
import sys

import pkcs11
from asn1crypto import csr, pem, x509
from asn1crypto.keys import PublicKeyInfo
from pkcs11.util.ec import encode_ec_public_key, encode_ecdsa_signature, encode_named_curve_parameters

IDENTIFIER = b"\xa1"


def replaced(module: str, token: str, pin: str, label: str) -> bytes:
    """PEM of the request (PKCS #10) of the new key, which has never been anywhere but in the token."""
    with pkcs11.lib(module).get_token(token_label=token).open(rw=True, user_pin=pin) as session:
        for lost in list(session.get_objects({pkcs11.Attribute.LABEL: label})):
            lost.destroy()
        curve = {pkcs11.Attribute.EC_PARAMS: encode_named_curve_parameters("secp256r1")}
        parameters = session.create_domain_parameters(pkcs11.KeyType.EC, curve, local=True)
        public, private = parameters.generate_keypair(store=True, label=label, id=IDENTIFIER)
        asked = csr.CertificationRequestInfo(
            {
                "version": "v1",
                "subject": x509.Name.build({"common_name": label}),
                "subject_pk_info": PublicKeyInfo.load(encode_ec_public_key(public)),
                "attributes": [],
            }
        )
        digest = hashlib.sha256(asked.dump()).digest()
        value = private.sign(digest, mechanism=pkcs11.Mechanism.ECDSA)  # type: ignore[attr-defined]
    algorithm = {"algorithm": "sha256_ecdsa"}
    request = {
        "certification_request_info": asked,
        "signature_algorithm": algorithm,
        "signature": encode_ecdsa_signature(value),
    }
    return bytes(pem.armor("CERTIFICATE REQUEST", csr.CertificationRequest(request).dump()))


if __name__ == "__main__":
    sys.stdout.buffer.write(replaced(*sys.argv[1:]))
