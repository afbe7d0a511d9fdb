"""The fixtures of the service's tests."""

from tests.licensing.fixtures import reactor, unit

__all__ = ["reactor", "unit"]
