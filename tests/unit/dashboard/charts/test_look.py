"""Figures say what they were given: colours, units, gaps, fixed heights."""

from collections.abc import Collection
from typing import Any

import numpy as np
import pandas as pd
import pytest

from dashboard.charts import lines as report_charts
from dashboard.charts.expressions import change_lines, emotion_area, mix_pie
from dashboard.charts.lines import coverage_lines, person_lines
from dashboard.compare.at_markers import Window, over_groups
from dashboard.compare.charts import about_marker
from dashboard.live import charts as live_charts
from dashboard.model_card import charts as model_charts
from dashboard.palette import COLOURS, KEYS, SCORES
from dashboard.reading import Neutral, Reading
from dashboard.report import maps as report_maps
from dashboard.report import spread_charts as moment_charts
from dashboard.stored import figures as analytics
from dashboard.stored.figures import CHART_POINTS
from dashboard.stored.group_lines import group_timeline
from dashboard.stored.person_steps import PersonSteps
from db.reports import Bucket, GazeBucket
from model.emotions import EMOTIONS, Emotion
from model.engagement.affect import CIRCUMPLEX
from model.engagement.definitions import DEFINITIONS
from model.observations import GazeState
from tests.made.faces import scores_of

DAY_MS = 86_400_000


def buckets(count: int, gap: range = range(0)) -> list[Bucket]:
    leads = tuple(4 if emotion == Emotion.HAPPY else 1 for emotion in EMOTIONS)
    made = [Bucket(i * 1000, None, 12, 10, 2, scores_of(Emotion.HAPPY), leads, 2) for i in range(count)]
    return [b for b in made if b.start_ms // 1000 not in gap]


def timeline(count: int, gap: Collection[int] = ()) -> pd.DataFrame:
    """The group's, as a report has it: four people, two of them happy, who look at the screen."""
    moods = (Emotion.HAPPY, Emotion.HAPPY, Emotion.NEUTRAL, Emotion.SAD)
    seen = [
        GazeBucket(
            at * 1000, person, GazeState.LOOKING, 10, scores_of(mood), (0,) * 7, 10, 0.0, 0, 0, *[None] * 3
        )
        for at in range(count)
        for person, mood in enumerate(moods, start=1)
        if at not in gap
    ]
    steps, reading = PersonSteps.of(seen, 1000, 0, count * 1000), Reading()
    return group_timeline(steps, steps.values(reading.definition, reading.weights), steps.scores(), 1)


@pytest.fixture
def frame() -> pd.DataFrame:
    return timeline(60, range(20, 30))


PRESENCE = pd.DataFrame(70.0, index=range(0, 60_000, 1000), columns=[1, 2, 3])


def all_figures(frame: pd.DataFrame) -> list[Any]:
    return [
        mix_pie(analytics.mix(buckets(3))),
        emotion_area(frame),
        report_charts.group_line(frame, Reading()),
        report_charts.looking_line(frame),
        change_lines(frame),
        report_maps.heat_map(PRESENCE, {1: "Ada"}, (0, 100), " %"),
        report_maps.circumplex(frame, CIRCUMPLEX),
        coverage_lines(analytics.coverage([], range(0, 9000, 1000), 1)),
        person_lines([("P1", frame), ("P2", frame)], frame),
        live_charts.mix_figure(buckets(3)),
        live_charts.mix_figure([]),
        live_charts.timeline_figure(buckets(9), 2000, 0, 9000),
        live_charts.timeline_figure([], 2000, 0, 9000),
        model_charts.class_bars(pd.Series(0.5, index=SCORES)),
        model_charts.confusion_heatmap(np.eye(7, dtype=np.int64)),
        model_charts.reliability_line(pd.DataFrame({"score": [0.3], "accuracy": [0.4], "n": [5]})),
    ]


def test_every_figure_has_a_height_and_lets_the_page_shine_through(frame: pd.DataFrame) -> None:
    for figure in all_figures(frame):
        assert figure.layout.height >= 110
        assert figure.layout.paper_bgcolor == figure.layout.plot_bgcolor == "rgba(0,0,0,0)"


@pytest.mark.parametrize("gap", [range(0), range(1, 600, 2), range(2, 600, 3)])
def test_no_line_sends_more_than_2000_points(gap: range) -> None:
    """Of the longest report and of the widest look around a marker, with and without gaps."""
    longest = timeline(CHART_POINTS, gap)
    window = Window.of(600_000, 3_600_000)
    around = pd.DataFrame({0: 1.0, 1: 2.0}, index=range(window.before + window.after))
    drawn = [*all_figures(longest), about_marker(around, over_groups(around), ["a", "b"], Reading(), False)]
    sent = [
        len(trace.x) for figure in drawn for trace in figure.data if getattr(trace, "x", None) is not None
    ]
    assert CHART_POINTS <= max(sent) <= 2_000


def test_no_figure_needs_a_graphics_card(frame: pd.DataFrame) -> None:
    for figure in all_figures(frame):
        assert not [trace.type for trace in figure.data if "gl" in trace.type]


def test_the_donut_has_one_colour_an_expression_and_not_sure_last() -> None:
    pie = mix_pie(pd.Series([0.0, 0.1, 0, 0.2, 0, 0, 0.3, 0.4], index=list(KEYS))).data[0]
    assert list(pie.labels) == [
        "Neutral  30\u00a0%",
        "Happy  20\u00a0%",
        "Disgust  10\u00a0%",
        "Not sure  40\u00a0%",
    ]
    assert list(pie.marker.colors) == [COLOURS[key] for key in ("neutral", "happy", "disgust", "not_sure")]


def test_the_stack_adds_up_to_a_hundred_percent_outside_gaps(frame: pd.DataFrame) -> None:
    areas = emotion_area(frame).data
    assert [area.name for area in areas] == [
        "Neutral",
        "Surprise",
        "Sad",
        "Happy",
        "Fear",
        "Disgust",
        "Angry",
    ]
    heights = {round(h) for h in np.sum([area.y for area in areas], axis=0)}
    assert heights == {0, 100}
    assert [area.fillcolor for area in areas] == [COLOURS[name] for name in reversed(SCORES)]


def test_an_area_goes_across_the_gaps_of_a_slow_analysis_and_no_longer_ones() -> None:
    areas = emotion_area(timeline(60, [7, 30, 31, 59]), bridged=1).data
    empty = [at for at, height in zip(areas[0].x, sum(area.y for area in areas), strict=True) if not height]
    seconds = {round((at - DAY_MS) / 1000) for at in empty}
    assert 7 not in seconds and {30, 31, 59} <= seconds


def test_times_are_dates_that_plotly_cannot_take_for_years(frame: pd.DataFrame) -> None:
    line = report_charts.group_line(frame, Reading())
    assert list(line.data[0].x[:2]) == [DAY_MS, DAY_MS + 1000]
    assert line.layout.xaxis.type == "date"
    assert list(line.layout.xaxis.range) == [DAY_MS, DAY_MS + 60_000]


def test_short_sessions_count_minutes_and_long_ones_hours(frame: pd.DataFrame) -> None:
    long = frame.assign(time_ms=frame["time_ms"] * 100)
    assert report_charts.group_line(frame, Reading()).layout.xaxis.tickformat == "%M:%S"
    assert report_charts.group_line(long, Reading()).layout.xaxis.tickformat == "%H:%M:%S"


def test_the_engagement_line_breaks_at_a_gap_and_shows_its_bands(frame: pd.DataFrame) -> None:
    figure = report_charts.group_line(frame, Reading())
    line = figure.data[-1]
    seconds = (np.array(line.x) - DAY_MS) // 1000
    assert seconds[~np.isnan(line.y)].tolist() == [*range(20), *range(30, 60)]
    assert np.flatnonzero(np.isnan(line.y)).tolist() == [20], "one point without a value parts the two"
    assert line.connectgaps is False
    assert [(shape.y0, shape.y1) for shape in figure.layout.shapes] == [(65, 100), (25, 65), (0, 25)]


def test_a_single_known_step_between_gaps_is_a_bar() -> None:
    lone = timeline(5, range(1, 3))
    trace = report_charts.group_line(lone, Reading()).data[-1]
    assert (np.array(trace.x[:2]) - DAY_MS).tolist() == [0, 1_000]
    assert trace.y[0] == trace.y[1] and np.isnan(trace.y[2])


def test_a_name_with_markup_is_shown_as_typed(frame: pd.DataFrame) -> None:
    figure = person_lines([("<b>Eve</b> %{y}", frame)], frame)
    assert figure.layout.annotations[0].text == "<b>&lt;b>Eve&lt;/b> % {y}</b>"
    assert figure.data[1].hovertemplate == "&lt;b>Eve&lt;/b> % {y} %{y:.0f} %<extra></extra>"


def test_every_person_adds_a_strip_of_the_same_height(frame: pd.DataFrame) -> None:
    heights = [person_lines([("P", frame)] * n, frame).layout.height for n in (1, 2, 3)]
    assert heights[1] - heights[0] == heights[2] - heights[1] > 0


@pytest.mark.parametrize(
    "empty", [live_charts.mix_figure([]), live_charts.timeline_figure([], 1000, 0, 5000)]
)
def test_a_live_figure_without_data_shows_a_sentence_and_no_axes(empty: Any) -> None:
    assert not empty.data
    assert "No usable face" in empty.layout.annotations[0].text
    assert empty.layout.xaxis.visible is False


def test_live_figures_keep_their_height_when_data_comes() -> None:
    assert live_charts.mix_figure([]).layout.height == live_charts.mix_figure(buckets(3)).layout.height
    full = live_charts.timeline_figure(buckets(9), 1000, 0, 9000)
    assert live_charts.timeline_figure([], 1000, 0, 9000).layout.height == full.layout.height


def test_the_confusion_matrix_is_written_as_share_of_each_true_class() -> None:
    counts = np.diag([3, 0, 1, 1, 1, 1, 1])
    counts[0, 6] = 1
    shares = model_charts.confusion_heatmap(counts).data[0].z
    assert shares[0][0] == 75 and shares[0][6] == 25
    assert list(shares[1]) == [0] * 7


def test_the_spread_is_drawn_only_where_it_is_known(frame: pd.DataFrame) -> None:
    few = frame.assign(lower=np.nan, upper=np.nan)
    assert len(report_charts.group_line(few, Reading()).data) == 1
    *spread, _ = report_charts.group_line(frame, Reading()).data
    assert [len(shape.x) for shape in spread] == [2 * 20, 2 * 30], "one shape before the gap, one after it"


def test_bands_belong_to_the_paper_and_changes_have_a_sign(frame: pd.DataFrame) -> None:
    sentiment = DEFINITIONS["sentiment"]
    plane = report_charts.group_line(frame, Reading(sentiment, sentiment.weights))
    assert not plane.layout.shapes
    assert plane.layout.yaxis.range[0] == -1
    change = report_charts.group_line(frame, Reading(neutral=Neutral.FIXED))
    assert not change.layout.shapes
    assert "+" in change.data[-1].hovertemplate


def test_falls_are_shaded_where_they_happened(frame: pd.DataFrame) -> None:
    figure = report_charts.group_line(frame, Reading(), [(3000, 9000)])
    assert (figure.layout.shapes[-1].x0, figure.layout.shapes[-1].x1) == (DAY_MS + 3000, DAY_MS + 9000)


def test_rows_of_one_name_are_drawn_apart_and_named_as_typed() -> None:
    five = pd.Series({"p5": 1.0, "p25": 2.0, "median": 3.0, "p75": 4.0, "p95": 5.0})
    mixes = pd.DataFrame(0.125, index=["<b>Ada", "<b>Ada"], columns=list(KEYS))
    for figure in (
        moment_charts.talk_bars(["<b>Ada", "<b>Ada"], [0.6, 0.4]),
        moment_charts.value_boxes([("<b>Ada", five), ("<b>Ada", five)], Reading()),
        moment_charts.mix_bars(mixes),
    ):
        assert {place for trace in figure.data for place in trace.y} == {0, 1}
        assert list(figure.layout.yaxis.ticktext) == ["&lt;b>Ada", "&lt;b>Ada"]


def test_the_circumplex_shows_every_expression_at_its_own_place(frame: pd.DataFrame) -> None:
    way, points = report_maps.circumplex(frame, {**CIRCUMPLEX, Emotion.FEAR: (-0.6, 0.9)}).data
    assert points.x[EMOTIONS.index(Emotion.FEAR)] == -0.6
    assert len(points.x) == 7
    assert points.x[EMOTIONS.index(Emotion.HAPPY)] == 0.83
    assert len(way.x) == 50, "a gap has no place"
