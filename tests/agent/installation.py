"""An installation as an agent meets it: its key at the known address, documents for requests that it signed."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePrivateKey, generate_private_key

from config.clock import Clock
from config.tokens import new_id, random_secret
from signing.agent_requests.claims import DOCUMENT_ADDRESS, KEY_ADDRESS, KIND, VERSION, AgentRequest
from signing.agent_requests.jws import jwk_of, make_jws
from signing.pades.prepare import PreparedRevision


@dataclass
class Installation:
    """`documents` by request; `changes` are made to what is served, as somebody in between could."""

    address: str
    clock: Clock
    certificate: bytes
    key: EllipticCurvePrivateKey = field(default_factory=lambda: generate_private_key(SECP256R1()))
    documents: dict[str, bytes] = field(default_factory=dict)
    fetched: list[str] = field(default_factory=list)

    @property
    def jwk(self) -> dict[str, str]:
        return jwk_of(self.key.public_key())

    def said(self, prepared: PreparedRevision, agent: str, nonce: str) -> AgentRequest:
        """What an honest request about a prepared revision says."""
        now = int(self.clock.now().timestamp())
        return AgentRequest(
            version=VERSION,
            iss=self.address,
            aud=agent,
            nonce=nonce,
            jti=random_secret(),
            iat=now,
            exp=now + 120,
            session=str(new_id()),
            session_ends=now + 600,
            verb="approve",
            revision_sha256=hashlib.sha256(prepared.revision).hexdigest(),
            byte_range_sha256=prepared.digest.hex(),
            attributes_sha256=hashlib.sha256(prepared.attributes).hexdigest(),
            certificate_sha256=hashlib.sha256(self.certificate).hexdigest(),
            summary="Giấy chứng nhận số 1",
            signatory="Nguyễn Thị Thử",
            on_behalf_of="Sở Y tế tỉnh An Bình",
        )

    def signed(self, said: AgentRequest, document: bytes, **changes: Any) -> str:
        """The request, with what was changed before it was signed; its document is ready to be fetched."""
        request = make_jws(self.key, replace(said, **changes).as_claims(), KIND)
        self.documents[request] = document
        return request


@contextmanager
def standing(clock: Clock, certificate: bytes) -> Iterator[Installation]:
    """Serve one on loopback."""

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, format: str, *args: Any) -> None:
            """Nothing."""

        def do_GET(self) -> None:
            if self.path != KEY_ADDRESS:
                return self.answer(404, b"{}")
            said = {"version": VERSION, "issuer": made.address, "keys": [made.jwk]}
            self.answer(200, json.dumps(said).encode())

        def do_POST(self) -> None:
            request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))["request"]
            made.fetched.append(request)
            assert self.headers.get("Cookie") is None
            if self.path != DOCUMENT_ADDRESS or request not in made.documents:
                return self.answer(403, json.dumps({"detail": "It is over."}).encode())
            self.answer(200, made.documents[request])

        def answer(self, status: int, body: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    made = Installation(f"http://127.0.0.1:{server.server_port}", clock, certificate)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield made
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
