"""The table of algorithms in the words of pyHanko's engine, which asks it for every signature at a time."""

from __future__ import annotations

from datetime import date, datetime

from asn1crypto import algos, keys
from pyhanko_certvalidator.policy_decl import AlgorithmUsageConstraint, AlgorithmUsagePolicy

from signing.trust.algorithms import NEVER, AlgorithmTable, ends

LARGE = 1 << 20  # bits of a key that is not told: then only the kind counts


class TablePolicy(AlgorithmUsagePolicy):
    """Allowed is what the table lists, until its day. Without a moment (None) days do not count."""

    def __init__(self, table: AlgorithmTable) -> None:
        self._table = table

    def digest_algorithm_allowed(
        self, algo: algos.DigestAlgorithm, moment: datetime | None
    ) -> AlgorithmUsageConstraint:
        """Whether a digest counts at `moment`."""
        return _constraint(algo["algorithm"].native, self._table.digest_until(algo["algorithm"].native), moment)

    def signature_algorithm_allowed(
        self, algo: algos.SignedDigestAlgorithm, moment: datetime | None, public_key: keys.PublicKeyInfo | None
    ) -> AlgorithmUsageConstraint:
        """Whether a kind of signature counts at `moment`, with that key and its own digest."""
        try:
            name = algo.signature_algo
        except ValueError:
            return AlgorithmUsageConstraint(False, failure_reason="It is not known")
        bits = public_key.bit_size if public_key is not None else LARGE
        found = _constraint(f"{name} with {bits} bits", self._table.signature_until(name, bits), moment)
        digest = _digest_of(algo)
        if not found.allowed or digest is None:
            return found
        return _constraint(digest, self._table.digest_until(digest), moment)


def used_by(algo: algos.SignedDigestAlgorithm, public_key: keys.PublicKeyInfo) -> list[str]:
    """The algorithms of one signature as the table's `until` takes them."""
    digest = _digest_of(algo)
    return [f"{algo.signature_algo} {public_key.bit_size}", *([digest] if digest else [])]


def _digest_of(algo: algos.SignedDigestAlgorithm) -> str | None:
    try:
        return str(algo.hash_algo)
    except ValueError:  # the plain RSA identifier names none; the CMS does beside it
        return None


def _constraint(what: str, until: date | None, moment: datetime | None) -> AlgorithmUsageConstraint:
    if until == NEVER:
        return AlgorithmUsageConstraint(False, failure_reason=f"{what} is not accepted")
    end = ends(until)
    if end is None or moment is None or moment < end:
        return AlgorithmUsageConstraint(True)
    return AlgorithmUsageConstraint(False, not_allowed_after=end, failure_reason=f"{what} was accepted until {until}")
