"""Signs requests to AWS as it asks for: Signature Version 4 (AWS4-HMAC-SHA256), for a POST with a body."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

ALGORITHM = "AWS4-HMAC-SHA256"


@dataclass(frozen=True)
class AccessKey:
    """Who asks; `session` belongs to keys that are lent for some hours."""

    id: str
    secret: str
    session: str | None = None


@dataclass(frozen=True)
class Scope:
    """What a signature is good for."""

    region: str
    product: str  # as AWS abbreviates it: kms

    def at(self, stamp: str) -> str:
        """The scope on the day of a time stamp, as it is written into requests."""
        return f"{stamp[:8]}/{self.region}/{self.product}/aws4_request"


def signed_headers(
    path: str, headers: Mapping[str, str], body: bytes, key: AccessKey, scope: Scope, at: datetime
) -> dict[str, str]:
    """The headers, `Host` among them, with X-Amz-Date and Authorization added. `path` is sent as it stands."""
    stamp = at.strftime("%Y%m%dT%H%M%SZ")
    given = dict(headers) | {"X-Amz-Date": stamp}
    if key.session:
        given["X-Amz-Security-Token"] = key.session
    small = {name.lower(): " ".join(value.split()) for name, value in given.items()}
    names = ";".join(sorted(small))
    listed = "".join(f"{name}:{small[name]}\n" for name in sorted(small))
    request = "\n".join(["POST", path, "", listed, names, hashlib.sha256(body).hexdigest()])
    to_sign = "\n".join([ALGORITHM, stamp, scope.at(stamp), hashlib.sha256(request.encode()).hexdigest()])
    signature = _hmac(signing_key(key.secret, scope, stamp), to_sign).hex()
    given["Authorization"] = (
        f"{ALGORITHM} Credential={key.id}/{scope.at(stamp)}, SignedHeaders={names}, Signature={signature}"
    )
    return given


def signing_key(secret: str, scope: Scope, stamp: str) -> bytes:
    """The key of one day, region and product."""
    derived = f"AWS4{secret}".encode()
    for part in scope.at(stamp).split("/"):
        derived = _hmac(derived, part)
    return derived


def _hmac(key: bytes, text: str) -> bytes:
    return hmac.digest(key, text.encode(), "sha256")
