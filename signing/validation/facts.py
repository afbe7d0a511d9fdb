"""Facts for a report: what a signer's certificate says of its holder, and what each revision of a document did."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, ClassVar

from asn1crypto import core
from asn1crypto import x509 as asn1_x509

from signing.pki.certificates import SHORTENED
from signing.trust.anchors import is_trial

LIMITS = "1.3.6.1.5.5.7.1.3"  # qcStatements (RFC 3739, 3.2.6)
VALUE_LIMIT = "0.4.0.1862.1.2"  # the largest value of a transaction (ETSI EN 319 412-5, 4.3.2)


class Value(core.Sequence):  # type: ignore[misc] # asn1crypto has no types
    """MonetaryValue (ETSI EN 319 412-5, 4.3.2)."""

    _fields: ClassVar = [("currency", core.Any), ("amount", core.Integer), ("exponent", core.Integer)]


class Statement(core.Sequence):  # type: ignore[misc] # as above
    """QCStatement (RFC 3739, 3.2.6)."""

    _fields: ClassVar = [("id", core.ObjectIdentifier), ("info", core.Any, {"optional": True})]


class Statements(core.SequenceOf):  # type: ignore[misc] # as above
    """All statements of a certificate."""

    _child_spec = Statement


class Words(tuple[str, ...]):
    """A list inside a sentence (config.sentences), of which each part can be said in another language."""

    __slots__ = ()

    def __str__(self) -> str:
        return ", ".join(self)


@dataclass(frozen=True)
class CertificateFacts:
    """What a certificate says, whoever made it. Times are aware; `usages` is None where it states no restriction.

    `person` is the holder unless the certificate is an organisation's or a service's own; `limit` is the largest value
    of a transaction.
    """

    person: str | None
    title: str | None
    organisation: str | None
    serial_number: str
    not_before: datetime
    not_after: datetime
    usages: tuple[str, ...] | None
    purposes: tuple[str, ...]
    policies: tuple[str, ...]
    limit: str | None
    trial: bool

    def as_json(self) -> dict[str, Any]:
        return {
            **asdict(self),
            "usages": None if self.usages is None else list(self.usages),
            "purposes": list(self.purposes),
            "policies": list(self.policies),
            "not_before": self.not_before.isoformat(),
            "not_after": self.not_after.isoformat(),
        }


@dataclass(frozen=True)
class Revision:
    """One revision of a document, counted from 1, and what it did to the one before.

    `kind` is document (the first), signature, timestamp, evidence (revocation data alone) or change. `field` is the
    signature field that closes it, `covered` says whether an intact signature covers it. `pages` are counted from 1;
    `annotations` are "page: type"; `metadata` and `other` are words of ours. An unreadable one says nothing of these.
    """

    number: int
    kind: str
    field: str | None = None
    covered: bool = False
    evidence: bool = False
    fields: tuple[str, ...] = ()
    pages: tuple[int, ...] = ()
    annotations: tuple[str, ...] = ()
    metadata: tuple[str, ...] = ()
    other: tuple[str, ...] = ()
    readable: bool = True

    @property
    def changed_something(self) -> bool:
        """Whether it did more than to sign, to stamp the time or to add evidence, as far as can be seen."""
        return bool(self.fields or self.pages or self.annotations or self.metadata or self.other)

    def as_json(self) -> dict[str, Any]:
        return {name: list(value) if isinstance(value, tuple) else value for name, value in vars(self).items()}


@dataclass(frozen=True)
class ValidationObject:
    """Something that a document carries to prove its signatures; `sha256` (hex) is that of its DER.

    `kind` is certificate, timestamp, crl or ocsp. A timestamp names the signature `field` it is of, and its time.
    """

    kind: str
    sha256: str
    field: str | None = None
    time: datetime | None = None

    def as_json(self) -> dict[str, Any]:
        return {**vars(self), "time": self.time.isoformat() if self.time else None}


def certificate_facts(certificate: asn1_x509.Certificate) -> CertificateFacts | None:
    """What it says; None for one whose parts cannot be read."""
    try:
        return _facts(certificate)
    except Exception:  # asn1crypto raises whatever a hostile certificate provokes
        return None


def signer_named(subject: asn1_x509.Name) -> str:
    """The common name; the organisation's where it was too long for that and is cut there."""
    names = subject.native
    short, whole = names.get("common_name"), names.get("organization_name")
    if isinstance(whole, str) and str(short).endswith(SHORTENED) and whole.startswith(short.removesuffix(SHORTENED)):
        return whole
    return str(short or subject.human_friendly)


def _facts(certificate: asn1_x509.Certificate) -> CertificateFacts:
    names = certificate.subject.native
    common, organisation, title = (_text(names.get(key)) for key in ("common_name", "organization_name", "title"))
    usage, purpose = certificate.key_usage_value, certificate.extended_key_usage_value
    purposes = () if purpose is None else tuple(purpose.native)
    own = title is None and organisation is not None and _is_name_of(common, organisation)
    validity = certificate["tbs_certificate"]["validity"]
    policies = certificate.certificate_policies_value or ()
    return CertificateFacts(
        person=None if own or purposes else common,
        title=title,
        organisation=organisation,
        serial_number=f"{certificate.serial_number:x}",
        not_before=validity["not_before"].native,
        not_after=validity["not_after"].native,
        usages=None if usage is None else tuple(sorted(usage.native)),
        purposes=purposes,
        policies=tuple(str(one["policy_identifier"].dotted) for one in policies),
        limit=_limit(certificate["tbs_certificate"]["extensions"]),
        trial=is_trial(certificate.dump()),
    )


def _text(value: Any) -> str | None:
    """A part of a name; where it stands there more than once, all of it."""
    if isinstance(value, list):
        return ", ".join(str(one) for one in value)
    return None if value is None else str(value)


def _is_name_of(common: str | None, organisation: str) -> bool:
    """Whether the common name is the organisation's own, perhaps cut short."""
    return common is None or organisation.startswith(common.removesuffix(" …"))


def _limit(extensions: Iterable[Any]) -> str | None:
    """The largest value of a transaction, e.g. "500 × 10^6 VND"."""
    for extension in extensions:
        if extension["extn_id"].dotted != LIMITS:
            continue
        for statement in Statements.load(bytes(extension["extn_value"])):
            if statement["id"].dotted == VALUE_LIMIT:
                value = statement["info"].parse(Value).native
                return f"{value['amount']} × 10^{value['exponent']} {value['currency']}"
    return None
