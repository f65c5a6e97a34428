"""The figures of the Live page: number and line say what was measured, and nothing where there is nothing."""

import numpy as np

from dashboard.live.charts import group_line_figure
from dashboard.live.screen import number_html
from dashboard.reading import Neutral
from dashboard.running.figures import LiveFigures
from dashboard.running.notes import Happened
from dashboard.running.reading import LiveReading
from dashboard.stored.enough import TOO_LITTLE
from model.behaviour.events import EventKind
from model.engagement import group_line
from model.engagement.definitions import DEFINITIONS


def figures(values: list[list[float]], reading: LiveReading | None = None) -> LiveFigures:
    table = np.array(values, np.float64)
    people = tuple(range(1, table.shape[1] + 1))
    time_ms = np.arange(len(table)) * 2_000
    return LiveFigures(reading or LiveReading(), 2_000, 0, time_ms, people, table, group_line(table), ())


def test_the_one_number_is_that_of_the_last_ten_seconds_with_its_word() -> None:
    told = number_html(figures([[10.0]] * 40 + [[70.0]] * 5))
    assert ">70\u00a0%<" in told and "High" in told and "last 10 s" in told


def test_a_few_usable_seconds_are_a_grey_number_without_a_word() -> None:
    told = number_html(figures([[np.nan]] * 60 + [[70.0]] * 5))
    assert "little" in told and TOO_LITTLE in told and "High" not in told


def test_a_definition_without_ranges_has_no_word_of_them_and_a_change_is_signed() -> None:
    valence = DEFINITIONS["valence"]
    told = number_html(figures([[-0.4]] * 40, LiveReading(valence, valence.weights)))
    assert ">-0.40<" in told and "Low" not in told
    changed = number_html(figures([[5.0]] * 40, LiveReading(neutral=Neutral.RUNNING)))
    assert ">+5 points<" in changed and "change from the last minute" in changed


def test_the_number_says_where_the_line_goes() -> None:
    told = number_html(figures([[30.0]] * 30 + [[50.0]] * 30))
    assert ", rising" in told and "\N{NORTH EAST ARROW}" in told


def test_notes_are_pinned_on_the_line_and_at_its_foot_where_it_has_a_gap() -> None:
    notes = [Happened(21_000, EventKind.NOD, "Ana nodded."), Happened(41_000, EventKind.AWAY, "<b>away")]
    [*_, pins] = group_line_figure(figures([[50.0]] * 20 + [[np.nan]] * 5), notes).to_dict()["data"]
    assert list(pins["y"]) == [50, 0] and pins["text"][1] == "&lt;b>away"
    assert len(group_line_figure(figures([[50.0]] * 20)).data) == 1


def test_the_spread_is_drawn_from_three_people_on_and_broken_by_gaps() -> None:
    many, gap = [[50.0, 60.0, 70.0]] * 4, [[np.nan] * 3]
    drawn = group_line_figure(figures(many + gap + many)).to_dict()["data"]
    assert [trace.get("fill") for trace in drawn] == ["toself", "toself", None]
    assert len(group_line_figure(figures([[50.0, 60.0]] * 5)).data) == 1
