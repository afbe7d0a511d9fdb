"""Signs documents for tests the way an installation does, with real keys, in steps that a test can interrupt.

from tests.signing.pades.build import AT, issued, sign
issued().preserved       a whole B-LTA document; .base .fields .official .sealed are its earlier states
"""

import functools
import hashlib
import json
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from asn1crypto import tsp
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import Encoding

from config.clock import FrozenClock
from signing.pades.appearance import OFFICIAL_STAMP, SEAL_STAMP, STAMPS
from signing.pades.complete import complete
from signing.pades.extend import preserve
from signing.pades.fields import OFFICIAL, SEAL, Box, Labels, add_signature_fields
from signing.pades.prepare import PreparedRevision, prepare
from signing.pki.serials import SerialNumbers
from signing.pki.tsa import TimestampAuthority, TsaKey
from signing.trust.anchors import TrustStore
from signing.trust.revocation import Revocation
from tests.pki.build import AGENCY, Identity, Pki, pki

HERE = Path(__file__).parent
AT = datetime(2026, 3, 2, 3, 0, tzinfo=UTC)
LATER = AT + timedelta(minutes=1)
OFFICIAL_BOX, SEAL_BOX = Box(300, 120, 520, 190), Box(180, 100, 280, 200)
LABELS = Labels("Chữ ký số của người có thẩm quyền", "Chữ ký số của cơ quan")
Timestamper = Callable[[bytes], bytes]


@dataclass(frozen=True)
class Issued:
    """One document in each state of its making."""

    base: bytes
    fields: bytes
    official: bytes
    sealed: bytes
    preserved: bytes


@functools.cache
def issued() -> Issued:
    """A document signed, sealed and preserved by the test authority."""
    fields = add_signature_fields(base_document(), OFFICIAL_BOX, SEAL_BOX, LABELS)
    official = sign(fields, OFFICIAL, pki().official)
    sealed = sign(official, SEAL, pki().seal)
    return Issued(base_document(), fields, official, sealed, preserve_now(sealed))


def sign(
    pdf: bytes,
    field: str,
    who: Identity,
    at: datetime = AT,
    timestamps: Timestamper | None = None,
    timestamped: bool = True,
) -> bytes:
    """Prepare, sign and complete in one go."""
    prepared = prepared_for(pdf, field, who, at)
    value = sign_value(who, prepared.attributes)
    ask = timestamps or timestamper(at)
    token = ask(hashlib.sha256(value).digest()) if timestamped else None
    return complete(prepared.revision, prepared.attributes, value, who.certificate_der, who.chain_der, token)


def prepared_for(pdf: bytes, field: str, who: Identity, at: datetime = AT) -> PreparedRevision:
    return prepare(pdf, field, who.certificate_der, who.chain_der, stamp(field), at)


def preserve_now(pdf: bytes, at: datetime = LATER, authority: Pki | None = None) -> bytes:
    which = authority or pki()
    issuing = which.issuing.public_bytes(Encoding.DER)
    return preserve(pdf, [issuing], which.crls(at), [], timestamper(at, which))


def sign_value(who: Identity, data: bytes) -> bytes:
    if isinstance(who.key, RSAPrivateKey):
        return who.key.sign(data, PKCS1v15(), hashes.SHA256())
    return who.key.sign(data, ECDSA(hashes.SHA256()))


def timestamper(at: datetime, which: Pki | None = None, key: TsaKey | None = None) -> Timestamper:
    """The authority's own TSA with its clock at `at`, without HTTP; with `key` another one."""
    tsa = (which or pki()).tsa
    key = key or TsaKey(tsa.certificate, tsa.chain, tsa.key)

    def token(digest: bytes) -> bytes:
        imprint = {"hash_algorithm": {"algorithm": "sha256"}, "hashed_message": digest}
        request = tsp.TimeStampReq({"version": "v1", "message_imprint": imprint, "cert_req": True})
        with tempfile.TemporaryDirectory() as folder:
            serials = SerialNumbers(Path(folder), FrozenClock(at, ZoneInfo("Asia/Ho_Chi_Minh")))
            answer = TimestampAuthority(key, serials).answer(request.dump())
        der: bytes = tsp.TimeStampResp.load(answer)["time_stamp_token"].dump()
        return der

    return token


def trust() -> TrustStore:
    return TrustStore.of([pki().root])


def fresh(at: datetime = LATER) -> Revocation:
    return Revocation(tuple(pki().crls(at)))


@functools.cache
def base_document() -> bytes:
    return typeset(HERE / "base.typ", "a-3a,ua-1", {})


@functools.cache
def stamp(field: str) -> bytes:
    if field == OFFICIAL:
        size = {"width": OFFICIAL_BOX.width, "height": OFFICIAL_BOX.height}
        return typeset(
            STAMPS / OFFICIAL_STAMP, "", size | {"name": "Nguyễn Thị Thử", "signed_at": "2026-03-02T10:00:00+07:00"}
        )
    size = {"width": SEAL_BOX.width, "height": SEAL_BOX.height}
    return typeset(
        STAMPS / SEAL_STAMP, "", size | {"agency": AGENCY, "note": "Bản thử nghiệm – không có giá trị pháp lý"}
    )


def typeset(file: Path, standards: str, data: dict[str, Any]) -> bytes:
    command = [sys.executable, str(HERE / "typeset_alone.py"), str(file), standards, json.dumps(data)]
    return subprocess.run(command, check=True, capture_output=True).stdout
