"""Every table of this package, imported for the migrations and the grants."""

import registry.compromise.models
import registry.entries.models
import registry.log.models
import registry.preservation.models
import registry.prints.models
import registry.suspicions.models
import registry.verification.models  # noqa: F401
