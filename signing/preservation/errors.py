"""Why a document was not renewed; it stays as it is."""

from __future__ import annotations

from config.errors import RuleBroken


class NothingGained(RuleBroken):
    """The new timestamp would not outlast the old one: its authority or its algorithms end as soon."""


class TooManyTimestamps(RuleBroken):
    """One more timestamp would make the document too complex to be validated; it stays as it is."""


class SealTouched(RuleBroken):
    """The renewed document is not the old one with something behind it. Never seen; checked all the same."""


class LevelNotReached(RuleBroken):
    """The finished document has a lower level than its kind must have; it is not kept."""
