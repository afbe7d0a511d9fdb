"""A new installation gets its first agency and officials from the command line."""

from __future__ import annotations

import pytest
from click.testing import CliRunner, Result

from config.access import SYSTEM
from config.cli import Context
from config.serve import Plan
from config.unit_of_work import UnitOfWork
from licensing.accounts.authority import signing_authority
from licensing.accounts.cli import accounts
from licensing.accounts.errors import AccountNotFound
from licensing.accounts.queries import actor_of
from licensing.accounts.register import register_applicant
from licensing.accounts.roles import PERMISSIONS, Role
from licensing.accounts.sign_in import account_by_login, sign_in
from tests.licensing.accounts.conftest import PASSWORD

# fmt: off
AGENCY = (
    "open-agency", "--code", "H10", "--name", "Sở", "--name-en", "Department", "--superior-name", "Tỉnh",
    "--place-name", "Bắc", "--symbol", "S", "--seal-key", "seal-h10", "--cutoff", "15:30", "--address", "Đường",
    "--phone", "02",
)
# fmt: on


class Terminal:
    """Runs commands on the test's unit of work; what a command refuses is raised."""

    def __init__(self, unit: UnitOfWork) -> None:
        self._context = Context(lambda settings: unit, lambda settings, demonstration: Plan([], []))

    def __call__(self, *arguments: str) -> str:
        result = self.try_out(*arguments)
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        assert result.exit_code == 0, result.output
        return result.output.strip()

    def try_out(self, *arguments: str) -> Result:
        return CliRunner().invoke(accounts, arguments, obj=self._context)


@pytest.fixture
def run(unit: UnitOfWork, monkeypatch: pytest.MonkeyPatch) -> Terminal:
    monkeypatch.setattr(Context, "settings", None)
    return Terminal(unit)


def test_an_agency_and_its_head_are_made_and_the_head_signs_until_the_last_day(unit: UnitOfWork, run: Terminal) -> None:
    assert run(*AGENCY) == "H10"
    position = run("create-position", "H10", "--title", "GIÁM ĐỐC", "--title-en", "Director", "--may-sign")
    who = ["--name", "Bình", "--email", "b@x.vn", "--signing-key", "official-binh", "--password", PASSWORD]
    assert run("create-official", "Binh", *who) == "binh"
    period = ["--from", "2026-01-01", "--to", "2026-12-31"]
    appointment = run("appoint", "binh", position, *period, "--capacity", "KT.", "--on-behalf-title", "CHỦ TỊCH")
    run("grant-role", "binh", "approver", "--agency", "H10", *period)
    with unit.begin(SYSTEM) as work:
        account = account_by_login(work, "binh")
        assert account
        assert signing_authority(work, account.id, "H10").on_behalf_title == "CHỦ TỊCH"
        assert actor_of(work, account).permissions["H10"] == PERMISSIONS[Role.APPROVER]
    assert sign_in(unit, "binh", PASSWORD, "192.0.2.1")
    run("end-appointment", appointment, "2026-03-01")
    run("close", "binh")
    with unit.begin(SYSTEM) as work:
        closed = account_by_login(work, "binh")
        assert closed and not closed.active


def test_what_cannot_be_read_is_said(run: Terminal) -> None:
    refused = run.try_out("end-appointment", "00000000-0000-4000-8000-000000000000", "1/3/2026")
    assert refused.exit_code == 2 and "2026-02-12" in refused.output
    refused = run.try_out(*[*AGENCY, "--cutoff", "soon"])
    assert refused.exit_code == 2 and "15:00" in refused.output
    with pytest.raises(AccountNotFound):
        run("close", "nobody")


def test_an_address_is_vouched_for_where_no_mail_comes_through(unit: UnitOfWork, run: Terminal) -> None:
    with unit.begin(SYSTEM) as work:
        register_applicant(work, name="Lan", email="lan@example.vn", password=PASSWORD)
    run("vouch-for-address", "LAN@example.vn")
    with unit.begin(SYSTEM) as work:
        account = account_by_login(work, "lan@example.vn")
        assert account is not None and account.email_verified_by == "administrator"
    with pytest.raises(AccountNotFound):
        run("vouch-for-address", "nobody@example.vn")
