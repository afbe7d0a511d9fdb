"""Let the signer process read signing sessions. Expand-only.

No table changes: the rights come from the tables themselves (`config.roles`) and are granted after every upgrade. This
version makes an installation that exists run it, before its signer is asked for something that it cannot read.
"""

revision = "0019_let_signer_read_sessions"
down_revision = "0018_create_prints"


def upgrade() -> None:
    """Nothing but the grants that follow."""
