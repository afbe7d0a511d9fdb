"""How the desk says no."""

from config.errors import Conflict, RuleBroken


class PageOutdated(Conflict):
    """The application moved on after the page was opened; the page shows how it stands now."""


class FormIncomplete(RuleBroken):
    """A form of the desk lacks its choice, reason or file."""
