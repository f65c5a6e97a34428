"""The events of a stored session, found again under other thresholds, from its instants."""

import numpy as np
from numpy.typing import NDArray

from dashboard.reading import Reading
from dashboard.stored.fall_line import fall_line, is_whole, step_starts
from dashboard.stored.instants import UNKNOWN, Instants
from model.behaviour.events import Event, SessionSeries, Thresholds, find_events
from model.emotions import EMOTIONS, Emotion
from model.engagement import engagement_over, in_percent
from model.engagement.groups import Doubles, Ints


def events_of(
    every: Instants, reading: Reading, thresholds: Thresholds, least_people: int = 1
) -> tuple[Event, ...]:
    """The events of a session under other thresholds, the group's line by `reading`.

    Raises EngagementError where the instants lie too far apart.
    """
    return find_events(_series(every, reading, least_people), thresholds)


def _series(every: Instants, reading: Reading, least_people: int) -> SessionSeries:
    times, row = np.unique(every.offset_ms, return_inverse=True)
    people, column = np.unique(every.person, return_inverse=True)
    shape = len(times), len(people)
    happy = np.where(every.usable, every.scores[:, EMOTIONS.index(Emotion.HAPPY)], np.nan)
    line_ms, line = _group_line(every, reading, least_people)
    gaze = np.full(shape, UNKNOWN, np.int64)
    gaze[row, column] = every.gaze_state
    yaw_deg, pitch_deg = (_table(angle, row, column, shape) for angle in every.usable_angles_deg)
    return SessionSeries(
        times,
        people,
        gaze,
        _table(happy, row, column, shape),
        yaw_deg,
        pitch_deg,
        line_ms,
        line,
    )


def _group_line(every: Instants, reading: Reading, least_people: int) -> tuple[Ints, Doubles]:
    """(s,) starts of the steps in which falls are looked for, and the line in percent of its range."""
    if not len(every.offset_ms):
        return np.empty(0, np.int64), np.empty(0)
    starts, step = np.unique(step_starts(every.offset_ms), return_inverse=True)
    people, column = np.unique(every.person, return_inverse=True)
    cell, cells = step * len(people) + column, len(starts) * len(people)
    values, looks = engagement_over(reading.definition, reading.weights, every.moments(), cell, cells)
    shape = len(starts), len(people)
    line = fall_line(starts, values.reshape(shape), looks.reshape(shape), least_people)
    line[~is_whole(starts, every.offset_ms.max())] = np.nan
    return starts, in_percent(reading.definition, line)


def _table(
    values: Doubles, row: NDArray[np.intp], column: NDArray[np.intp], shape: tuple[int, int]
) -> Doubles:
    table = np.full(shape, np.nan)
    table[row, column] = values
    return table
