"""These tests break the journal on purpose, in a database of their own."""

from tests.signing.own_database import database, engine, settings

__all__ = ["database", "engine", "settings"]
