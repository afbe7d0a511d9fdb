"""Why a batch is not opened."""

from config.errors import NotFound, RuleBroken


class BatchNotFound(NotFound):
    """There is no such batch, or it is somebody else's."""


class BatchEmpty(RuleBroken):
    """None of the documents waits for this signature."""
