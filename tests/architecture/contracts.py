"""Runs the import contracts of pyproject.toml on a tree: ours, or a sample that somebody broke on purpose."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
ROOTS = ("config", "signing", "registry", "licensing")

# The rooms that the contracts name, and a few beside them; an empty module each.
ROOMS = (
    *("config.access", "config.clock", "config.database", "config.unit_of_work"),
    *("config.errors", "signing.tables", "signing.reactions", "signing.wiring"),
    *(
        "signing.requests.file",
        "signing.batches.open",
        "signing.requests.events",
        "signing.signer.client",
        "signing.signer.server",
    ),
    *("signing.sessions.begin", "signing.sessions.events", "signing.compromise.keyfolder", "signing.statements.state"),
    *("signing.receipts.sign",),
    *("signing.agent_requests.ask", "signing.agent_requests.jws", "signing.agent.cli", "signing.agent.keys"),
    *(
        "signing.validation.validate",
        "signing.validation.census",
        "signing.validation.apart",
        "signing.validation.child",
    ),
    *("signing.validation.look", "signing.validation.filled_later", "signing.validation.engine_quickened"),
    *("signing.cli", "signing.pades.certificates", "signing.pades.levels", "signing.preservation.renew"),
    *("config.conversation", "config.fortress"),
    *("signing.validation.integrity", "signing.validation.revisions", "signing.validation.certificates"),
    *(f"signing.validation.detached.{name}" for name in ("validate", "cms_signature", "xml_signature", "child")),
    *("signing.validation.compared", "signing.validation.drawing_child"),
    *("registry.verification.by_document",),
    *("signing.keys.pkcs11", "signing.journal.record", "config.settings"),
    *("signing.keys.keyring", "signing.pades.prepare", "signing.notes.extension", "registry.tables"),
    *("registry.entries.enter", "registry.entries.events", "registry.entries.rules", "registry.log.merkle"),
    *("licensing.tables", "licensing.reactions", "licensing.wiring", "licensing.accounts.models"),
    *(
        "licensing.catalogue.rules",
        "licensing.documents.attach",
        "licensing.applications.submit",
        "licensing.applications.api",
    ),
    *(
        "licensing.applications.lifecycle",
        "licensing.deadlines.working_days",
        "licensing.workflow.interpreter",
        "licensing.fees.rules",
    ),
    *(
        "licensing.decisions.approve",
        "licensing.papers.file",
        "licensing.licences.issue",
        "licensing.notifications.send",
    ),
    *("licensing.tracking.pages", "licensing.desk.pages"),
)

# Run in the tree's own folder by a fresh interpreter, because this one has our packages loaded already.
PROGRAM = """
import json, sys
sys.path.insert(0, ".")
from importlinter import configuration
configuration.configure()
from importlinter.application import output, use_cases
options = use_cases.read_user_options(sys.argv[1])
use_cases._register_contract_types(options)
output.console.file = sys.stderr
report = use_cases.create_report(options, cache_dir=None)
ids = {contract["name"]: contract["id"] for contract in options.contracts_options}
checks = [(ids[contract.name], check) for contract, check in report.get_contracts_and_checks()]
kept = {contract: check.kept for contract, check in checks}
why = {contract: repr(check.metadata) for contract, check in checks}
invalid = {name: str(error.errors) for name, error in report.invalid_contract_options.items()}
print(json.dumps({"kept": kept, "why": why, "invalid": invalid, "modules": sorted(report.graph.modules)}))
"""


@dataclass(frozen=True)
class Verdict:
    """What import-linter said: each contract by its id, its reasons as text, and the modules it saw."""

    kept: Mapping[str, bool]
    why: Mapping[str, str]
    modules: frozenset[str]

    @property
    def broken(self) -> list[str]:
        return sorted(contract for contract, kept in self.kept.items() if not kept)


def run_contracts(folder: Path) -> Verdict:
    """The verdict on the packages in `folder`, by the contracts of our own pyproject.toml."""
    command = [sys.executable, "-c", PROGRAM, str(ROOT / "pyproject.toml")]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=120, check=False)
    if done.returncode:
        raise AssertionError(f"import-linter could not run: {done.stderr[-2000:]}")
    said = json.loads(done.stdout)
    assert not said["invalid"], said["invalid"]
    return Verdict(said["kept"], said["why"], frozenset(said["modules"]))


def write_sample(folder: Path, imports: Mapping[str, str]) -> None:
    """A tree of all rooms, with `imports`: a line of code for each module that shall have one."""
    for name in [*ROOMS, *imports]:
        path = folder / Path(*name.split("."))
        path.parent.mkdir(parents=True, exist_ok=True)
        path.with_suffix(".py").touch()
        for package in [path.parent, *path.parent.parents]:
            if package == folder:
                break
            (package / "__init__.py").touch()
    for name, line in imports.items():
        with (folder / Path(*name.split("."))).with_suffix(".py").open("a") as file:
            file.write(line + "\n")


def modules_on_disk(folder: Path) -> frozenset[str]:
    """Every module of the four packages, named as Python names it."""
    found = set()
    for root in ROOTS:
        for path in (folder / root).rglob("*.py"):
            parts = path.relative_to(folder).with_suffix("").parts
            found.add(".".join(parts[:-1] if parts[-1] == "__init__" else parts))
    return frozenset(found)
