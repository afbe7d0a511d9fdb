"""The desk's search: without case and marks, each sign means itself, and each part goes by its index."""

from __future__ import annotations

import psycopg
import pytest
import sqlalchemy as sa

from config.access import SYSTEM
from config.postgres import OWNER
from config.settings import Settings
from config.unit_of_work import UnitOfWork
from licensing.desk.search import matching
from tests.licensing.desk.conftest import Desk
from tests.licensing.desk.test_worklist import rows
from tests.licensing.factories import Cast, an_accepted

MANY = 3000
COPIES = """
INSERT INTO accounts (id, login, email, name, phone, kind, language, active, created_at)
SELECT gen_random_uuid(), n || '@vidu.example', n || '@vidu.example', md5(n::text), '', 'applicant', 'vi', true, now()
FROM generate_series(1, {many}) AS n;
INSERT INTO organisations (id, name, tax_code, created_at)
SELECT gen_random_uuid(), md5(n::text), n::text, now() FROM generate_series(1, {many}) AS n;
INSERT INTO applications (id, reference, revision_id, procedure, agency, applicant_id, kind, status, answers,
                          eligibility, created_at, updated_at, submitted_at, accepted_at, version)
SELECT gen_random_uuid(), 'copy ' || account.id, revision_id, procedure, agency, account.id, one.kind, status,
       jsonb_build_object('name', account.name), eligibility, one.created_at, updated_at, submitted_at, accepted_at,
       version
FROM (SELECT * FROM applications LIMIT 1) AS one, accounts AS account WHERE account.login ~ '^[0-9]+@';
ANALYZE accounts; ANALYZE organisations; ANALYZE applications
"""


@pytest.mark.parametrize(
    ("words", "found"),
    [("pham thi dat", 1), ("PHẠM THỊ ĐẠT", 1), ("diều đỏ", 1), ("dieu do", 1), ("h99-260212", 2),
     ("pham dat", 1), ("đạt phạm", 1), ("pham xyz", 0), ("Đ%t", 0), ("_", 0),
     ("\\", 0), ("cánh cung", 0), ("length_of_line", 0)],
)  # fmt: skip
def test_marks_and_case_make_no_difference_and_every_sign_means_itself(
    unit: UnitOfWork, desk: Desk, cast: Cast, words: str, found: int
) -> None:
    with unit.begin(SYSTEM) as work:
        an_accepted(work, cast, name="Diều Đỏ")
        an_accepted(work, cast, name="Phạm Thị Đạt")
    desk.as_(cast.case_officer).get("/desk")
    answer = desk.client.get("/desk", query_string={"q": words}, headers={"Accept": "text/html"})
    assert rows(answer.get_data(as_text=True)) == found


def test_marks_that_stand_apart_are_the_same_marks(unit: UnitOfWork) -> None:
    with unit.begin(SYSTEM) as work:
        said = "SELECT folded(normalize('Phạm Đức Ưởng', NFD)), folded('Phạm Đức Ưởng'), folded(NULL)"
        assert tuple(work.session.execute(sa.text(said)).one()) == ("pham duc uong", "pham duc uong", None)


def test_among_thousands_every_part_of_the_search_goes_by_its_index(
    unit: UnitOfWork, desk: Desk, cast: Cast, settings: Settings
) -> None:
    with unit.begin(SYSTEM) as work:
        an_accepted(work, cast, name="Phạm Thị Đạt")
    with psycopg.connect(f"host={settings.data_folder}/postgres/run user={OWNER} dbname=antin") as owner:
        owner.execute(COPIES.format(many=MANY).encode())
    with unit.begin(SYSTEM) as work:
        said = matching("pham thi").compile(work.session.connection(), compile_kwargs={"literal_binds": True})
        plan = "\n".join(work.session.scalars(sa.text(f"EXPLAIN {said}".replace(":", r"\:"))))
        assert len(work.session.execute(matching("pham thi")).all()) == 1
    for index in ("ix_applications_words", "ix_accounts_name", "ix_organisations_words"):
        assert f"Bitmap Index Scan on {index}" in plan, plan
