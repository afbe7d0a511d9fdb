"""Until when a document proves itself: by the certificates and the algorithms of its newest timestamp.

What stands before that timestamp is covered by it (ETSI EN 319 102-1, 5.6.2.4), so nothing older counts.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from asn1crypto import algos, cms, x509

from signing.pades.digest import DOCUMENT_TIMESTAMP, UNREADABLE, SignedField, signed_fields, signer_certificate
from signing.pades.errors import DocumentNotSuitable
from signing.pades.extend import newest
from signing.pades.levels import Level, level_of
from signing.trust.algorithms import AlgorithmTable, ends
from signing.validation.algorithms import used_by


@dataclass(frozen=True)
class Life:
    """What a document's evidence rests on.

    `at` is the time of the newest timestamp (None without one), `certificate` DER of its signer and `above` of those
    who issued it, as far as the token carries them; `certificate_until` is the first end among them all, `algorithms`
    are named as the table of algorithms does.
    """

    level: Level
    at: datetime | None
    certificate: bytes
    above: tuple[bytes, ...]
    certificate_until: datetime
    algorithms: tuple[str, ...]

    def algorithm_until(self, table: AlgorithmTable) -> datetime | None:
        """The instant from which one of the algorithms is not relied on; None when no end is foreseen."""
        return ends(table.weakest(list(self.algorithms))[1])

    def until(self, table: AlgorithmTable) -> datetime:
        """The instant at which the evidence has aged out."""
        return min(self.certificate_until, self.algorithm_until(table) or self.certificate_until)


def life_of(pdf: bytes) -> Life:
    """The life of a signed document's evidence; raises DocumentNotSuitable when a signature cannot be read."""
    level = level_of(pdf)
    fields = signed_fields(pdf)
    stamps = [field for field in fields if field.kind == DOCUMENT_TIMESTAMP]
    try:
        signed_data = _content(newest(stamps or fields))
        token = signed_data if stamps else _signature_timestamp(signed_data)
        return _life(level, token or signed_data, stamped=token is not None)
    except UNREADABLE as error:
        raise DocumentNotSuitable(f"The newest timestamp cannot be read: {error}.") from error


def life_of_token(token: bytes) -> Life:
    """The life of a document whose newest timestamp this were (DER); raises DocumentNotSuitable."""
    try:
        return _life(Level.B_LTA, cms.ContentInfo.load(token)["content"], stamped=True)
    except UNREADABLE as error:
        raise DocumentNotSuitable(f"The timestamp cannot be read: {error}.") from error


def newest_certificates(pdf: bytes) -> list[bytes]:
    """The certificates (DER) in the newest document timestamp, those that are asked about again; none without one."""
    stamps = [field for field in signed_fields(pdf) if field.kind == DOCUMENT_TIMESTAMP]
    if not stamps:
        return []
    return [choice.chosen.dump() for choice in _content(newest(stamps))["certificates"]]


def _content(field: SignedField) -> cms.SignedData:
    return cms.ContentInfo.load(field.contents)["content"]


def _signature_timestamp(signed_data: cms.SignedData) -> cms.SignedData | None:
    (signer,) = signed_data["signer_infos"]
    for unsigned in signer["unsigned_attrs"] or ():
        if unsigned["type"].native == "signature_time_stamp_token":
            return unsigned["values"][0]["content"]
    return None


def _life(level: Level, signed_data: cms.SignedData, stamped: bool) -> Life:
    (signer,) = signed_data["signer_infos"]
    own = x509.Certificate.load(signer_certificate(signed_data, signer))
    pool = [choice.chosen for choice in signed_data["certificates"]]
    info = signed_data["encap_content_info"]["content"].parsed if stamped else None
    used = {signer["digest_algorithm"]["algorithm"].native, *used_by(_algorithm(signer), own.public_key)}
    if info is not None:
        used.add(info["message_imprint"]["hash_algorithm"]["algorithm"].native)
    path = _path(own, pool)
    for certificate, issuer in pairwise(path):
        used |= set(used_by(certificate["signature_algorithm"], issuer.public_key))
    until = min(one["tbs_certificate"]["validity"]["not_after"].native for one in path)
    at = info["gen_time"].native if info is not None else None
    return Life(level, at, own.dump(), tuple(one.dump() for one in path[1:]), until, tuple(sorted(used)))


def _algorithm(signer: cms.SignerInfo) -> algos.SignedDigestAlgorithm:
    found: algos.SignedDigestAlgorithm = signer["signature_algorithm"]
    return found


def _path(own: x509.Certificate, pool: list[x509.Certificate]) -> list[x509.Certificate]:
    """The certificate and those above it that the token carries."""
    path = [own]
    while path[-1].issuer != path[-1].subject:
        above = next((one for one in pool if one.subject == path[-1].issuer and one not in path), None)
        if above is None:
            break
        path.append(above)
    return path
