"""The figures of the Live page: gauge and line say what the numbers say, and nothing where there are none."""

from typing import Any

import numpy as np

from dashboard.live.charts import gauge, group_line_figure
from dashboard.reading import Neutral
from dashboard.running.figures import LiveFigures
from dashboard.running.reading import LiveReading
from model.engagement import group_line
from model.engagement.definitions import DEFINITIONS


def figures(values: list[list[float]], reading: LiveReading | None = None) -> LiveFigures:
    table = np.array(values, np.float64)
    people = tuple(range(1, table.shape[1] + 1))
    time_ms = np.arange(len(table)) * 2_000
    return LiveFigures(reading or LiveReading(), 2_000, 0, time_ms, people, table, group_line(table), ())


def dial(shown: LiveFigures) -> dict[str, Any]:
    found: dict[str, Any] = gauge(shown).to_dict()["data"][0]
    return found


def test_the_gauge_shows_the_last_ten_seconds() -> None:
    shown = dial(figures([[10.0]] * 20 + [[60.0]] * 5))
    assert (shown["value"], shown["mode"]) == (60, "gauge+number")


def test_without_a_usable_person_the_gauge_rests_without_a_number() -> None:
    assert dial(figures([[np.nan]] * 9))["mode"] == "gauge"


def test_a_signed_gauge_begins_at_zero() -> None:
    valence = DEFINITIONS["valence"]
    shown = dial(figures([[-0.4]] * 9, LiveReading(valence, valence.weights)))
    assert shown["gauge"]["axis"]["range"] == [-1, 1]
    assert [step["range"] for step in shown["gauge"]["steps"]] == [[-0.4, 0]]


def test_a_change_has_neither_bands_nor_percent() -> None:
    shown = dial(figures([[5.0]] * 9, LiveReading(neutral=Neutral.RUNNING)))
    assert shown["gauge"]["axis"]["range"] == [-50, 50]
    assert shown["number"]["suffix"] == ""


def test_the_spread_is_drawn_from_three_people_on_and_broken_by_gaps() -> None:
    many, gap = [[50.0, 60.0, 70.0]] * 4, [[np.nan] * 3]
    drawn = group_line_figure(figures(many + gap + many)).to_dict()["data"]
    assert [trace.get("fill") for trace in drawn] == ["toself", "toself", None]
    assert len(group_line_figure(figures([[50.0, 60.0]] * 5)).data) == 1
