"""Why the journal cannot be trusted or written."""

from config.errors import Unavailable


class JournalBroken(Unavailable):
    """A line was changed, removed, or put in by somebody else; no key is used until this is looked into."""
