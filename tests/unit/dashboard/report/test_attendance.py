"""Who was there: how many over time, when each came and went, and the longest time away."""

from dashboard.report.attendance import comings, over_time
from dashboard.stored.person_steps import PersonSteps
from db.reports import GazeBucket
from model.observations import GazeState

STEP_MS, NAN = 5_000, float("nan")


def seen(**steps: list[int]) -> PersonSteps:
    """Of each person, by number, the steps in which they were seen."""
    rows = [
        GazeBucket(
            at * STEP_MS,
            int(person[1:]),
            GazeState.UNKNOWN,
            3,
            (NAN,) * 7,
            (0,) * 7,
            0,
            NAN,
            0,
            0,
            *[None] * 3,
        )
        for person, places in steps.items()
        for at in places
    ]
    return PersonSteps.of(rows, STEP_MS, 0, 10 * STEP_MS)


def test_people_are_counted_step_by_step() -> None:
    steps = seen(p1=[0, 1, 2], p2=[1, 2, 6])
    assert over_time(steps)["people"].tolist() == [1, 2, 2, 0, 0, 0, 1, 0, 0, 0]


def test_everybody_s_coming_going_and_longest_absence_is_told() -> None:
    second, first = comings(seen(p1=[3, 4], p2=[0, 1, 4, 5, 9]), STEP_MS).to_numpy().tolist()
    assert second == [2, 0, 50_000, 15_000], "in the order in which they came"
    assert first == [1, 15_000, 25_000, 0], "who never left was never away"


def test_of_nobody_nothing_is_told() -> None:
    assert comings(seen(), STEP_MS).empty and not over_time(seen())["people"].any()
