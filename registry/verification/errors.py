"""How verification says no."""

from config.errors import Conflict


class EvidencePending(Conflict):
    """The licence is in force; its file is handed out once its evidence is complete."""
