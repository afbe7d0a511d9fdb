"""Why a document of others cannot go out under the agency's seal."""

from config.errors import RuleBroken
from config.sentences import later

TOO_LARGE = later("A PDF that is to be sealed has at most {size} MB.")
TOO_MUCH = later("The PDF is too complicated to be sealed and checked; print it to a new PDF.")


class EnclosureNotSuitable(RuleBroken):
    """The agency's seal cannot be put on this document so that everybody can check it."""
