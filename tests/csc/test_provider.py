"""Our counterpart is one: pyHanko's client of version 1.0.4.0 signs with it, and it is strict."""

import asyncio
from base64 import b64encode
from collections.abc import Mapping

import aiohttp
import pytest
from asn1crypto import x509 as asn1_x509
from pyhanko.sign.signers.csc_signer import (
    CSCAuthorizationInfo,
    CSCAuthorizationManager,
    CSCCredentialInfo,
    CSCServiceSessionInfo,
    CSCSigner,
    fetch_certs_in_csc_credential,
)

from signing.pades.complete import check_value
from tests.csc.folder import provider
from tests.csc.provider import SHA256, No
from tests.csc.serve import serving
from tests.pki.build import PIN, pki


class Manager(CSCAuthorizationManager):
    """Authorises what pyHanko wants to sign, with the PIN."""

    def __init__(
        self, session: aiohttp.ClientSession, service: CSCServiceSessionInfo, credential: CSCCredentialInfo
    ) -> None:
        super().__init__(service, credential)
        self._session = session

    async def authorize_signature(self, hash_b64s: list[str]) -> CSCAuthorizationInfo:
        asked = self.format_csc_auth_request(pin=PIN, hash_b64s=hash_b64s)
        address = self.csc_session_info.endpoint_url("credentials/authorize")  # type: ignore[no-untyped-call]
        async with self._session.post(address, json=asked, headers=self.auth_headers) as answer:
            return self.parse_csc_auth_response(await answer.json())


async def signed(address: str, token: str, data: bytes) -> tuple[asn1_x509.Certificate, bytes]:
    """The certificate that pyHanko finds and the value that it gets."""
    info = CSCServiceSessionInfo(address.removesuffix("/csc/v1"), "HEAD", token)
    async with aiohttp.ClientSession() as session:
        credential = await fetch_certs_in_csc_credential(session, info)
        signer = CSCSigner(session, Manager(session, info, credential))
        return signer.signing_cert, await signer.async_sign_raw(data, "sha256")


def test_another_client_signs_with_our_counterpart() -> None:
    ours = provider("1.0.4")
    with serving(ours) as running:
        certificate, value = asyncio.run(signed(running.address, ours.token()["access_token"], b"data"))
    assert certificate.dump() == pki().official.certificate_der
    check_value(b"data", value, pki().official.certificate_der)


DIGEST, OTHER = (b64encode(bytes([number]) * 32).decode() for number in (1, 2))
ALLOW = {"credentialID": "HEAD", "numSignatures": 1, "hashes": [DIGEST], "hashAlgorithmOID": SHA256}
ALLOW |= {"authData": [{"id": "PIN", "value": PIN}]}
SIGN = {"credentialID": "HEAD", "hashes": [DIGEST], "hashAlgorithmOID": SHA256, "signAlgo": "1.2.840.10045.4.3.2"}
WRONG = {
    "a field too many": (ALLOW | {"hash": [DIGEST]}, SIGN),
    "a field of another type": (ALLOW | {"numSignatures": "1"}, SIGN),
    "no digest authorised": ({name: ALLOW[name] for name in ALLOW if name != "hashes"}, SIGN),
    "no algorithm of the digest": ({name: ALLOW[name] for name in ALLOW if name != "hashAlgorithmOID"}, SIGN),
    "a PIN that nobody gave": ({name: ALLOW[name] for name in ALLOW if name != "authData"}, SIGN),
    "a PIN as version 1 has it": (ALLOW | {"PIN": PIN}, SIGN),
    "another digest than authorised": (ALLOW, SIGN | {"hashes": [OTHER]}),
    "more digests than authorised": (ALLOW, SIGN | {"hashes": [DIGEST, OTHER]}),
    "another key than authorised": (ALLOW, SIGN | {"credentialID": "SEAL"}),
    "another algorithm": (ALLOW, SIGN | {"signAlgo": "1.2.840.113549.1.1.11"}),
    "something that is no digest": (ALLOW, SIGN | {"hashes": ["AAAA"]}),
    "a field of version 1": (ALLOW, SIGN | {"hashAlgo": SHA256}),
}


def both(allow: Mapping[str, object], sign: Mapping[str, object], times: int = 1) -> None:
    ours = provider("2.0")
    token = ours.token()["access_token"]
    sad = ours.answer("/credentials/authorize", dict(allow), token)["SAD"]
    for _ in range(times):
        ours.answer("/signatures/signHash", dict(sign) | {"SAD": sad}, token)


@pytest.mark.parametrize("wrong", WRONG)
def test_our_counterpart_takes_nothing_that_the_standard_does_not_allow(wrong: str) -> None:
    both(ALLOW, SIGN)
    with pytest.raises(No):
        both(*WRONG[wrong])


def test_our_counterpart_takes_an_authorisation_once_and_no_token_of_others() -> None:
    with pytest.raises(No, match="Invalid parameter SAD"):
        both(ALLOW, SIGN, 2)
    with pytest.raises(No, match="not valid"):
        provider("2.0").answer("/credentials/info", {"credentialID": "HEAD"}, "made up")
