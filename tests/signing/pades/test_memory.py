"""Signing leaves nothing behind that only the collector of garbage would find: memory stays flat over any number."""

from __future__ import annotations

import gc
from collections.abc import Callable
from io import BytesIO

import pytest

from signing.pades.certificates import authorities_among, certificates_of
from signing.pades.digest import seal_facts
from signing.pades.errors import DocumentNotSuitable
from signing.pades.fields import SEAL
from signing.pades.prepare import prepare
from tests.pki.build import pki
from tests.signing.pades.build import AT, issued, preserve_now, sign, stamp, timestamper
from tests.signing.pades.numbered import prepared_to_seal, sealed_with, with_blanks

TOKEN = timestamper(AT)
MOST = 40  # small ones, of functions inside functions of pyHanko; a document with its objects is five hundred


def left_behind(act: Callable[[], object]) -> list[object]:
    """The objects in circles, after everything that is made once was made."""
    act()
    gc.collect()
    gc.disable()
    gc.set_debug(gc.DEBUG_SAVEALL)
    try:
        act()
        gc.collect()
        return list(gc.garbage)
    finally:
        gc.set_debug(0)
        gc.garbage.clear()
        gc.enable()


def refused() -> None:
    with pytest.raises(DocumentNotSuitable):
        prepare(issued().base, SEAL, pki().seal.certificate_der, pki().seal.chain_der, stamp(SEAL), AT)


@pytest.mark.parametrize(
    "act",
    [
        lambda: sign(issued().fields, "Official", pki().official, timestamps=TOKEN),
        lambda: sealed_with(with_blanks(), prepared_to_seal(with_blanks())),
        lambda: preserve_now(issued().sealed),
        lambda: authorities_among(certificates_of(issued().sealed)),
        lambda: seal_facts(issued().preserved),
        refused,
    ],
    ids=["official", "seal with blanks", "preserve", "certificates", "facts", "refused"],
)
def test_no_document_is_left_behind(act: Callable[[], object]) -> None:
    left = left_behind(act)
    assert len(left) < MOST
    assert not [one for one in left if isinstance(one, BytesIO)]
