"""Verifies tokens that are signed with RSA-PSS: rfc3161-client and `openssl ts` read them as PKCS #7, which has no PSS.

The same checks as theirs (RFC 3161, 2.3 and 2.4.2; RFC 5652, 5.4), on the signed attributes themselves.
"""

import hashlib
import hmac
from collections.abc import Sequence
from datetime import datetime

from asn1crypto import cms
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.padding import MGF1, PSS
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.x509.oid import ExtendedKeyUsageOID

from signing.trust.path import path_to_anchor

DIGESTS: dict[str, type[hashes.HashAlgorithm]] = {
    "sha256": hashes.SHA256,
    "sha384": hashes.SHA384,
    "sha512": hashes.SHA512,
}
PSS_NAME = "rsassa_pss"
CONTENT = "tst_info"


def is_pss(token: bytes) -> bool:
    """Whether a token (DER) says that it is signed with RSA-PSS; raises ValueError for what is no token."""
    (signer,) = cms.ContentInfo.load(token)["content"]["signer_infos"]
    return bool(signer["signature_algorithm"].signature_algo == PSS_NAME)


def verify_pss(token: bytes, roots: Sequence[x509.Certificate], at: datetime) -> None:
    """Raise ValueError, TypeError or InvalidSignature unless an authority below `roots` signed `token` (DER).

    Its certificate must be valid at `at` and be for timestamps alone. What the token is over is for the caller.
    """
    signed = cms.ContentInfo.load(token, strict=True)["content"]
    (signer,) = signed["signer_infos"]
    pool = [x509.load_der_x509_certificate(one.chosen.dump()) for one in signed["certificates"]]
    name = signer["sid"].chosen
    own = next((one for one in pool if _is(one, name)), None)
    if own is None or path_to_anchor(own, pool, roots, at) is None:
        raise ValueError("its certificate is missing, or not trusted")
    try:
        usage = own.extensions.get_extension_for_class(x509.ExtendedKeyUsage)
    except x509.ExtensionNotFound as error:
        raise ValueError("its certificate is for anything") from error
    if not usage.critical or list(usage.value) != [ExtendedKeyUsageOID.TIME_STAMPING]:
        raise ValueError("its certificate is not for timestamps alone")
    _check_value(signed, signer, own)


def _check_value(signed: cms.SignedData, signer: cms.SignerInfo, own: x509.Certificate) -> None:
    digest = signer["digest_algorithm"]["algorithm"].native
    content = signed["encap_content_info"]
    attributes = {one["type"].native: one["values"] for one in signer["signed_attrs"]}
    if content["content_type"].native != CONTENT or attributes["content_type"][0].native != CONTENT:
        raise ValueError("it holds something else")
    found = hashlib.new(digest, content["content"].contents).digest()
    if not hmac.compare_digest(found, attributes["message_digest"][0].native):
        raise ValueError("its attributes are over something else")
    named = signer["signature_algorithm"]["parameters"]
    mask = named["mask_gen_algorithm"]["parameters"]["algorithm"].native
    if {named["hash_algorithm"]["algorithm"].native, mask} != {digest}:
        raise ValueError("it mixes digests")
    key, algorithm = own.public_key(), DIGESTS[digest]()
    if not isinstance(key, RSAPublicKey):
        raise TypeError("its key is no RSA key")
    filled = PSS(MGF1(algorithm), named["salt_length"].native)
    key.verify(signer["signature"].native, b"\x31" + signer["signed_attrs"].dump()[1:], filled, algorithm)


def _is(certificate: x509.Certificate, name: cms.IssuerAndSerialNumber) -> bool:
    wanted = (name["serial_number"].native, name["issuer"].dump())
    return (certificate.serial_number, certificate.issuer.public_bytes()) == wanted
