"""Our counterpart speaks the standard to others as well: pyHanko's client of version 1.0.4.0 signs with it."""

import asyncio

import aiohttp
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
