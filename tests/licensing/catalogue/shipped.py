"""The shipped package, and the same with some of its text changed."""

from __future__ import annotations

from functools import cache

from licensing.catalogue.package import ProcedurePackage
from licensing.catalogue.read import PACKAGES, package_of, read_package

CODE = "2.001827"


@cache
def shipped() -> ProcedurePackage:
    """The food-safety certificate."""
    return read_package(PACKAGES / CODE)


def changed(name: str, *pairs: tuple[str, str]) -> ProcedurePackage:
    """The package with texts of one file replaced, once each; each must have been there."""
    text = shipped().files[name]
    for was, becomes in pairs:
        assert was in text, was
        text = text.replace(was, becomes, 1)
    return package_of({**shipped().files, name: text})
