"""Every table of this package, imported for the migrations and the grants."""

import licensing.accounts.models  # noqa: F401
import licensing.documents.models  # noqa: F401
