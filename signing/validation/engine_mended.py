"""Mends pyHanko 0.38 where it looks back in time (EN 319 102-1, 5.6.2.1), so that renewed documents are judged right.

1. The slide back in time and proofs of existence begin at the machine's present, whatever instant is judged as of; here
   they begin at that instant.
2. The slide begins behind the end of a certificate of which fresh revocation data still speaks well, and then the
   certificate has expired; here it begins at that end. What was issued later about an expired one does not count.
3. A revocation list signed by the very issuer of a certificate is not found when it is looked for from that issuer on.

A test renews a document by lists alone and fails without each of the three.
"""

from __future__ import annotations

from collections.abc import Coroutine
from contextvars import ContextVar
from datetime import datetime
from typing import Any, TypeVar

from asn1crypto import x509
from pyhanko.sign.validation import ades
from pyhanko_certvalidator.authority import AuthorityWithCert
from pyhanko_certvalidator.ltv.ades_past import past_validate
from pyhanko_certvalidator.ltv.poe import POEManager
from pyhanko_certvalidator.path import ValidationPath

T = TypeVar("T")
_now: ContextVar[datetime | None] = ContextVar("the instant that the engine judges as of", default=None)


async def judged_at(at: datetime, work: Coroutine[Any, Any, T]) -> T:
    """The engine's coroutine, in which "now" is `at`."""
    token = _now.set(at)
    try:
        return await work
    finally:
        _now.reset(token)


async def _past_validate(path: ValidationPath, *, init_control_time: datetime | None = None, **more: Any) -> datetime:
    ends = [one.not_valid_after for one in path.iter_certs(include_root=False)]
    start = init_control_time or _now.get()
    return await past_validate(path, init_control_time=min([start, *ends] if start else ends), **more)


class _PathFromIssuer(ValidationPath):
    def truncate_to_issuer_and_append(self, cert: x509.Certificate) -> ValidationPath:
        anchor = self.trust_anchor.authority
        if isinstance(anchor, AuthorityWithCert) and anchor.certificate.dump() == cert.dump():
            return ValidationPath(self._root, interm=[], leaf=None)
        return super().truncate_to_issuer_and_append(cert)  # type: ignore[no-any-return]


def _proofs(current_dt_override: datetime | None = None) -> POEManager:
    return POEManager(current_dt_override or _now.get())


engine: Any = ades
engine.past_validate, engine.ValidationPath, engine.POEManager = _past_validate, _PathFromIssuer, _proofs
