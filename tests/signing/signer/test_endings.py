"""The signer process says what ends: to whoever asks, and in its log when it starts."""

from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from config.clock import FrozenClock
from config.settings import Settings
from config.unit_of_work import UnitOfWork
from signing.requests.endings import ends_soon
from signing.signer.client import SignerClient
from signing.signer.serving import prepare
from signing.trust.anchors import TrustStore
from signing.trust.endings import endings
from tests.pki.build import END
from tests.signing.signer.conftest import Case


def test_whoever_may_ask_learns_what_the_folder_of_keys_says(case: Case) -> None:
    trust = TrustStore.from_folder(case.ours.folder / "trust")
    assert case.signer.endings() == endings(case.ours.folder, trust)


def test_what_ends_within_the_time_that_is_set_is_told(case: Case, settings: Settings) -> None:
    case.unit.tools.add(case.signer)
    case.unit.tools.add(settings)
    assert [one.name for one in ends_soon(case.unit) or ()] == ["official-expired"]
    case.clock.at = END - timedelta(days=59)
    assert {"seal-health", "official-head", "tsa"} - {one.name for one in ends_soon(case.unit) or ()} == {"tsa"}


def test_a_signer_that_is_silent_is_told_apart_from_one_that_has_nothing_to_say(
    unit: UnitOfWork, settings: Settings, tmp_path: Path
) -> None:
    unit.tools.add(SignerClient(tmp_path / "nobody"))
    unit.tools.add(settings)
    assert ends_soon(unit) is None


def test_the_signer_warns_in_its_log_when_it_starts(
    signer_settings: Settings, database: sa.Engine, clock: FrozenClock, caplog: pytest.LogCaptureFixture
) -> None:
    prepare(signer_settings, clock).close()
    assert "official official-expired ends at 2025-07-01" in caplog.text
    assert "seal-health" not in caplog.text
