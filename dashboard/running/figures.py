"""From the last minutes of a running session to the figures on the page, under the definition in force."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dashboard.reading import Neutral, Reading
from dashboard.running.people_now import PeopleNow
from dashboard.running.reading import LiveReading
from dashboard.running.recent import NOBODY, RecentRows
from dashboard.running.trend import MINUTE_MS, Trend, trend_of
from dashboard.stored.enough import STEP_INTERVALS, bridged_steps, step_ms_for, too_little
from db.reports import Marker
from model.engagement import GroupLine, engagement_over, group_line
from model.engagement.baseline import DURATION_MS, change_from, running_baseline
from model.engagement.explanation import Part, explain
from model.engagement.groups import Doubles, Ints

STEPS_MS = (2_000, 3_000, 4_000, 6_000, 10_000, 15_000, 30_000)
"""How long a step is: the first that holds enough analyses, so that a slow machine shatters no line."""
SPAN_MS, NOW_MS = 300_000, 10_000
LEAST_STEPS, LEAST_SECONDS = 2, 3
"""Usable ones before a person has a neutral."""


@dataclass(frozen=True, eq=False)
class LiveFigures:
    """The last five minutes in steps of `step_ms`; a line goes across up to `bridged` unknown ones.

    time_ms: (t,) starts of the steps. people: (p,) numbers. values: (t, p) in the definition's unit, or
    changes from each person's neutral; NaN where not usable, or without a neutral yet. line: the group's.
    """

    reading: LiveReading
    step_ms: int
    bridged: int
    time_ms: Ints
    people: tuple[int, ...]
    values: Doubles
    line: GroupLine
    why: tuple[Part, ...]
    markers: tuple[Marker, ...] = ()

    @property
    def now(self) -> float | None:
        """The group's value of the last ten seconds."""
        return _mean(self.line.mean[-self._steps(NOW_MS) :])

    @property
    def minute(self) -> float | None:
        """The group's value of the last minute."""
        return _mean(self.line.mean[-self._steps(MINUTE_MS) :])

    @property
    def counted(self) -> int:
        """People behind the latest value of the group."""
        recent = self.line.people[-self._steps(NOW_MS) :]
        return int(recent.max()) if len(recent) else 0

    @property
    def trend(self) -> Trend:
        """Where the group's line goes: a minute against the one before."""
        low, high = self.reading.limits
        span = (high - low) / 2 if self.reading.is_change else high - low
        return trend_of(self.line.mean, span, self.step_ms)

    @property
    def too_little(self) -> bool:
        """The group was usable for too short a time to print its value as a figure."""
        return self._too_little(self.line.mean)

    def too_little_of(self, person: int) -> bool:
        """A person was usable for too short a time."""
        known = person in self.people
        return not known or self._too_little(self.values[:, self.people.index(person)])

    def _too_little(self, values: Doubles) -> bool:
        usable = int(np.count_nonzero(~np.isnan(values)))
        return too_little(usable * self.step_ms, len(values) * self.step_ms)

    def last_minute(self, person: int) -> Doubles:
        """(steps,) the person's values, NaN in front of the session's start."""
        steps = self._steps(MINUTE_MS)
        line = np.full(steps, np.nan)
        if person in self.people and len(self.values):
            values = self.values[-steps:, self.people.index(person)]
            line[steps - len(values) :] = values
        return line

    def value_of(self, person: int) -> float | None:
        """The person's value of the last ten seconds."""
        return _mean(self.last_minute(person)[-self._steps(NOW_MS) :])

    def _steps(self, length_ms: int) -> int:
        return max(1, round(length_ms / self.step_ms))


def live_figures(now: PeopleNow) -> LiveFigures:
    """Everything the page draws of engagement. Raises EngagementError for weights that cannot be used."""
    reading = now.reading
    whose = now.recent.people(now.who)
    rows, whose = now.recent.take(whose != NOBODY), whose[whose != NOBODY]
    people = np.unique(whose)
    step_ms = step_ms_for(now.interval_ms, STEPS_MS)
    time_ms = _steps(now, step_ms)
    inside = rows.start_ms >= time_ms[0]
    rows, whose = rows.take(inside), whose[inside]
    step = (rows.start_ms - time_ms[0]) // step_ms
    inside = step < len(time_ms)  # the running step waits for its share of analyses
    rows, whose, step = rows.take(inside), whose[inside], step[inside]
    cell = step * len(people) + np.searchsorted(people, whose)
    values = _table(reading, rows, cell, (len(time_ms), len(people)))
    if reading.is_change:
        values = change_from(values, _neutrals(now, time_ms, values, people))
    return LiveFigures(
        reading,
        step_ms,
        bridged_steps(now.interval_ms, step_ms),
        time_ms,
        tuple(people.tolist()),
        values,
        group_line(values, reading.least_people) if len(people) else _no_line(len(time_ms)),
        _why(reading, rows.since(now.offset_ms - NOW_MS), whose[rows.start_ms >= now.offset_ms - NOW_MS]),
        now.markers,
    )


def _steps(now: PeopleNow, step_ms: int) -> Ints:
    """Starts of the last five minutes' steps, up to the last that holds, or can hold, enough analyses."""
    begun_ms = now.offset_ms - int((STEP_INTERVALS - 1) * now.interval_ms)
    end_ms = max(begun_ms // step_ms + 1, 1) * step_ms
    return np.arange(max(0, end_ms - SPAN_MS), end_ms, step_ms, dtype=np.int64)


def _table(reading: Reading, rows: RecentRows, cell: Ints, shape: tuple[int, int]) -> NDArray[np.float64]:
    """Values of `shape` from rows that lie each in one `cell` (m,)."""
    groups, cells = rows.grouped(), shape[0] * shape[1]
    return engagement_over(reading.definition, reading.weights, groups, cell, cells)[0].reshape(shape)


def _neutrals(now: PeopleNow, time_ms: Ints, values: Doubles, people: Ints) -> Doubles:
    """(p,) or (t, p) the neutral of each person, NaN while unknown."""
    if now.reading.neutral is Neutral.FIXED:
        return np.array([_first_neutral(now, int(person)) for person in people])
    columns = [running_baseline(time_ms, one[:, None], min_usable=LEAST_STEPS) for one in values.T]
    return np.concatenate(columns, axis=1) if columns else values


def _first_neutral(now: PeopleNow, person: int) -> float:
    """The median of the seconds in the first ten of a person, once these are over; else NaN."""
    whose = now.early.people(now.who)
    rows = now.early.take(whose == person)
    if not len(rows) or now.offset_ms - rows.start_ms.min() < DURATION_MS:
        return float("nan")
    rows = rows.take(rows.start_ms < rows.start_ms.min() + DURATION_MS)
    second = (rows.start_ms - rows.start_ms.min()) // 1000
    values = _table(now.reading, rows, second, (DURATION_MS // 1000, 1))
    known = values[~np.isnan(values)]
    return float(np.median(known)) if len(known) >= LEAST_SECONDS else float("nan")


def _why(reading: LiveReading, rows: RecentRows, whose: Ints) -> tuple[Part, ...]:
    """The parts of the group's value now; none where too few are usable."""
    usable = rows.sums[:, 1] > 0
    if len(np.unique(whose[usable])) < reading.least_people:
        return ()
    return explain(reading.definition, reading.weights, rows.grouped())


def _no_line(steps: int) -> GroupLine:
    nothing = np.full(steps, np.nan)
    return GroupLine(nothing, nothing, nothing, np.zeros(steps, np.int64))


def _mean(values: Doubles) -> float | None:
    known = values[~np.isnan(values)]
    return float(known.mean()) if len(known) else None
