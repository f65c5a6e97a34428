"""Addresses of reports and comparisons: anything may be typed, nothing breaks, what is lost is said."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as some

from dashboard.compare.address import MOST, comparable, query_of, wanted_of
from dashboard.consent import PRESENCE_ONLY
from dashboard.report.address import Asked, asked_of, range_query
from dashboard.stored.spread import intervals
from tests.unit.dashboard.compare.test_lines import session

HOUR_MS = 3_600_000
TYPED = some.text(max_size=12) | some.integers(-10, 10**12).map(str)


def test_an_address_says_range_definition_person_and_group() -> None:
    query = {"from": "60", "to": "120", "definition": "sentiment", "person": "3", "group": "1"}
    assert asked_of(query, HOUR_MS, [1, 3]) == Asked(60_000, 120_000, "sentiment", 3, True)


def test_nothing_asked_is_the_whole_session() -> None:
    assert asked_of({"session": "12"}, HOUR_MS, []) == Asked()


def test_an_end_after_the_sessions_end_is_the_sessions_end() -> None:
    assert asked_of({"from": "10", "to": "41"}, 40_300, []) == Asked(10_000, None)


@pytest.mark.parametrize(
    "query",
    [
        {"from": "x"},
        {"to": "-1"},
        {"from": "4000"},
        {"from": "20", "to": "20"},
        {"to": "0"},
        {"from": "1e2"},
        {"definition": "flow"},
        {"definition": ""},
        {"person": "9"},
        {"person": "\u0663"},
    ],
)
def test_what_cannot_be_used_is_one_sentence_and_the_rest_holds(query: dict[str, str]) -> None:
    asked = asked_of({**query, "group": "1"}, HOUR_MS, [1])
    assert len(asked.troubles) == 1
    assert asked == Asked(group_only=True, troubles=asked.troubles)


@given(
    some.dictionaries(some.sampled_from(["from", "to", "definition", "person"]), TYPED),
    some.integers(1, HOUR_MS),
)
def test_any_address_gives_a_range_inside_the_session(query: dict[str, str], duration_ms: int) -> None:
    asked = asked_of(query, duration_ms, [1, 2])
    end_ms = duration_ms if asked.end_ms is None else asked.end_ms
    assert 0 <= asked.start_ms < end_ms <= duration_ms


@given(some.integers(0, 5000), some.integers(1, 5000))
def test_a_range_comes_back_from_its_address(start_s: int, length_s: int) -> None:
    start_ms, end_ms = start_s * 1000, (start_s + length_s) * 1000
    asked = asked_of(range_query(start_ms, end_ms), end_ms + HOUR_MS, [])
    assert (asked.start_ms, asked.end_ms, asked.troubles) == (start_ms, end_ms, ())


@given(
    some.dictionaries(
        some.sampled_from(["sessions", "people", "ranges"]), some.text("0123456789,- x", max_size=60)
    )
)
def test_any_address_of_a_comparison_gives_at_most_ten_of_each_once(query: dict[str, str]) -> None:
    wanted = wanted_of(query)
    for found in (wanted.sessions, wanted.people, wanted.ranges):
        assert len(found) == len(set(found)) <= MOST
    again = wanted_of(query_of(wanted))
    assert replace(again, troubles=()) == replace(wanted, troubles=()) and not again.troubles


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ({"sessions": "3,3"}, "Compared with itself"),
        ({"sessions": ",".join(map(str, range(1, 13)))}, "at most 10"),
        ({"sessions": "1,<b>"}, "is no number"),
        ({"sessions": "1", "ranges": "60-0"}, "is no range"),
        ({"sessions": "1,2", "people": "1"}, "within one session"),
    ],
)
def test_a_comparison_that_cannot_be_is_a_sentence(query: dict[str, str], sentence: str) -> None:
    [trouble] = wanted_of(query).troubles
    assert sentence in trouble


def test_unlike_sessions_are_named_and_demos_and_presence_left_out() -> None:
    plain, demo = session(1), session(2, "Demo: a class", is_demo=True)
    presence = replace(session(3, "Seminar"), model_name=PRESENCE_ONLY)
    other = replace(session(4), model_sha256="cd", analysis_hz=5.0)
    kept, troubles = comparable([plain, demo, presence, other])
    assert [one.id for one in kept] == [1, 4]
    said = " ".join(troubles)
    assert "Seminar" in said and "demos are compared with demos only" in said
    assert "different networks" in said and "5, 10 Hz" in said
    assert comparable([demo, replace(demo, id=9)])[1] == []


def test_intervals_cover_the_time_without_a_gap() -> None:
    assert intervals(0, 100, parts=5) == [(0, 20), (20, 40), (40, 60), (60, 80), (80, 100)]
    assert intervals(10, 100, length_ms=40) == [(10, 50), (50, 90), (90, 100)]
    assert intervals(0, 3, parts=10) == [(0, 1), (1, 2), (2, 3)]
