"""A service that asks people on their telephones, really signing: the words of VNPT's SmartCA on a loopback port."""

from __future__ import annotations

import base64
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed

from tests.pki.build import Identity

ACCOUNT, SECRET, USER = "antin-test", "a secret of the service", "001099000001"


@dataclass
class Transaction:
    """One request to a person. `words` and `digest` are what the telephone shows and what is signed."""

    ticket: str
    words: str
    digest: bytes
    document: str
    state: str = "sig_wait_for_user_confirm"
    value: bytes = b""


@dataclass
class ConfirmService:
    """The service with the person at it. `mode` says how it misbehaves: garbage, foreign, slow, error or nonsense."""

    key: Identity
    foreign: Identity
    mode: str = "good"
    transactions: dict[str, Transaction] = field(default_factory=dict)
    address: str = ""
    polls: int = 0
    released: threading.Event = field(default_factory=threading.Event)

    @property
    def asked(self) -> Transaction:
        """What the telephone shows last."""
        return list(self.transactions.values())[-1]

    def confirm(self, transaction: Transaction | None = None) -> None:
        """The person types their code: the key signs."""
        shown = transaction or self.asked
        who = self.foreign if self.mode == "foreign" else self.key
        shown.state, shown.value = "SUCCESS", b"\x30\x03garbage" if self.mode == "garbage" else _signed(who, shown)

    def refuse(self) -> None:
        self.asked.state = "sig_user_reject"

    def expire(self) -> None:
        self.asked.state = "EXPIRED"

    def answer(self, path: str, body: dict[str, Any]) -> tuple[int, Any]:
        """What is said to one question."""
        if self.mode == "slow":
            self.released.wait(30)
        if self.mode == "error":
            return 500, {"message": "something broke"}
        if self.mode == "nonsense":
            return 200, ["not", "an", "object"]
        if (body.get("sp_id"), body.get("sp_password"), body.get("user_id")) != (ACCOUNT, SECRET, USER):
            return 200, {"status_code": 401, "message": "unauthorized"}
        if path.endswith("/v1/signatures/sign"):
            return 200, self._begun(body)
        self.polls += 1
        return 200, self._status(path.split("/")[-2])

    def _begun(self, body: dict[str, Any]) -> dict[str, Any]:
        (file,) = body["sign_files"]
        assert file["sign_type"] == "hash"
        found = self.transactions.setdefault(
            body["transaction_id"],
            Transaction(
                f"tran-{len(self.transactions) + 1}",
                body["transaction_desc"],
                bytes.fromhex(file["data_to_be_signed"]),
                file["doc_id"],
            ),
        )
        return {
            "status_code": 200,
            "message": found.state,
            "data": {"transaction_id": body["transaction_id"], "tran_code": found.ticket},
        }

    def _status(self, ticket: str) -> dict[str, Any]:
        found = next((item for item in self.transactions.values() if item.ticket == ticket), None)
        if found is None:
            return {"status_code": 404, "message": "not_found"}
        value = base64.b64encode(found.value).decode()
        signatures = [{"doc_id": found.document, "signature_value": value}] if found.value else []
        return {"status_code": 200, "message": found.state, "data": {"signatures": signatures}}


def _signed(key: Identity, shown: Transaction) -> bytes:
    if isinstance(key.key, RSAPrivateKey):
        return key.key.sign(shown.digest, PKCS1v15(), Prehashed(hashes.SHA256()))
    return key.key.sign(shown.digest, ECDSA(Prehashed(hashes.SHA256())))


def _handler(answer: Callable[[str, dict[str, Any]], tuple[int, Any]]) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            status, said = answer(self.path, body)
            content = json.dumps(said).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *args: object) -> None:
            pass

    return Handler


@contextmanager
def confirming(key: Identity, foreign: Identity) -> Iterator[ConfirmService]:
    """The running service; whoever waits for a slow one is let go at the end."""
    service = ConfirmService(key, foreign)
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(service.answer))
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    service.address = f"http://127.0.0.1:{server.server_port}/sca"
    try:
        yield service
    finally:
        service.released.set()
        server.shutdown()
        thread.join()
        server.server_close()
