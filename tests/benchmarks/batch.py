"""Many prepared licences signed with one PIN and sealed, by the real processes: how long it takes on the wall."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from uuid import UUID, uuid4

import sqlalchemy as sa

from config.access import SYSTEM
from config.storage import Storage
from config.unit_of_work import UnitOfWork
from licensing.licences.compose import compose
from licensing.licences.prepare import preparation_of
from signing.batches.open import open_batch
from signing.requests.file import file_request
from signing.requests.models import SigningRequest, State
from signing.requests.seal import order_seal
from tests.benchmarks.cpu import spent, tree_cpu_ms
from tests.benchmarks.installation import Installation, Say, busy_unit, wait_until
from tests.benchmarks.stages import Ours

PURPOSE = "benchmark"  # no reaction of a decision follows


@dataclass(frozen=True)
class Batch:
    """Seconds on the wall from the PIN to the last seal; milliseconds of processor time a licence, by part."""

    seconds: float
    parts: dict[str, float]


def sign_batch(installation: Installation, quiet: UnitOfWork, ours: Ours, count: int, say: Say) -> Batch:
    """Official B-T and seal B-T of `count` licences, each by jobs."""
    unit = busy_unit(installation.settings)
    say(f"preparing {count} licences")
    requests = [_filed(quiet, ours, number) for number in range(count)]
    authority = ours.facts(0).authority
    say("signing and sealing them with one PIN")
    before, began = tree_cpu_ms(installation.parent), time.monotonic()
    open_batch(unit, str(authority.account_id), authority.signing_key, installation.secrets.pin, requests)
    sealing: set[UUID] = set()

    def all_sealed() -> bool:
        with unit.begin(SYSTEM) as work:
            query = sa.select(SigningRequest.id, SigningRequest.state).where(SigningRequest.purpose == PURPOSE)
            states = {row.id: row.state for row in work.session.execute(query)}
            for request_id in [found for found, state in states.items() if state == State.SIGNED]:
                if request_id not in sealing:
                    sealing.add(request_id)
                    order_seal(work, request_id)
        return all(state == State.SEALED for state in states.values())

    wait_until("all are sealed", all_sealed, seconds=600, pause=0.2)
    seconds = round(time.monotonic() - began, 2)
    return Batch(seconds, spent(before, tree_cpu_ms(installation.parent), count))


def _filed(unit: UnitOfWork, ours: Ours, number: int) -> UUID:
    """A licence on record, as it is when its official finds it in the list."""
    facts = ours.facts(50_000 + number)
    document = unit.tools[Storage].put(compose(unit, facts))
    preparation = replace(preparation_of(uuid4(), facts, document, facts.prepared_on), purpose=PURPOSE)
    with unit.begin(SYSTEM) as work:
        return file_request(work, preparation).id
