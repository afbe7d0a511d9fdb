"""Whether the rows of the register say what its acts say. Rows can be edited and are for search; acts count."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from registry.entries.canonical import from_canonical
from registry.entries.disclosures import Disclosure, commitment_of, encode
from registry.entries.errors import LeafNotCanonical
from registry.entries.leaf import instant_text
from registry.entries.models import Entry, EntryEvent, Paper
from registry.log.merkle import leaf_hash

Leaf = Mapping[str, Any]


def leaves_of(events: Sequence[EntryEvent]) -> list[Leaf]:
    """The acts as the log has them; raises LeafNotCanonical for bytes that are none."""
    return [from_canonical(event.body) for event in events]


def disagreements(entry: Entry, papers: Sequence[Paper], events: Sequence[EntryEvent]) -> list[str]:
    """What does not agree, a sentence each. `papers` by version, `events` by `seq`."""
    if not events:
        return ["It has no act."]
    try:
        leaves = leaves_of(events)
    except LeafNotCanonical as error:
        return [f"An act is no act. {error.detail}"]
    found = list(_chain(events, leaves))
    found += _entry(entry, leaves)
    papers_said = [leaf for leaf in leaves if "pdf" in leaf]
    if len(papers_said) != len(papers):
        found.append("The register has another number of papers than acts tell of.")
    for paper, leaf in zip(papers, papers_said, strict=False):
        found += _paper(paper, leaf)
    if papers:
        found += _public(entry, papers[-1])
    return found


def _chain(events: Sequence[EntryEvent], leaves: Sequence[Leaf]) -> Iterator[str]:
    """Each act's bytes have their hash, follow the act before, and are those of its row."""
    before: bytes | None = None
    for place, (event, leaf) in enumerate(zip(events, leaves, strict=True), 1):
        if leaf_hash(event.body) != event.leaf_hash:
            yield f"Act {place}: its bytes do not have its hash."
        if (event.seq, leaf.get("seq")) != (place, place) or leaf.get("prev") != (encode(before) if before else None):
            yield f"Act {place}: it does not follow the act before it."
        row = (event.kind, event.prev, instant_text(event.recorded_at))
        if row != (leaf.get("t"), before, leaf.get("rec")):
            yield f"Act {place}: its row says other things."
        before = leaf_hash(event.body)


def _entry(entry: Entry, leaves: Sequence[Leaf]) -> Iterator[str]:
    """The entry is the one of all its acts, and says what the last act that speaks of it says."""
    if any(leaf.get("lid") != encode(entry.lid) for leaf in leaves):
        yield "An act is on another entry."
    said: dict[str, Any] = {}
    for leaf in leaves:
        said |= leaf
    row = {
        "no": entry.number,
        "kind": entry.kind,
        "iss": entry.agency,
        "exp": entry.valid_until.isoformat() if entry.valid_until else None,
    }
    yield from (f"The register says another “{key}” than its acts." for key in row if row[key] != said.get(key))
    if (entry.issued_on.isoformat(), instant_text(entry.entered_at)) != (leaves[0].get("eff"), leaves[0].get("rec")):
        yield "The register says other days than its first act."


def _paper(paper: Paper, leaf: Leaf) -> Iterator[str]:
    name = f"Paper {paper.version}"
    digests = {"pdf": paper.pdf, "sv": paper.sv, "sk": paper.sk, "auth": paper.auth, "ver": paper.ver}
    row: dict[str, Any] = {key: encode(digest) for key, digest in digests.items()}
    row["sl"] = [paper.status_list, paper.status_index]
    row["pub"], row["dec"] = Disclosure(paper.public).digest, Disclosure(paper.decision).digest
    yield from (f"{name}: its “{key}” is not that of its act." for key in row if row[key] != leaf.get(key))
    if commitment_of([str(digest) for digest in paper.digests]) != paper.ver:
        yield f"{name}: the content is not the one committed to."
    if not {Disclosure(str(text)).digest for text in paper.disclosures} <= set(map(str, paper.digests)):
        yield f"{name}: a fact was changed."


def _public(entry: Entry, paper: Paper) -> Iterator[str]:
    row = {"code": entry.register_code, "title": entry.title, "agency": entry.agency_name, "facts": entry.public_facts}
    if entry.enclosures:
        row["enclosures"] = entry.enclosures
    try:
        said = Disclosure(paper.public).value
    except ValueError:
        said = None
    if row != said:
        yield "The register says other public facts than its act."
