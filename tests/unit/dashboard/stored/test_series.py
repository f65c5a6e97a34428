"""Which sessions are of one course: by the host's word, else by the title."""

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.stored.series import series_in, series_of


@dataclass
class Named:
    title: str
    series: str | None = None


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("Year 7 maths", "Year 11 maths"),
        ("Biology 9b", "Biology 10b"),
        ("Klasse 5 Englisch", "Klasse 6 Englisch"),
        ("Set 2 physics", "Set 3 physics"),
        ("7th grade art", "8th grade art"),
        ("Maths Yr 7", "Maths Yr 8"),
        ("Physics 101", "Physics 102"),
        ("1. Klasse Deutsch", "2. Klasse Deutsch"),
        ("Math 7", "Math 8"),
        ("Team 1 retro 4", "Team 2 retro 4"),
    ],
)
def test_two_classes_are_two_courses(first: str, second: str) -> None:
    assert series_in(first) != series_in(second)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("Year 7 maths, week 3", "Year 7 maths, week 4"),
        ("Biology 9b 12 May", "Biology 9b 19 May 2026"),
        ("Sprint12 review", "Sprint13 review"),
        ("Stand-up 2026-11-30", "Stand-up 1.12.2026"),
        ("Weekly review #3", "Weekly review #14"),
        ("Weekly review 3", "Weekly review 14"),
        ("Art #3", "Art #4"),
        ("Stand-up 3", "Stand-up 2026"),
        ("Lecture 3rd of May", "Lecture 10th of May"),
    ],
)
def test_counters_and_dates_make_no_other_course(first: str, second: str) -> None:
    assert series_in(first) == series_in(second)


def test_the_host_s_word_counts_more_than_the_title() -> None:
    one, other = Named("Monday", "Year 7  Maths"), Named("Something else", "year 7 maths")
    assert series_of(one) == series_of(other) == "year 7 maths"
    assert series_of(Named("Physics week 3")) == "physics week"


@given(st.text(max_size=80))
def test_any_title_has_a_course_that_names_itself(title: str) -> None:
    found = series_in(title)
    assert series_in(found) in (found, series_in(series_in(found)))
    assert found == found.strip()
