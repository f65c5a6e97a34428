"""What happened around markers, how times are typed, what a browser may tell, and where names are drawn."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.charts.look import DAY_MS, plain_figure, with_markers
from dashboard.markers.keys import LABELS, presses_of
from dashboard.markers.typed import MarkerTypedError, parse_time
from dashboard.reading import Reading
from dashboard.stored.around_markers import around, direction
from dashboard.stored.person_steps import PersonSteps
from dashboard.wording import clock
from db.reports import GazeBucket, Marker
from model.emotions import EMOTIONS, Emotion
from model.observations import GazeState
from tests.made.faces import scores_of

READING = Reading()
END_MS = 300_000


def moment(at_s: int, label: str = "Topic", end_s: int | None = None, number: int = 0) -> Marker:
    return Marker(number or at_s + 1, at_s * 1000, None if end_s is None else end_s * 1000, label, None)


def second(at_s: int, person: int, gaze: GazeState) -> GazeBucket:
    leads = tuple(int(emotion == Emotion.NEUTRAL) for emotion in EMOTIONS)
    scores = scores_of(Emotion.NEUTRAL)
    return GazeBucket(at_s * 1000, person, gaze, 1, scores, leads, 0, 0.05, 0, 0, None, None, None)


def looking_until(turns_s: dict[int, int], come_s: int = 0) -> PersonSteps:
    """Everybody looks at the screen until their second, and away from then on; seen from `come_s`."""
    rows = [
        second(at_s, person, GazeState.LOOKING if at_s < turn_s else GazeState.AWAY)
        for person, turn_s in turns_s.items()
        for at_s in range(come_s, END_MS // 1000)
    ]
    return PersonSteps.of(rows, 1000, 0, END_MS)


Told = list[tuple[float | None, float | None]]


def told(markers: list[Marker], steps: PersonSteps, least_people: int = 1) -> Told:
    found = around(markers, steps, READING, (0, END_MS), least_people)
    return [(one.before.value, one.after.value) for one in found]


def test_a_minute_after_is_told_against_the_minute_before() -> None:
    steps = looking_until({1: 120, 2: 120})
    [one] = around([moment(120)], steps, READING, (0, END_MS), 1)
    assert (one.before.start_ms, one.before.end_ms, one.after.end_ms) == (60_000, 120_000, 180_000)
    assert (one.before.people, one.after.people, one.both) == (2, 2, 2)
    assert one.before.value is not None and one.after.value is not None
    assert one.change == pytest.approx(one.after.value - one.before.value)
    assert direction(one.change, READING) == "down"


def test_windows_end_where_another_marker_lies() -> None:
    found = around([moment(100), moment(120)], looking_until({1: 300}), READING, (0, END_MS), 1)
    assert [(o.before.start_ms, o.after.end_ms) for o in found] == [(40_000, 120_000), (100_000, 180_000)]


def test_of_a_stretch_all_of_its_inside_counts() -> None:
    [one] = around([moment(60, end_s=200)], looking_until({1: 130}), READING, (0, END_MS), 1)
    assert (one.after.start_ms, one.after.end_ms) == (60_000, 200_000)
    assert direction(one.change, READING) == "down"


def test_too_few_people_or_too_short_a_time_say_nothing() -> None:
    steps = looking_until({1: 120, 2: 120})
    assert told([moment(120)], steps, least_people=3) == [(None, None)]
    [(before, after)] = told([moment(5)], steps)
    assert before is None and after is not None


def test_nobody_before_is_no_change() -> None:
    [one] = around([moment(120)], looking_until({1: 300}, come_s=120), READING, (0, END_MS), 1)
    assert (one.before.people, one.after.people, one.both, one.change) == (0, 1, 0, None)
    assert direction(one.change, READING) == "not enough to say"


def test_who_comes_later_changes_the_mean_but_not_the_change() -> None:
    stays = [second(at_s, 1, GazeState.LOOKING) for at_s in range(300)]
    comes = [second(at_s, 2, GazeState.AWAY) for at_s in range(120, 300)]
    steps = PersonSteps.of([*stays, *comes], 1000, 0, END_MS)
    [one] = around([moment(120)], steps, READING, (0, END_MS), 1)
    assert one.before.value is not None and one.after.value is not None
    assert one.after.value < one.before.value
    assert (one.both, one.change, direction(one.change, READING)) == (1, 0, "steady")


@given(st.integers(0, 20 * 3600))
def test_a_time_is_read_as_it_is_told(at_s: int) -> None:
    assert parse_time(f" {clock(at_s)} ", 20 * 3_600_000) == at_s * 1000


@given(st.text(max_size=12))
def test_any_text_is_a_time_or_a_sentence(typed: str) -> None:
    try:
        assert 0 <= parse_time(typed, 600_000) <= 600_000
    except MarkerTypedError as error:
        assert "got" in str(error) or "after the session's end" in str(error)


NO_TIMES = ["5", "1:5", "00:60", "1:60:00", "-1:00", "12:00:00:00", "", "\u0661:\u0660\u0660"]


@pytest.mark.parametrize("typed", NO_TIMES)
def test_what_is_no_time_is_refused(typed: str) -> None:
    with pytest.raises(MarkerTypedError, match="02:05"):
        parse_time(typed, 600_000)


json = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["id", "key", "at_ms", "stretch"]), inner | st.just("t"), max_size=4
        )
    ),
    max_leaves=12,
)


@given(json)
def test_whatever_a_browser_tells_is_a_press_in_the_session_or_nothing(value: object) -> None:
    for press in presses_of(value, LABELS, 50_000):
        assert 0 <= press.offset_ms <= 50_000 and press.label in LABELS.values()


def test_the_moment_is_that_of_pressing() -> None:
    press = {"id": "a-1", "key": "t", "at_ms": 48_200, "stretch": True}
    [one] = presses_of([press], LABELS, 50_000)
    assert (one.offset_ms, one.stretch) == (48_200, True)
    [late] = presses_of([press | {"at_ms": 51_000}], LABELS, 50_000)
    assert late.offset_ms == 50_000


def drawn(markers: list[Marker]) -> tuple[list[str], list[str]]:
    figure = with_markers(plain_figure([], 300), markers, 0, END_MS)
    kinds = [str(shape.type) for shape in figure.layout.shapes]
    return kinds, [str(one.text) for one in figure.layout.annotations]


def test_moments_are_lines_stretches_bands_and_what_lies_outside_is_left_out() -> None:
    kinds, names = drawn([moment(60), moment(100, "Break", 160), moment(400, "Later")])
    assert (kinds, names) == (["line", "rect"], ["Topic", "Break"])


def test_twenty_markers_keep_names_apart() -> None:
    figure = with_markers(
        plain_figure([], 300), [moment(s, "Question") for s in range(0, 300, 15)], 0, END_MS
    )
    assert len(figure.layout.shapes) == 20
    at_px = [(one.x - DAY_MS) * 520 / END_MS for one in figure.layout.annotations]
    widths = [len(one.text) * 7 for one in figure.layout.annotations]
    assert np.all(np.array(at_px[:-1]) + widths[:-1] <= at_px[1:])
    assert all("<b>Question</b>" in one.hovertext for one in figure.layout.annotations)


def test_typed_text_stays_text() -> None:
    figure = with_markers(plain_figure([], 300), [moment(10, "<b>x</b>")], 0, END_MS)
    assert "<b>x" not in figure.layout.annotations[0].text
