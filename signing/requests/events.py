"""What happens to a request."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from config.events import Event


@dataclass(frozen=True)
class RequestFiled(Event):
    """A preparation is on record and waits for its signatory."""

    request_id: UUID
    purpose: str
    subject: str


@dataclass(frozen=True)
class SignatureMade(Event):
    """A key answered and its answer is stored; timestamp and file follow, `in_batch` by the job that signed."""

    request_id: UUID
    role: str
    in_batch: bool = False


@dataclass(frozen=True)
class RequestSigned(Event):
    """The official's signature is complete, with its timestamp."""

    request_id: UUID
    purpose: str
    subject: str


@dataclass(frozen=True)
class SealOrdered(Event):
    """The clerk (or a policy) asked for the agency's seal."""

    request_id: UUID


@dataclass(frozen=True)
class RequestSealed(Event):
    """Both signatures are complete."""

    request_id: UUID
    purpose: str
    subject: str


@dataclass(frozen=True)
class RequestVoided(Event):
    """The preparation will never be sealed; its reason is kept with it."""

    request_id: UUID
    purpose: str
    subject: str


@dataclass(frozen=True)
class EnclosureSealOrdered(Event):
    """The same order had a file that goes out with the document sealed as well."""

    enclosure_id: UUID


@dataclass(frozen=True)
class EnclosureSealed(Event):
    """The seal on such a file is complete; `purpose` and `subject` are those of its document."""

    enclosure_id: UUID
    request_id: UUID
    purpose: str
    subject: str
