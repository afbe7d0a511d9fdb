"""The key management service of AWS as far as signatures need it; it verifies how requests are signed (SigV4).

The canonical request is built anew from what came over the wire, with no code of ours: header by header as the
signature names them. It also looks at the clock, as AWS does: a request of five minutes ago is refused.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
import threading
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from zoneinfo import ZoneInfo

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, EllipticCurvePrivateKey
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from config.clock import SystemClock
from tests.pki.build import Identity

ID, SECRET, SESSION, REGION = (
    "AKIDEXAMPLE",
    "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
    "lent/for+hours=",
    "ap-southeast-1",
)
AUTHORIZATION = re.compile(
    r"AWS4-HMAC-SHA256 Credential=(?P<id>\w+)/(?P<day>\d{8})/(?P<region>[\w-]+)/kms/aws4_request, "
    r"SignedHeaders=(?P<names>[a-z0-9;-]+), Signature=(?P<signature>[0-9a-f]{64})"
)
MUST_BE_SIGNED = {"host", "x-amz-date", "x-amz-target", "content-type"}


class No(Exception):
    """A refusal by its name."""


@dataclass
class Kms:
    """Keys by identifier. `instead` answers an action in place of the service; `alter` lies about a signature."""

    keys: dict[str, Identity]
    session: str | None = None
    usage: str = "SIGN_VERIFY"
    alter: Callable[[bytes], bytes] = lambda value: value
    instead: dict[str, tuple[int, bytes]] = field(default_factory=dict)
    asked: list[tuple[str, Mapping[str, Any]]] = field(default_factory=list)
    address: str = ""

    def answer(self, headers: Mapping[str, str], path: str, body: bytes) -> tuple[int, bytes]:
        action = headers.get("x-amz-target", "").removeprefix("TrentService.")
        try:
            self._check_signature(headers, path, body)
            if headers.get("content-type") != "application/x-amz-json-1.1":
                raise No("SerializationException")
            question = json.loads(body)
            self.asked.append((action, question))
            if action in self.instead:
                return self.instead[action]
            said = {"GetPublicKey": self._public_key, "Sign": self._sign}[action](question)
        except No as no:
            return 400, json.dumps({"__type": f"com.amazonaws.kms#{no}", "message": f"for {ID}"}).encode()
        return 200, json.dumps(said).encode()

    def _check_signature(self, headers: Mapping[str, str], path: str, body: bytes) -> None:
        found = AUTHORIZATION.fullmatch(headers.get("authorization", ""))
        if found is None or not set(found["names"].split(";")) >= MUST_BE_SIGNED:
            raise No("IncompleteSignatureException")
        if found["id"] != ID or headers.get("x-amz-security-token") != self.session:
            raise No("UnrecognizedClientException")
        stamp = headers["x-amz-date"]
        at = datetime.strptime(stamp, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
        if abs(SystemClock(ZoneInfo("UTC")).now() - at) > timedelta(minutes=5) or stamp[:8] != found["day"]:
            raise No("InvalidSignatureException")
        names = found["names"].split(";")
        lines = ["POST", path, "", *(f"{name}:{headers[name]}" for name in names), "", found["names"]]
        request = "\n".join([*lines, hashlib.sha256(body).hexdigest()]).encode()
        scope = f"{found['day']}/{REGION}/kms/aws4_request"
        text = "\n".join(["AWS4-HMAC-SHA256", stamp, scope, hashlib.sha256(request).hexdigest()])
        key = b"AWS4" + SECRET.encode()
        for part in (*scope.split("/"), text):
            key = hmac.new(key, part.encode(), hashlib.sha256).digest()
        if key.hex() != found["signature"]:
            raise No("InvalidSignatureException")

    def _key(self, question: Mapping[str, Any]) -> Identity:
        if question.get("KeyId") not in self.keys:
            raise No("NotFoundException")
        return self.keys[question["KeyId"]]

    def _public_key(self, question: Mapping[str, Any]) -> dict[str, Any]:
        if set(question) != {"KeyId"}:
            raise No("ValidationException")
        key = self._key(question)
        encoded = key.certificate.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        is_ec = isinstance(key.key, EllipticCurvePrivateKey)
        return {
            "KeyId": f"arn:aws:kms:{REGION}:111122223333:key/{question['KeyId']}",
            "PublicKey": b64encode(encoded).decode(),
            "KeySpec": "ECC_NIST_P256" if is_ec else "RSA_2048",
            "KeyUsage": self.usage,
            "SigningAlgorithms": ["ECDSA_SHA_256"]
            if is_ec
            else ["RSASSA_PKCS1_V1_5_SHA_256", "RSASSA_PSS_SHA_256", "RSASSA_PKCS1_V1_5_SHA_512"],
        }

    def _sign(self, question: Mapping[str, Any]) -> dict[str, Any]:
        if set(question) != {"KeyId", "Message", "MessageType", "SigningAlgorithm"}:
            raise No("ValidationException")
        key, digest = self._key(question), b64decode(question["Message"], validate=True)
        if question["MessageType"] != "DIGEST" or len(digest) != 32:
            raise No("ValidationException")
        algorithm = Prehashed(hashes.SHA256())
        if question["SigningAlgorithm"] not in self._public_key({"KeyId": question["KeyId"]})["SigningAlgorithms"]:
            raise No("InvalidKeyUsageException")
        if isinstance(key.key, EllipticCurvePrivateKey):
            value = key.key.sign(digest, ECDSA(algorithm))
        else:
            value = key.key.sign(digest, PKCS1v15(), algorithm)
        written = b64encode(self.alter(value)).decode()
        return {"KeyId": question["KeyId"], "Signature": written, "SigningAlgorithm": question["SigningAlgorithm"]}


@contextmanager
def serving(kms: Kms) -> Iterator[Kms]:
    """The service while it runs on loopback."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            headers = {name.lower(): value for name, value in self.headers.items()}
            status, said = kms.answer(headers, self.path, body)
            self.send_response(status)
            self.send_header("Content-Length", str(len(said)))
            self.end_headers()
            self.wfile.write(said)

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    kms.address = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield kms
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
