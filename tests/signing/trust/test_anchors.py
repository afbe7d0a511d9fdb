"""Roots come from the folder of the installation and from nowhere else."""

from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from signing.trust.anchors import TrustStore, is_trial
from signing.trust.errors import TrustFolderUnusable
from tests.pki.build import foreign_pki, pki


def test_self_signed_certificates_are_roots_and_others_intermediates(tmp_path: Path) -> None:
    pems = [one.public_bytes(Encoding.PEM) for one in (pki().root, pki().issuing)]
    (tmp_path / "both.pem").write_bytes(b"".join(pems))
    (tmp_path / "other.pem").write_bytes(foreign_pki().root.public_bytes(Encoding.PEM))
    store = TrustStore.from_folder(tmp_path)
    assert set(store.roots) == {one.public_bytes(Encoding.DER) for one in (pki().root, foreign_pki().root)}
    assert store.intermediates == (pki().issuing.public_bytes(Encoding.DER),)
    assert not store.any_issuer


def test_a_folder_without_a_root_is_unusable(tmp_path: Path) -> None:
    with pytest.raises(TrustFolderUnusable):
        TrustStore.from_folder(tmp_path)
    (tmp_path / "issuing.pem").write_bytes(pki().issuing.public_bytes(Encoding.PEM))
    with pytest.raises(TrustFolderUnusable):
        TrustStore.from_folder(tmp_path)


def test_a_file_that_is_no_certificate_stops_everything(tmp_path: Path) -> None:
    (tmp_path / "root.pem").write_bytes(pki().root.public_bytes(Encoding.PEM))
    (tmp_path / "wrong.pem").write_bytes(b"no certificate")
    with pytest.raises(TrustFolderUnusable):
        TrustStore.from_folder(tmp_path)


def test_the_trial_authority_says_that_it_has_no_legal_value() -> None:
    assert is_trial(pki().root.public_bytes(Encoding.DER))
    assert is_trial(pki().seal.certificate_der)
