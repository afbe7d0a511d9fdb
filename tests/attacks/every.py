"""The whole collection: all modules that put their forgeries on the list."""

from tests.attacks import (  # noqa: F401 - each puts its forgeries on the list
    annotations,
    byte_ranges,
    cms_confusion,
    costly,
    duplicates,
    form_fields,
    incremental_saving,
    later_signatures,
    metadata,
    shadow,
    timestamps,
    universal_forgery,
    whole_file,
)
from tests.attacks.collection import ALL as ALL
