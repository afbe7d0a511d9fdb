"""The fixtures of the service's tests."""

from tests.licensing.fixtures import app, browser, reactor, site, unit, whole_app

__all__ = ["app", "browser", "reactor", "site", "unit", "whole_app"]
