"""The stages of one issue in this process, so that each can be told apart: typeset, plain signature, complete issue.

The model was numbered by the time it is read, so its variants have number and date in their text, and no blanks.
Every run has a document of its own (name, number, code): Typst would remember parts of one that it set before.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from uuid import UUID

import sqlalchemy as sa

from config import tokens
from config.access import SYSTEM
from config.storage import Storage
from config.unit_of_work import UnitOfWork
from licensing.decisions.models import Decision
from licensing.decisions.queries import decision_by_id
from licensing.licences.compose import compose, typeset_licence
from licensing.licences.entry import entry_of
from licensing.licences.layout import Facts
from licensing.licences.models import Licence
from licensing.licences.prepare import facts_of, preparation_of
from registry.entries.codes import new_register_code
from registry.entries.enter import NewEntry, enter
from registry.entries.numbering import NumberSeries, reserve_number
from registry.entries.queries import current_paper
from registry.entries.reserve import reserve_paper
from signing.keys.keyring import Keyring
from signing.keys.protocol import SigningKey
from signing.pades.certificates import authorities_among, certificates_of
from signing.pades.complete import complete
from signing.pades.digest import seal_facts, signature_facts
from signing.pades.extend import preserve
from signing.pades.prepare import prepare
from signing.requests.models import Role, SigningRequest
from signing.requests.revision import make_revision
from signing.timestamps.client import Timestamper
from signing.trust.revocation import RevocationSource
from tests.benchmarks.baseline import SameKey, Weasy, plain_signature
from tests.benchmarks.cpu import Cost, measured


@dataclass(frozen=True)
class Model:
    """A licence that was issued: what the documents of the stages are varied from."""

    facts: Facts
    entry: NewEntry


def model_of(unit: UnitOfWork, application_id: str) -> Model:
    """From a published licence."""
    with unit.begin(SYSTEM) as work:
        found = sa.select(Licence).where(Licence.application_id == UUID(application_id))
        licence = work.session.scalars(found).one()
        decision: Decision = decision_by_id(work, licence.decision_id)
        sealed = "0" * 64
        nothing = seal_facts(_published(unit, licence))
        return Model(facts_of(work, decision, licence), entry_of(work, licence, decision, sealed, nothing, nothing))


def _published(unit: UnitOfWork, licence: Licence) -> bytes:
    with unit.begin(SYSTEM) as work:
        assert licence.entry_id is not None
        digest = current_paper(work, licence.entry_id).published_sha256
    assert digest is not None
    return unit.tools[Storage].get(digest)


class Ours:
    """Our stages, each from facts that no run before has seen."""

    def __init__(self, unit: UnitOfWork, model: Model, keyring: Keyring, pin: str) -> None:
        self._unit, self._model, self._keyring, self._pin = unit, model, keyring, pin

    def facts(self, number: int) -> Facts:
        """Another establishment with another licence."""
        facts = self._model.facts
        code = new_register_code()
        answers = {
            **facts.answers,
            "establishment_name": f"Cơ sở chế biến thực phẩm Ví Dụ {number}",
            "production_address": f"Số {number} đường Ví Dụ, phường Thử Nghiệm, tỉnh Minh Họa",
            "business_registration_number": f"{100_000_000 + number:010d}",
            "phone": f"{900_000_000 + number:010d}",
        }
        at = facts.verify_at.rpartition("/")[0]
        label = str(facts.number).partition("/")[2]
        return replace(
            facts, answers=answers, number=f"{10_000 + number}/{label}", register_code=code, verify_at=f"{at}/{code}"
        )

    def typeset(self, facts: Facts) -> bytes:
        """Data, QR, licence.json and Typst: a PDF/A-3a without fields."""
        return typeset_licence(self._unit, facts)

    def plain(self, facts: Facts, key: SigningKey | None = None) -> bytes:
        """Typeset, both fields, one signature B-B without a stamp. The PIN opens the official's key in each run."""
        pdf = compose(self._unit, facts)
        key = key or self._official(facts)
        prepared = prepare(pdf, "Official", key.info.certificate, key.info.chain, None, self._unit.clock.now())
        value = key.sign(prepared.attributes)
        return complete(
            prepared.revision, prepared.attributes, value, key.info.certificate, key.info.chain, timestamp_token=None
        )

    def whole(self, facts: Facts) -> bytes:
        """Typeset, official B-T, seal B-LTA, entry in the register: a finished licence.

        Timestamp server and responder work in their own processes; asking them and checking their answers is in here.
        """
        owner = tokens.new_id()
        base = self._kept(compose(self._unit, facts))
        fields = preparation_of(owner, facts, base, facts.prepared_on)
        request = SigningRequest(
            stamps={name: getattr(fields.stamps, name) for name in fields.stamps.__dataclass_fields__},
            signatory_name=fields.signatory_name,
        )
        signed = self._signed(request, Role.OFFICIAL, base, self._official(facts))
        sealed = self._signed(request, Role.SEAL, signed, self._keyring.seal(facts.authority.seal_key))
        self._enter(facts, owner, sealed)
        return self._preserved(self._unit.tools[Storage].get(sealed))

    def _official(self, facts: Facts) -> SigningKey:
        return self._keyring.official(facts.authority.signing_key, self._pin)

    def _signed(self, request: SigningRequest, role: Role, base: str, key: SigningKey) -> str:
        prepared = make_revision(self._unit, request, role, base, key.info)
        self._kept(prepared.revision)
        value = key.sign(prepared.attributes)
        token = self._unit.tools[Timestamper].token(hashlib.sha256(value).digest())
        certificate, chain = key.info.certificate, key.info.chain
        return self._kept(complete(prepared.revision, prepared.attributes, value, certificate, chain, token))

    def _enter(self, facts: Facts, owner: UUID, sealed: str) -> None:
        content = self._unit.tools[Storage].get(sealed)
        seal, official = seal_facts(content), signature_facts(content, "Official")
        new = replace(
            self._model.entry,
            owner_key=str(owner),
            number=str(facts.number),
            sealed_sha256=sealed,
            pdf=seal.byte_range_digest,
            sv=seal.signature_value_sha256,
            sk=seal.certificate_sha256,
            auth=official.signature_value_sha256,
        )
        with self._unit.begin(SYSTEM) as work:
            reserve_paper(work, new.owner_key)
            reserve_number(work, NumberSeries(new.agency, "benchmark", facts.prepared_on.year), new.owner_key)
        with self._unit.begin(SYSTEM) as work:
            enter(work, new)

    def _preserved(self, sealed: bytes) -> bytes:
        certificates = certificates_of(sealed)
        found = self._unit.tools[RevocationSource].fetch(certificates)
        timestamper = self._unit.tools[Timestamper].token
        finished = preserve(sealed, authorities_among(certificates), list(found.crls), list(found.ocsps), timestamper)
        self._kept(finished)
        return finished

    def _kept(self, content: bytes) -> str:
        return self._unit.tools[Storage].put(content)


