"""Every table of this package, imported for the migrations and the grants."""

import licensing.accounts.models
import licensing.applications.models
import licensing.applications.reference
import licensing.catalogue.models
import licensing.deadlines.models
import licensing.decisions.models
import licensing.documents.models
import licensing.fees.models
import licensing.images.models
import licensing.licences.models
import licensing.licences.prints.models
import licensing.papers.models
import licensing.papers.numbering
import licensing.workflow.models  # noqa: F401
