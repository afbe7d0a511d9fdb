"""Keys at a service that asks their holders on the telephone: a digest goes there, a person confirms, a value comes.

The words are those of VNPT's SmartCA (`/v1/signatures/sign`, `…/status`); other services of the country speak alike.
The service is believed in nothing: what comes back is verified under the registered certificate.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import http.client
import ipaddress
import json
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any, NoReturn
from urllib.parse import SplitResult, urlsplit

from cryptography import x509

from config.sentences import later
from signing.keys.errors import ConfirmationRefused, ConfirmationUnavailable, KeyElsewhere, KeyUnknown
from signing.keys.held import refuse_seals
from signing.keys.options import Options
from signing.keys.protocol import KeyInfo

MAX_ANSWER = 262_144  # bytes
TICKET = re.compile(r"[0-9A-Za-z._-]{1,128}")
REFUSED = ("REJECT", "REFUSE", "DENIED", "CANCEL")  # no two services word a person's no alike
TAKEN = 200


class Confirmation(StrEnum):
    """What has become of a request to a person."""

    WAITING = "waiting"
    SIGNED = "signed"
    EXPIRED = "expired"
    REFUSED = "refused"


@dataclass(frozen=True)
class Ask:
    """What the person is asked: `data` is what the key signs, `words` are shown on the telephone.

    The same `transaction` asked again is the same request: a killed caller may repeat itself.
    """

    transaction: str
    document: str
    data: bytes
    words: str
    at: datetime


@dataclass(frozen=True)
class Service:
    """The account of this installation at the service; `timeout` in seconds for one question."""

    address: SplitResult
    account: str
    secret: str
    timeout: int

    def ask(self, path: str, body: Mapping[str, Any]) -> Mapping[str, Any]:
        """One question, one JSON object (ConfirmationUnavailable). No redirection is followed."""
        kind = http.client.HTTPSConnection if self.address.scheme == "https" else http.client.HTTPConnection
        connection = kind(self.address.hostname or "", self.address.port, timeout=self.timeout)
        ends = time.monotonic() + self.timeout
        try:
            sent = json.dumps({"sp_id": self.account, "sp_password": self.secret, **body}).encode()
            connection.request("POST", self.address.path.rstrip("/") + path, sent, {"Content-Type": "application/json"})
            response = connection.getresponse()
            content = _read(response, ends)
            answer = json.loads(content) if response.status == http.client.OK else None
        except (OSError, http.client.HTTPException, ValueError, RecursionError):
            raise ConfirmationUnavailable("The signing service does not answer.") from None  # it was told our secret
        finally:
            connection.close()
        if not isinstance(answer, dict):
            raise ConfirmationUnavailable("The signing service answers nonsense.")
        return answer


class ConfirmStore:
    """Officials at one service; `people` says under which name it knows the holder of each key."""

    asks_secret = False  # and has no seals

    def __init__(self, service: Service, people: Mapping[str, str]) -> None:
        self._service = service
        self._people = people

    def check(self, name: str, info: KeyInfo) -> None:
        """Nothing is asked at the start: the service knows requests to sign alone."""

    def open(self, name: str, info: KeyInfo, secret: str) -> NoReturn:
        """Always KeyElsewhere; the secret is not looked at."""
        raise KeyElsewhere(f"{name}: is confirmed on the telephone of its holder, in a signing session.")

    def start(self, name: str, info: KeyInfo, ask: Ask) -> str:
        """Have the holder asked; the ticket to come back with (ConfirmationUnavailable, ConfirmationRefused)."""
        serial = x509.load_der_x509_certificate(info.certificate).serial_number
        document = {
            "data_to_be_signed": hashlib.sha256(ask.data).hexdigest(),
            "doc_id": ask.document,
            "file_type": "pdf",
            "sign_type": "hash",
        }
        body = {
            "user_id": self._person(name),
            "serial_number": f"{serial:x}",
            "transaction_id": ask.transaction,
            "transaction_desc": ask.words,
            "time_stamp": f"{ask.at:%Y%m%d%H%M%SZ}",
            "sign_files": [document],
        }
        answer = self._service.ask("/v1/signatures/sign", body)
        if answer.get("status_code") != TAKEN:
            raise ConfirmationRefused(
                later("The telephone service does not take the request. Tell your administrator.")
            )
        data = answer.get("data")
        ticket = data.get("tran_code") if isinstance(data, dict) else None
        if not isinstance(ticket, str) or not TICKET.fullmatch(ticket):
            raise ConfirmationUnavailable("The signing service answers nonsense.")
        return ticket

    def poll(self, name: str, ticket: str, document: str) -> tuple[Confirmation, bytes]:
        """How far it is, and the value (any octets at all) once it is signed (ConfirmationUnavailable)."""
        if not TICKET.fullmatch(ticket):
            raise KeyUnknown("There is no such request.")
        answer = self._service.ask(f"/v1/signatures/sign/{ticket}/status", {"user_id": self._person(name)})
        said = str(answer.get("message", "")).upper()
        if "EXPIRED" in said:
            return Confirmation.EXPIRED, b""
        if any(word in said for word in REFUSED):
            return Confirmation.REFUSED, b""
        if answer.get("status_code") != TAKEN or said != "SUCCESS":
            return Confirmation.WAITING, b""
        return Confirmation.SIGNED, _value(answer, document)

    def _person(self, name: str) -> str:
        if name not in self._people:
            raise KeyUnknown("There is no key of this name.")
        return self._people[name]


def confirm_store(table: Mapping[str, Any], keys: Mapping[str, Mapping[str, Any]], folder: Path) -> ConfirmStore:
    """The store of `kind = "confirm"`: `url`, `account`, `secret` (a file); each of its keys names its `user`."""
    options = Options(table, "kind", "url", "account", "secret", "timeout")
    refuse_seals(keys)
    people = {name: Options(key, "store", "user").text("user") for name, key in keys.items()}
    secret = options.file("secret", folder).read_text(encoding="utf-8").strip()
    if not secret:
        raise ValueError("secret: the file is empty.")
    address, account = _address(options.text("url")), options.text("account")
    return ConfirmStore(Service(address, account, secret, options.number("timeout", 10, 1, 20)), people)


def _address(url: str) -> SplitResult:
    address = urlsplit(url)
    if not address.hostname or (address.scheme != "https" and not (address.scheme == "http" and _is_loopback(address))):
        raise ValueError("url must begin with https://; the service is told a secret.")
    return address


def _is_loopback(address: SplitResult) -> bool:
    try:
        return ipaddress.ip_address(address.hostname or "").is_loopback
    except ValueError:
        return address.hostname == "localhost"


def _read(response: http.client.HTTPResponse, ends: float) -> bytes:
    """The whole body; neither a long one nor a slow trickle may hold us (ValueError, TimeoutError)."""
    body = b""
    while chunk := response.read1(8_192):
        body += chunk
        if len(body) > MAX_ANSWER:
            raise ValueError
        if time.monotonic() > ends:
            raise TimeoutError
    return body


def _value(answer: Mapping[str, Any], document: str) -> bytes:
    """The value for our document, or no octets where there is none: it will not verify."""
    try:
        for item in answer["data"]["signatures"]:
            if item["doc_id"] == document:
                return base64.b64decode(item["signature_value"], validate=True)
    except (LookupError, TypeError, ValueError, binascii.Error):
        pass
    return b""
