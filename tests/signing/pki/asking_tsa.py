"""Asks time-stamping authorities in tests, and reads what they answer."""

import hashlib
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from asn1crypto import core, tsp

from config.clock import FrozenClock
from signing.pki.serials import SerialNumbers
from signing.pki.tsa import TimestampAuthority, TsaKey
from tests.pki.build import pki

DIGEST = hashlib.sha256(b"a licence").digest()
IMPRINT = f"sha256:{DIGEST.hex()}"
ZONE = ZoneInfo("Asia/Ho_Chi_Minh")


def authority_in(folder: Path, clock: FrozenClock) -> TimestampAuthority:
    """The test authority's TSA with its state in a folder."""
    key = pki().tsa
    assert not hasattr(key.key, "curve")
    return TimestampAuthority(TsaKey(key.certificate, key.chain, key.key), SerialNumbers(folder, clock))


def request_of(**fields: Any) -> bytes:
    """A time-stamp request, DER; None leaves a field out."""
    imprint = {"hash_algorithm": {"algorithm": "sha256"}, "hashed_message": DIGEST}
    values = {"version": "v1", "message_imprint": imprint, "nonce": 4711, "cert_req": True, **fields}
    return bytes(tsp.TimeStampReq({name: value for name, value in values.items() if value is not None}).dump())


def info_of(answer: bytes) -> Any:
    """The TSTInfo of a granted answer."""
    response = tsp.TimeStampResp.load(answer)
    assert response["status"]["status"].native == "granted", answer
    return response["time_stamp_token"]["content"]["encap_content_info"]["content"].parsed.native


def failure_of(answer: bytes) -> str:
    """The one failure of a refusal, which says why in words too."""
    status = tsp.PKIStatusInfo.load(core.Sequence.load(answer).contents)
    assert status["status"].native == "rejection"
    assert status["status_string"].native
    (failure,) = status["fail_info"].native
    return str(failure)
