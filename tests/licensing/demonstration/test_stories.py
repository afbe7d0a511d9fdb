"""The stories of the demonstration could have happened: in order, in the past, with answers that the form takes."""

from __future__ import annotations

import re
from collections import Counter
from datetime import date

import pytest

from licensing.applications.rules import answer_faults
from licensing.catalogue.read import PACKAGES, read_package
from licensing.deadlines.calendars import calendar_named
from licensing.deadlines.errors import YearNotInCalendar
from licensing.demonstration import cast
from licensing.demonstration.acts import answers_of
from licensing.demonstration.businesses import BUSINESSES
from licensing.demonstration.furnish import acts_of, working_days_before
from licensing.demonstration.stories import STORIES, Ending, Story, Until

INVENTED = re.compile(r"Ví Dụ|Minh Họa|Mẫu|Thử|Mẫu")


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.establishment)
def test_every_act_is_over_before_today_and_after_the_one_before(story: Story) -> None:
    moments = [(after, minute) for after, minute, _ in acts_of(story)]
    assert moments == sorted(set(moments))
    assert story.ago - moments[-1][0] >= 1
    assert all(8 * 60 <= minute < 12 * 60 or 13 * 60 + 30 <= minute < 17 * 60 for _, minute in moments)


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.establishment)
def test_the_form_takes_the_answers(story: Story) -> None:
    form = read_package(PACKAGES / cast.PROCEDURE).form
    assert answer_faults(form, answers_of(story)) == []


def test_everybody_is_invented_and_says_so() -> None:
    for business in BUSINESSES.values():
        assert INVENTED.search(business.name) and INVENTED.search(business.owner), business.name
        assert re.fullmatch("[0-9]{10}", business.tax_code)
        assert business.place.endswith("tỉnh Minh Họa")
    assert len({business.tax_code for business in BUSINESSES.values()}) == len(BUSINESSES) >= 15


def test_there_is_something_for_everybody_in_every_state() -> None:
    assert 25 <= len(STORIES) <= 32
    assert {story.of for story in STORIES} == set(BUSINESSES)
    assert len({story.establishment for story in STORIES}) == len(STORIES)
    assert {story.ending for story in STORIES} == set(Ending)
    assert {story.officer for story in STORIES} == {"thamdinh", "thamdinh2"}
    assert {story.approver for story in STORIES} == {"lanhdao", "giamdoc"}
    waiting = {Until.STARTED, Until.SUBMITTED, Until.ACCEPTED, Until.CHECKING, Until.PLANNED, Until.DECIDED}
    assert waiting <= {story.until for story in STORIES}
    assert Counter(story.of for story in STORIES)["doanhnghiep"] == 5


def test_days_off_are_left_out_and_an_unknown_year_is_told() -> None:
    calendar = calendar_named("vn")
    assert working_days_before(calendar, date(2026, 11, 25), 2) == [date(2026, 11, 23), date(2026, 11, 20)]
    with pytest.raises(YearNotInCalendar):
        working_days_before(calendar, date(2026, 1, 5), 5)
