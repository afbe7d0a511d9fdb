"""Puts into the journal which keys were retired, once each, whether the signer ran at that time or not."""

import threading
from pathlib import Path

from config.retired import RetiredKeys
from signing.journal.record import Journal, KeyUse

PURPOSE = "retirement"


class Retirements:
    """The retired keys of the folder of keys, as the journal has them: a line `refused` with the reason."""

    def __init__(self, keys: Path, journal: Journal) -> None:
        self._retired = RetiredKeys(keys)
        self._journal = journal
        self._guard = threading.Lock()

    def names(self) -> set[str]:
        """The names under which some key was retired."""
        return {key.name for key in self._retired.all()}

    def note(self) -> None:
        """Write down those that the journal does not have yet."""
        with self._guard:
            for key in self._retired.all():
                use = KeyUse(key.name, PURPOSE, key.mark, None, key.by)
                if not self._journal.has(use):
                    why = f"lost since {key.since.isoformat()}, retired at {key.at.isoformat()}: {key.reason}"
                    self._journal.record(use, "refused", why)