Run = Callable[[Facts], object]


def runs(ours: Ours, weasy: Weasy, keys: Mapping[str, SameKey]) -> dict[str, Run]:
    """What is compared, by name."""
    return {
        "typeset": ours.typeset,
        "weasyprint": weasy.typeset,
        "plain_signature": ours.plain,
        "plain_signature_rsa": lambda facts: ours.plain(facts, keys["rsa"].ours),
        "weasyprint_simple_signer_rsa": lambda facts: plain_signature(weasy.typeset(facts), keys["rsa"].signer),
        "weasyprint_simple_signer_ec": lambda facts: plain_signature(weasy.typeset(facts), keys["ec"].signer),
        "complete": ours.whole,
    }


def interleaved(
    ours: Ours, compared: Mapping[str, Run], apart_ms: Callable[[], float], rounds: int, warm: int = 3
) -> dict[str, list[Cost]]:
    """Each run once in every round, in an order that turns; the first rounds only warm up.

    `apart_ms` counts what does not belong to a run's cost, of processor and wall alike.
    """
    costs: dict[str, list[Cost]] = {name: [] for name in compared}
    names, number = list(compared), 0
    for turn in range(rounds + warm):
        for name in names[turn % len(names) :] + names[: turn % len(names)]:
            number += 1
            facts, run = ours.facts(number), compared[name]
            before = apart_ms()
            cost = measured(lambda run=run, facts=facts: run(facts))  # type: ignore[misc]
            apart = apart_ms() - before
            if turn >= warm:
                costs[name].append(Cost(cost.cpu_ms - apart, cost.wall_ms - apart))
    return costs
