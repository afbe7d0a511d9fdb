"""Every table of this package, imported for the migrations and the grants."""

import signing.batches.models
import signing.journal.models
import signing.receipts.models
import signing.requests.models
import signing.sessions.models
import signing.statements.models  # noqa: F401
