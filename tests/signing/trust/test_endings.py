"""What ends is found wherever it stands, and said in time."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from signing.pki.lists import LISTS
from signing.trust.anchors import TrustStore
from signing.trust.endings import What, endings, soon
from tests.pki.build import END, EXPIRED_AT, Pki, copy_of, pki

NOW = datetime(2026, 2, 12, 3, 0, tzinfo=UTC)


@pytest.fixture
def ours(tmp_path: Path) -> Pki:
    return copy_of(pki(), tmp_path / "keys")


def _found(ours: Pki) -> dict[tuple[What, str], datetime]:
    return {(one.what, one.name): one.until for one in endings(ours.folder, TrustStore.of([pki().root]))}


def test_every_kind_of_certificate_is_found(ours: Pki) -> None:
    found = _found(ours)
    assert {what for what, _ in found} == set(What) - {What.LIST}
    assert found[What.SEAL, "seal-health"] == END
    assert found[What.OFFICIAL, "official-expired"] == EXPIRED_AT
    assert found[What.ALGORITHM, "rsassa_pkcs1v15 2048"] == datetime(2031, 1, 1, tzinfo=UTC)


def test_the_first_to_end_stands_on_top_and_what_has_ended_is_said_too(ours: Pki) -> None:
    everything = endings(ours.folder, TrustStore.of([ours.root]))
    assert [one.until for one in everything] == sorted(one.until for one in everything)
    warned = soon(everything, NOW, 60)
    assert {one.name for one in warned} == {"official-expired", "seal-expired"}
    assert {one.name for one in soon(everything, END - timedelta(days=60), 60)} >= {"seal-health", "official-head"}
    assert not {one.name for one in soon(everything, END - timedelta(days=61), 60)} & {"seal-health"}


def test_a_list_is_told_of_only_where_nobody_makes_it_anew_by_itself(ours: Pki) -> None:
    (ours.folder / LISTS).mkdir(exist_ok=True)
    issuing, root = ours.crls(NOW)
    (ours.folder / LISTS / "issuing.crl").write_bytes(issuing)
    (ours.folder / LISTS / "root.crl").write_bytes(root)
    assert not [name for what, name in _found(ours) if what is What.LIST]
    (ours.folder / "root.pass").unlink()
    assert [name for what, name in _found(ours) if what is What.LIST] == ["root"]


def test_an_outside_keys_authority_ends_too(ours: Pki) -> None:
    (ours.folder / "issuing.pem").unlink()  # as where the authority is somewhere else
    assert What.ISSUING in {what for what, _ in _found(ours)}
