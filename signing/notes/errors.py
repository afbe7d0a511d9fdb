"""Why a note is not believed."""

from config.errors import RuleBroken


class NoteInvalid(RuleBroken):
    """The text is no signed note, or carries no good signature of the key that was asked for."""


class CheckpointInvalid(RuleBroken):
    """The text of a note is no checkpoint of a log."""
