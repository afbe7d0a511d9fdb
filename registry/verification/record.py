"""What the register says of an entry, as far as the log proves it: the leaves count, the rows only lead to them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from config.unit_of_work import Work
from registry.entries.agreement import Leaf, disagreements, leaves_of
from registry.entries.disclosures import Disclosure, encode
from registry.entries.errors import LeafNotCanonical
from registry.entries.leaf import dated_act
from registry.entries.models import Entry, Paper
from registry.entries.queries import LoggedAct, acts_of, papers_of
from registry.entries.rules import DatedAct, Status, next_change, status_on
from registry.log.errors import LeafNotLogged, LogBroken, LogUnreachable
from registry.log.proofs import inclusion_proof, signed_head
from registry.verification.result import Recorded
from signing.pades.digest import SealFacts, seal_facts
from signing.pades.errors import DocumentNotSuitable


@dataclass(frozen=True)
class Record:
    """An entry with its acts and papers. `leaves` are the acts in the log's own words.

    `logged` are those under a signed head, which alone count; `faults` say what does not agree. `reached` is False
    when a part of the log could not be had, so that nothing is known of the rest.
    """

    entry: Entry
    papers: Sequence[Paper]
    acts: Sequence[LoggedAct]
    leaves: Sequence[Leaf]
    logged: Sequence[Leaf]
    recorded: Recorded
    faults: Sequence[str]
    reached: bool

    @property
    def paper(self) -> Paper:
        """The newest paper."""
        return self.papers[-1]

    @property
    def _dated(self) -> list[DatedAct]:
        return [dated_act(leaf) for leaf in self.logged]

    def status(self, day: date) -> Status:
        """The status on a day by the acts that are in the log; nothing else counts."""
        return status_on(self._dated, day)

    def next_change(self, day: date) -> date | None:
        """The day on which the answer is stale without anybody acting."""
        return next_change(self._dated, day)

    @property
    def said(self) -> Mapping[str, Any]:
        """What the acts say of the licence: the newest word on each thing, the effect of the first act."""
        found: dict[str, Any] = {}
        for leaf in self.leaves:
            found |= leaf
        return found | {"eff": self.leaves[0]["eff"]}

    @property
    def public(self) -> Mapping[str, Any]:
        """Register code, title, name of the agency and public facts, as the leaf commits to them."""
        value: Mapping[str, Any] = Disclosure(self.paper.public).value
        return value

    @property
    def enclosures(self) -> Sequence[Mapping[str, Any]]:
        """The sealed files that go out with the licence, as the leaf commits to them."""
        found: Sequence[Mapping[str, Any]] = self.public.get("enclosures", ())
        return found

    def leaf_of(self, pdf: bytes) -> Leaf | None:
        """The act whose paper has these covered bytes."""
        return next((leaf for leaf in self.leaves if leaf.get("pdf") == encode(pdf)), None)

    def holds(self, pdf: bytes) -> bool:
        """Whether a file carries the seal of one of the papers, as the acts tell of it."""
        try:
            facts = seal_facts(pdf)
        except DocumentNotSuitable:
            return False
        return any(sealed_as(leaf, facts) for leaf in self.leaves)


def record_of(work: Work, entry: Entry) -> Record:
    """Read and prove everything that the register has of an entry."""
    acts, papers = acts_of(work, entry.id), papers_of(work, entry.id)
    try:
        leaves = leaves_of([act.event for act in acts])
    except LeafNotCanonical:
        leaves = []
    faults = disagreements(entry, papers, [act.event for act in acts])
    covered = [act for act in acts if act.index is not None]
    if len(leaves) == len(acts) and any(act.index is None for act in acts[: len(covered)]):
        faults = [*faults, "A later act is in the log before an earlier one."]
    reached = True
    try:
        recorded = _prove(work, covered)
    except LogUnreachable:
        recorded, reached = Recorded.UNKNOWN, False
    except LogBroken as error:
        recorded, faults = Recorded.NO, [*faults, error.detail]
    if faults:
        recorded = Recorded.NO
    return Record(entry, papers, acts, leaves, leaves[: len(covered)], recorded, faults, reached)


def _prove(work: Work, covered: Sequence[LoggedAct]) -> Recorded:
    """Each act by its own proof under the signed head; unknown while none is covered."""
    if not covered:
        return Recorded.UNKNOWN
    try:
        head = signed_head(work)
        for act in covered:
            if act.index is None or not inclusion_proof(work, act.index, head).proves(act.event.body):
                raise LogBroken("An act is not in the log as the register has it.")
    except LeafNotLogged as error:
        raise LogBroken("The register names a place that the log does not have.") from error
    return Recorded.YES


def sealed_as(leaf: Leaf, facts: SealFacts) -> bool:
    """Whether a document carries the very seal that an act tells of."""
    found = {"pdf": facts.byte_range_digest, "sv": facts.signature_value_sha256, "sk": facts.certificate_sha256}
    return all(leaf.get(key) == encode(digest) for key, digest in found.items())
