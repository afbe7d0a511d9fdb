"""How the catalogue says no."""

from collections.abc import Sequence

from config.errors import Conflict, Fault, NotFound, RuleBroken


class PackageBroken(RuleBroken):
    """A procedure package is not what packages/README.md asks for; every fault with its place."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        places = "; ".join(f"{fault['pointer']}: {fault['detail']}" for fault in faults[:20])
        super().__init__(f"The package has {len(faults)} fault(s): {places}", faults)


class ProcedureNotFound(NotFound):
    """There is no such procedure, or none in force on that day."""


class ProcedureClosed(RuleBroken):
    """The procedure no longer takes applications."""


class RevisionOutOfOrder(Conflict):
    """A revision must begin after every revision that was published before it."""


class ReasonNeeded(RuleBroken):
    """A procedure is not closed without saying why."""


class RevisionDamaged(Exception):
    """A stored revision is no longer what was published: somebody rewrote the database. Never a caller's fault."""
