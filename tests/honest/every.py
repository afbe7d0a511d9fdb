"""The whole collection: all modules that put their honest files on the list."""

from __future__ import annotations

from tests.honest import by_openssl, by_pyhanko, ours, samples  # noqa: F401 - each puts its files on the list
from tests.honest.collection import ALL as ALL
