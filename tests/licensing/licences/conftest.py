"""The fixtures of the service's tests."""

from tests.licensing.fixtures import app, browser, reactor, unit

__all__ = ["app", "browser", "reactor", "unit"]
