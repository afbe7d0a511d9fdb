"""What a signature costs: one plain one, a complete licence, a timestamp; and whether memory stays flat."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from config import tokens
from config.typeset import Typesetter
from config.unit_of_work import UnitOfWork
from licensing.licences.compose import compose
from licensing.licences.layout import Facts
from licensing.licences.prepare import preparation_of
from signing.keys.keyring import Keyring
from signing.keys.protocol import SigningKey
from signing.pades.appearance import OFFICIAL_STAMP, SEAL_STAMP, STAMPS
from signing.pades.certificates import authorities_among, certificates_of
from signing.pades.complete import complete
from signing.pades.extend import preserve
from signing.pades.prepare import prepare
from signing.requests.models import Role, SigningRequest
from signing.requests.revision import FIELDS, stamp_data
from signing.timestamps.client import Timestamper
from signing.trust.revocation import RevocationSource
from tests.benchmarks.baseline import Weasy, plain_signature, same_keys
from tests.benchmarks.batch import sign_batch
from tests.benchmarks.cpu import Cost, measured, medians, tree_cpu_ms
from tests.benchmarks.installation import Installation, Say, fresh_installation, paused, quiet_unit
from tests.benchmarks.issue import machine
from tests.benchmarks.line import Line
from tests.benchmarks.peers import endesive, signpdf, simple_signer
from tests.benchmarks.stages import Ours, model_of
from tests.benchmarks.targets import all_met, held_against

TARGETS = {
    "bb_rsa2048_ms": 10.0,
    "rsa4096_over_its_key_operation": 1.3,
    "complete_vs_baseline": 0.45,
    "timestamp_ms": 3.0,
    "memory_growth_mb": 8.0,
    "batch_seconds": 25.0,
}
TOKENS = 300
WARM = 3
BATCH = 500  # what the target is for; a smaller one is counted up
FIRST = 300  # signatures after which memory is looked at for the first time: every cache is full by then


def benchmark_sign(count: int, many: int, batch: int, say: Say) -> dict[str, Any]:
    """Run each kind of signature `count` times in turn, then `many` in a row; hold the medians against the targets."""
    workers = str(os.cpu_count() or 1)
    with fresh_installation(say, WORKER_PROCESSES=workers) as installation, tempfile.TemporaryDirectory() as name:
        unit = quiet_unit(installation.settings)
        line = Line(installation, unit)
        warm = line.bring_to_decision(1)
        line.issue(warm)
        with paused(*installation.processes("worker")):
            bench = _bench(installation, unit, warm[0], Path(name))
            say(f"signing {count} documents in each way, in turn")
            costs = bench.interleaved(count)
            say("asking other signers")
            peers = bench.peers(count)
            say(f"asking for {TOKENS} timestamps")
            token_ms = _token_ms(installation, unit)
            say(f"signing {many} documents in a row")
            growth = bench.memory_growth_mb(many)
        together = sign_batch(installation, unit, bench.ours, batch, say)
    figures = {name: medians(found) for name, found in costs.items()}
    values = _values(figures) | {"timestamp_ms": token_ms, "memory_growth_mb": growth}
    values["batch_seconds"] = together.seconds * BATCH / batch
    targets = held_against(values, TARGETS)
    sizes = {"benchmark": "sign", "count": count, "many": many, "batch": batch}
    return sizes | {
        "met": all_met(targets),
        "targets": targets,
        "batch_parts_cpu_ms": together.parts,
        "ways": figures,
        "peers": peers,
        "machine": machine(),
    }


@dataclass(frozen=True)
class Bench:
    """Opened keys, ours and the baseline's, and documents to sign. Keys are opened once, on both sides."""

    unit: UnitOfWork
    ours: Ours
    weasy: Weasy
    keys: Mapping[str, Any]
    official: SigningKey
    seal: SigningKey
    folder: Path

    def interleaved(self, count: int) -> dict[str, list[Cost]]:
        """Each way once in every round, in an order that turns; each with a document of its own."""
        ways = self._ways()
        costs: dict[str, list[Cost]] = {name: [] for name in ways}
        names, number = list(ways), 0
        for turn in range(count + WARM):
            for name in names[turn % len(names) :] + names[: turn % len(names)]:
                number += 1
                facts = self.ours.facts(number)
                document = compose(self.unit, facts)
                apart = self.weasy.apart_ms
                cost = measured(lambda way=ways[name], given=(facts, document): way(*given))  # type: ignore[misc]
                apart = self.weasy.apart_ms - apart
                if turn >= WARM:
                    costs[name].append(Cost(cost.cpu_ms - apart, cost.wall_ms - apart))
        return costs

    def _ways(self) -> dict[str, Callable[[Facts, bytes], object]]:
        keys = {name: pair.ours for name, pair in self.keys.items()}
        attributes = b"x" * 200
        return {
            "bb_rsa2048": lambda facts, document: self.plain(document, keys["rsa"]),
            "bb_rsa4096": lambda facts, document: self.plain(document, keys["rsa4096"]),
            "bb_p256": lambda facts, document: self.plain(document, keys["ec"]),
            "raw_rsa2048": lambda facts, document: keys["rsa"].sign(attributes),
            "raw_rsa4096": lambda facts, document: keys["rsa4096"].sign(attributes),
            "complete": lambda facts, document: self.complete(facts),
            "weasyprint_simple_signer": lambda facts, document: plain_signature(
                self.weasy.typeset(facts), self.keys["rsa"].signer
            ),
        }

    def plain(self, document: bytes, key: SigningKey) -> bytes:
        """B-B into the empty field of a document that is ready: revision, key, CMS."""
        prepared = prepare(document, "Official", key.info.certificate, key.info.chain, None, self.unit.clock.now())
        value = key.sign(prepared.attributes)
        return complete(prepared.revision, prepared.attributes, value, key.info.certificate, key.info.chain, None)

    def complete(self, facts: Facts) -> bytes:
        """Typeset, official B-T with its stamp, seal B-LTA with its stamp; nothing stored, nothing entered."""
        fields = preparation_of(tokens.new_id(), facts, "0" * 64, facts.prepared_on)
        request = SigningRequest(
            stamps={name: getattr(fields.stamps, name) for name in fields.stamps.__dataclass_fields__},
            signatory_name=fields.signatory_name,
        )
        signed = self._with_stamp(request, Role.OFFICIAL, compose(self.unit, facts), self.official)
        sealed = self._with_stamp(request, Role.SEAL, signed, self.seal)
        certificates = certificates_of(sealed)
        found = self.unit.tools[RevocationSource].fetch(certificates)
        timestamper = self.unit.tools[Timestamper].token
        return preserve(sealed, authorities_among(certificates), list(found.crls), list(found.ocsps), timestamper)

    def _with_stamp(self, request: SigningRequest, role: Role, document: bytes, key: SigningKey) -> bytes:
        at = self.unit.clock.now()
        template = OFFICIAL_STAMP if role is Role.OFFICIAL else SEAL_STAMP
        data = stamp_data(request, role, at.astimezone(self.unit.clock.zone).isoformat(timespec="seconds"))
        stamp = self.unit.tools[Typesetter].typeset(STAMPS, template, data, at=at, standards=(), tagged=False)
        prepared = prepare(document, FIELDS[role], key.info.certificate, key.info.chain, stamp, at)
        value = key.sign(prepared.attributes)
        token = self.unit.tools[Timestamper].token(hashlib.sha256(value).digest())
        return complete(prepared.revision, prepared.attributes, value, key.info.certificate, key.info.chain, token)

    def peers(self, count: int) -> dict[str, Any]:
        """One plain signature with RSA-2048 over the same document, by others."""
        document, pair = compose(self.unit, self.ours.facts(0)), self.keys["rsa"]
        return {
            "pyhanko_simple_signer": simple_signer(document, pair.signer, count),
            "signpdf": signpdf(document, pair.file, self.folder, count),
            "endesive": endesive(document, pair.file, count),
        }

    def memory_growth_mb(self, many: int) -> float:
        """How much more memory this process holds after `many` plain signatures than after the first ones."""
        document, key = compose(self.unit, self.ours.facts(0)), self.keys["rsa"].ours
        first = 0.0
        for number in range(many):
            self.plain(document, key)
            if number + 1 == min(FIRST, many // 2):
                first = _resident_mb()
        return round(_resident_mb() - first, 2)


def _bench(installation: Installation, unit: UnitOfWork, application: str, folder: Path) -> Bench:
    settings = installation.settings
    keyring = Keyring(settings.keys_folder, unit.clock)
    ours = Ours(unit, model_of(unit, application), keyring, installation.secrets.pin)
    keys = same_keys(settings.keys_folder, unit.clock, folder, ("rsa", "ec", "rsa4096"))
    authority = ours.facts(0).authority
    official = keyring.official(authority.signing_key, installation.secrets.pin)
    return Bench(unit, ours, Weasy(settings.fonts_folder), keys, official, keyring.seal(authority.seal_key), folder)


def _values(figures: Mapping[str, Mapping[str, float]]) -> dict[str, float]:
    cpu = {name: figure["cpu_ms"] for name, figure in figures.items()}
    return {
        "bb_rsa2048_ms": cpu["bb_rsa2048"],
        "rsa4096_over_its_key_operation": (cpu["bb_rsa4096"] - cpu["bb_rsa2048"])
        / (cpu["raw_rsa4096"] - cpu["raw_rsa2048"]),
        "complete_vs_baseline": cpu["complete"] / cpu["weasyprint_simple_signer"],
    }


def _token_ms(installation: Installation, unit: UnitOfWork) -> float:
    """Processor time of the timestamp server's process for one token."""
    before = tree_cpu_ms(installation.parent)["tsa"]
    for number in range(TOKENS):
        unit.tools[Timestamper].token(hashlib.sha256(str(number).encode()).digest())
    return round((tree_cpu_ms(installation.parent)["tsa"] - before) / TOKENS, 2)


def _resident_mb() -> float:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1_000_000
