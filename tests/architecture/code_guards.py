"""House rules over Python files, each a function from sources to what it saw and what it found."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable

from tests.architecture.sources import Inspection, Source, calls, dotted, identifiers

FILE_LINES, FUNCTION_LINES = 300, 40

# Hidden clocks and dice, by the end of the dotted name; the second column may use them.
HIDDEN = {
    r"(datetime|dt)\.(now|utcnow|today)": "config/clock.py",
    r"date\.today": "config/clock.py",
    r"(^|\.)time\.(time|time_ns|localtime|gmtime)": "config/clock.py",
    r"func\.(now|current_timestamp|current_date|localtimestamp|clock_timestamp|random|gen_random_uuid)": "",
    r"uuid\.uuid[14]|^uuid[14]": "config/tokens.py",
    r"os\.(urandom|getrandom)|^urandom": "config/tokens.py",
    r"random_serial_number": "config/tokens.py",
}
DICE = {"secrets", "random"}
DATABASE_CLOCK = re.compile(r"\b(CURRENT_TIMESTAMP|CURRENT_DATE|gen_random_uuid\(\)|now\(\))", re.IGNORECASE)

# House words that config must not know; licensing, signing and registry are names of packages, not of things.
DOMAIN = {
    *("licence", "licences", "licensee", "applicant", "applicants", "procedure", "procedures", "fee", "fees", "tariff"),
    *("decision", "decisions", "attachment", "attachments", "consultation", "inspection", "approver", "officer"),
    *("signatory", "preparation", "agency"),
}
DOMAIN_ALLOWED = {
    "config/settings.py": DOMAIN,  # an installation decides about all of the house
    "config/access.py": {"agency"},  # permissions are held at an agency, for every package alike
    "config/retries.py": {"decision"},  # as the library of jobs calls what follows from a failure
}


def one_commit_place(sources: Iterable[Source]) -> Inspection:
    """Nobody commits or rolls back but the unit of work."""
    seen = Inspection()
    for source in sources:
        for name, call in calls(source):
            last = name.rpartition(".")[2]
            wrong = last in ("commit", "rollback") and "." in name and source.path != "config/unit_of_work.py"
            seen.look(wrong, f"{source.path}:{call.lineno} {name}()")
    return seen


def no_hidden_clock_or_dice(sources: Iterable[Source]) -> Inspection:
    """Time comes from a Clock, randomness from config/tokens.py; the database makes neither."""
    seen = Inspection()
    for source in sources:
        for node in ast.walk(source.tree):
            if isinstance(node, ast.Attribute | ast.Name):
                name = dotted(node)
                places = [place for hidden, place in HIDDEN.items() if re.search(f"({hidden})$", name)]
                seen.look(places not in ([], [source.path]), f"{source.path}:{node.lineno} {name}")
            if isinstance(node, ast.Import | ast.ImportFrom) and source.path != "config/tokens.py":
                imported = {getattr(node, "module", None), *(alias.name for alias in node.names)}
                seen.look(bool(imported & DICE), f"{source.path}:{node.lineno} {ast.unparse(node)}")
            if isinstance(node, ast.keyword) and node.arg == "server_default":
                text = ast.unparse(node.value)
                seen.look(bool(DATABASE_CLOCK.search(text)), f"{source.path}:{node.lineno} server_default={text}")
    return seen


def small_files(sources: Iterable[Source]) -> Inspection:
    """No file above 300 lines: at 250 it is split by noun."""
    seen = Inspection()
    for source in sources:
        lines = len(source.text.splitlines())
        seen.look(lines > FILE_LINES, f"{source.path} has {lines} lines")
    return seen


def short_functions(sources: Iterable[Source]) -> Inspection:
    """No function above 40 lines; what a migration does stands in one piece."""
    seen = Inspection()
    for source in sources:
        for node in ast.walk(source.tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and "migrations/versions" not in source.path:
                lines = (node.end_lineno or node.lineno) - node.lineno + 1
                seen.look(lines > FUNCTION_LINES, f"{source.path}:{node.lineno} {node.name} has {lines} lines")
    return seen


def module_docstrings(sources: Iterable[Source]) -> Inspection:
    """Every file with code says first why it exists."""
    seen = Inspection()
    for source in sources:
        if source.text.strip():
            seen.look(not ast.get_docstring(source.tree), f"{source.path} does not say why it exists")
    return seen


def config_knows_no_domain(sources: Iterable[Source]) -> Inspection:
    """config/ carries the house and does not know what happens in it."""
    seen = Inspection()
    for source in sources:
        if source.path.startswith("config/"):
            banned = DOMAIN - DOMAIN_ALLOWED.get(source.path, set())
            for name, line in identifiers(source):
                found = set(words(name)) & banned
                seen.look(bool(found), f"{source.path}:{line} {name}")
    return seen


def no_sleep_in_tests(sources: Iterable[Source]) -> Inspection:
    """A test waits for a fact, never for a time."""
    seen = Inspection()
    for source in sources:
        for name, call in calls(source):
            wrong = source.is_test and name.rpartition(".")[2] == "sleep"
            seen.look(wrong, f"{source.path}:{call.lineno} {name}()")
    return seen


def words(identifier: str) -> list[str]:
    """`LicenceIssued`, `licence_issued` -> licence, issued."""
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|\.", "_", identifier)
    return [word for word in spaced.lower().split("_") if word]
