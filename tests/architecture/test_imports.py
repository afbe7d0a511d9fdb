"""Who may import whom: the contracts of pyproject.toml are kept by our tree, and broken by each bad sample."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from tests.architecture.contracts import ROOT, ROOTS, modules_on_disk, run_contracts, write_sample

ALLOWED = {
    "signing.pades.prepare": "import pyhanko, config.errors",
    "signing.requests.file": "import signing.signer.client",
    "signing.signer.server": "import signing.keys.keyring",
    "signing.batches.open": "import signing.signer.client, signing.requests.file",
    "signing.sessions.begin": "import signing.requests.file, signing.signer.client",
    "signing.wiring": "import signing.signer.client, signing.agent.cli, flask",
    "signing.agent_requests.ask": "import signing.signer.client, signing.sessions.finish",
    "signing.agent.keys": "import signing.keys.pkcs11, signing.agent_requests.jws",
    "signing.cli": "import signing.validation.apart",
    "signing.validation.child": "import signing.validation.validate",
    "signing.statements.state": "import signing.requests.file, signing.signer.client",
    "signing.receipts.sign": "import signing.signer.client",
    "registry.entries.enter": "import signing.requests.file, sqlalchemy",
    "registry.entries.rules": "import config.errors, datetime",
    "licensing.licences.issue": "import registry.entries.enter, signing.requests.file, licensing.decisions.approve",
    "licensing.papers.file": "import signing.requests.file",
    "licensing.reactions": "import registry.entries.events, signing.requests.events, licensing.licences.issue",
    "licensing.applications.api": "import flask, marshmallow, licensing.applications.submit",
    "licensing.applications.submit": "import config.access, config.unit_of_work, licensing.catalogue.rules",
}

# contract, module that breaks it, its bad line
FORBIDDEN = [
    ("direction", "config.bad", "import signing"),
    ("direction", "signing.bad", "import registry.entries.enter"),
    ("direction", "registry.bad", "import licensing"),
    ("registry-door", "licensing.decisions.bad", "import registry.entries.enter"),
    ("registry-door", "licensing.reactions", "import registry.entries.enter"),
    ("requests-door", "licensing.applications.bad", "import signing.requests.file"),
    ("requests-door", "signing.signer.bad", "import signing.requests.file"),
    ("requests-door", "licensing.reactions", "import signing.requests.file"),
    ("signer-door", "licensing.licences.bad", "import signing.signer.client"),
    ("signer-door", "registry.log.bad", "import signing.signer.client"),
    ("keys-door", "signing.requests.bad", "import signing.keys.keyring"),
    ("keys-door", "licensing.accounts.bad", "import signing.keys"),
    ("agent-door", "signing.signer.bad", "import signing.agent.keys"),
    ("agent-door", "licensing.desk.bad", "import signing.agent"),
    ("agent-door", "signing.wiring", "import signing.agent.keys"),
    ("agent-alone", "signing.agent.bad", "import signing.signer.client"),
    ("agent-alone", "signing.agent.bad", "from config.unit_of_work import Work"),
    ("validator-door", "registry.verification.bad", "from signing.validation.validate import validate"),
    ("validator-door", "signing.cli", "import signing.validation.census"),
    ("validator-door", "licensing.documents.bad", "import signing.validation.detached.validate"),
    ("validator-door", "registry.verification.bad", "from signing.validation.look import look"),
    ("asker-blind", "registry.verification.bad", "import pikepdf"),
    ("asker-blind", "signing.cli", "from signing.pades.certificates import certificates_of"),
    ("validator-door", "registry.verification.bad", "from signing.validation.compared import compared"),
    ("rooms", "licensing.applications.bad", "import licensing.decisions.approve"),
    ("rooms", "licensing.accounts.bad", "import licensing.catalogue.rules"),
    ("rooms", "licensing.desk.bad", "import licensing.tracking.pages"),
    ("rooms", "licensing.licences.bad", "import licensing.desk.pages"),
    ("rooms", "licensing.newroom.bad", ""),
    ("pure", "licensing.fees.rules", "import sqlalchemy"),
    ("pure", "licensing.applications.lifecycle", "from flask import g"),
    ("pure", "registry.log.merkle", "from config.unit_of_work import Work"),
    ("pure", "licensing.deadlines.working_days", "import config.clock"),
    ("pure", "licensing.workflow.interpreter", "import marshmallow"),
    ("no-web", "licensing.applications.submit", "import flask"),
    ("no-web", "registry.entries.queries", "from werkzeug.exceptions import NotFound"),
    ("no-web", "signing.requests.models", "import marshmallow"),
    ("pdf-libraries", "registry.entries.bad", "from pyhanko.sign import signers"),
    ("pdf-libraries", "licensing.licences.bad", "import asn1crypto"),
    ("pdf-libraries", "config.bad", "import pkcs11"),
    ("nobody-imports-app", "licensing.licences.bad", "from app import create_app"),
]


def test_our_imports_keep_every_contract_and_no_module_hides_from_them() -> None:
    verdict = run_contracts(ROOT)
    assert verdict.broken == [], {contract: verdict.why[contract] for contract in verdict.broken}
    ours = {module for module in verdict.modules if module.split(".")[0] in ROOTS}
    assert modules_on_disk(ROOT) - ours == set(), "a folder without __init__.py is invisible to the contracts"
    assert len(ours) > 60


def test_what_the_contracts_allow_is_not_reported(tmp_path: Path) -> None:
    write_sample(tmp_path, ALLOWED)
    verdict = run_contracts(tmp_path)
    assert verdict.broken == [], {contract: verdict.why[contract] for contract in verdict.broken}


@pytest.mark.parametrize(("contract", "module", "line"), FORBIDDEN)
def test_a_forbidden_import_breaks_its_contract(tmp_path: Path, contract: str, module: str, line: str) -> None:
    write_sample(tmp_path, {module: line})
    verdict = run_contracts(tmp_path)
    assert contract in verdict.broken


def test_every_contract_is_a_sentence_and_has_been_broken() -> None:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    assert {contract["id"] for contract in contracts} == {contract for contract, _module, _line in FORBIDDEN}
    assert [contract["name"] for contract in contracts if len(contract["name"].split()) < 3] == []
