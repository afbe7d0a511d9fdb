"""House rules over all files of the tree, code or not: names, words, hosts, keys, locks."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable
from pathlib import PurePosixPath

from tests.architecture.code_guards import words
from tests.architecture.sources import Inspection, Source, identifiers

# A folder or module of this name says nothing about what is in it, so everything ends up there.
SAYS_NOTHING = {
    *("util", "utils", "utilities", "helper", "helpers", "service", "services", "manager", "managers"),
    *("common", "base", "misc", "shared", "core", "lib", "stuff"),
}

# The words that the glossary bans and that mean nothing else in a program.
BANNED_IDENTIFIERS = {"permit", "permits", "dossier", "dossiers", "sla", "slas", "blockchain", "license", "licenses"}
BANNED_IN_TEXT = re.compile(r"\b(permits?|dossiers?|SLAs?|blockchains?|(?<!to )licenses?)\b")
TEXT_WITH_WORDS = (".html", ".jinja", ".typ", ".md", ".yaml", ".yml")
WORDS_ELSEWHERE = {"docs/glossary.md", "publiccode.yml"}  # lists the banned words; has keys of a foreign format

REGISTRY_HOST = re.compile(
    r"(pypi|pythonhosted|crates|proxy\.golang|maven\.apache|maven\.org|deb\.debian|npmjs)\.(org|io|com)\b|(?<!no-emit-)index[-_]url\b"
)
LOCK_ADDRESS = re.compile(r'"resolved"|https?://')
MACHINE_PATH = re.compile(r"(?<![\w.:~-])/(root|home|work|Users|workspace)/\w")
KEY_MATERIAL = re.compile("PRIVATE" + " KEY")
KEY_FILE = {".p12", ".pfx", ".key", ".jks", ".keystore", ".pass"}

REQUIREMENT = re.compile(r"^[a-z0-9][a-z0-9._-]*(\[[a-z0-9, _-]+\])?==\S+", re.IGNORECASE)
SHA256 = re.compile(r"--hash=sha256:[0-9a-f]{64}(\s|$)")


def telling_file_names(sources: Iterable[Source]) -> Inspection:
    """No module or folder is called utils, helpers, services, managers, common or base."""
    seen = Inspection()
    for source in sources:
        parts = PurePosixPath(source.path).with_suffix("").parts
        seen.look(source.path.endswith(".py") and bool(set(parts) & SAYS_NOTHING), source.path)
    return seen


def one_word_a_concept_in_code(sources: Iterable[Source]) -> Inspection:
    """Identifiers use the words of the glossary."""
    seen = Inspection()
    for source in sources:
        for name, line in identifiers(source):
            seen.look(bool(set(words(name)) & BANNED_IDENTIFIERS), f"{source.path}:{line} {name}")
    return seen


def one_word_a_concept_in_texts(sources: Iterable[Source]) -> Inspection:
    """Pages, papers, packages and documentation use the words of the glossary."""
    seen = Inspection()
    for source in sources:
        if source.path.endswith(TEXT_WITH_WORDS) and source.path not in WORDS_ELSEWHERE:
            for number, line in enumerate(source.text.splitlines(), 1):
                found = BANNED_IN_TEXT.search(line)
                seen.look(bool(found), f"{source.path}:{number} {found and found[0]}")
    return seen


def no_host_and_no_machine(sources: Iterable[Source]) -> Inspection:
    """Packages are named, never where they are fetched from; no path of anybody's machine."""
    seen = Inspection()
    for source in sources:
        lock = source.path == "package-lock.json" or source.path.startswith("requirements/")
        for number, line in enumerate(source.text.splitlines(), 1):
            found = REGISTRY_HOST.search(line) or MACHINE_PATH.search(line) or (lock and LOCK_ADDRESS.search(line))
            seen.look(bool(found), f"{source.path}:{number} {found and found[0]}")
    return seen


def no_key_material(sources: Iterable[Source]) -> Inspection:
    """Keys are made where they are used: none is ever in the tree, not even for tests."""
    seen = Inspection()
    for source in sources:
        wrong = bool(KEY_MATERIAL.search(source.text)) or PurePosixPath(source.path).suffix in KEY_FILE
        seen.look(wrong, f"{source.path} holds a key")
    return seen


def hashed_requirements(sources: Iterable[Source]) -> Inspection:
    """Every locked package is pinned to a version and to its files' hashes."""
    seen = Inspection()
    for source in sources:
        if re.fullmatch(r"requirements/\w+\.txt", source.path):
            for line in source.text.replace("\\\n", " ").splitlines():
                if line.strip() and not line.lstrip().startswith("#"):
                    wrong = not REQUIREMENT.match(line) or not SHA256.search(line)
                    seen.look(wrong, f"{source.path}: {line.split()[0]} is not pinned by hash")
    return seen


def todos_name_an_issue(sources: Iterable[Source]) -> Inspection:
    """What is left to do has a number: TODO(#12)."""
    seen = Inspection()
    for source in sources:
        for number, line in enumerate(source.text.splitlines(), 1):
            wrong = source.path.endswith(".py") and re.search(r"#.*\b(T[O]DO(?!\(#\d+\))|FIX[M]E|X[X]X)\b", line)
            seen.look(bool(wrong), f"{source.path}:{number} {line.strip()}")
    return seen


def every_skip_has_a_reason(sources: Iterable[Source]) -> Inspection:
    """A test that may be skipped says why."""
    seen = Inspection()
    for source in sources:
        for node in ast.walk(source.tree):
            if isinstance(node, ast.Call) and source.is_test:
                name = ast.unparse(node.func)
                given = {keyword.arg for keyword in node.keywords}
                bare = name in ("pytest.skip", "pytest.mark.skip") and not (node.args or "reason" in given)
                seen.look(
                    bare or (name == "pytest.mark.skipif" and "reason" not in given),
                    f"{source.path}:{node.lineno} {name} without a reason",
                )
    return seen
