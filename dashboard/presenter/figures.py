"""What the presenter's panel shows of a running session. No Streamlit.

Calm on purpose: a person is with you by ten seconds, not by a frame; the line is smoothed; a trend is a
minute against the minute before.
"""

from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np

from dashboard.running.figures import MINUTE_MS, NOW_MS, STEP_MS, LiveFigures, live_figures
from dashboard.running.people import GONE_AFTER_MS, PeopleNow
from dashboard.running.recent import NOBODY, USABLE
from dashboard.stored.around_markers import STEADY_SHARE
from model.engagement.groups import GAZE_STATES, Doubles, Ints
from model.observations import GazeState

CALM_MS = 20_000
LEAST_KNOWN_S = 30
"""Of a minute, before it is compared."""
LOOKING, UNKNOWN = GAZE_STATES.index(GazeState.LOOKING), GAZE_STATES.index(GazeState.UNKNOWN)


class Trend(StrEnum):
    RISING = "Rising"
    STEADY = "Steady"
    FALLING = "Falling"
    UNKNOWN = "Too early to say"


@dataclass(frozen=True, eq=False)
class PresenterFigures:
    """`in_view` people, `known` of whom where they look is known, `looking` of these at the screen.

    `least_people`: so many usable people are wanted; with fewer, `enough` is False, and only `in_view` may be
    shown. time_ms, line: (t,) the group's value, smoothed, NaN where unknown. `live` None: presence only.
    """

    in_view: int
    usable: int
    known: int
    looking: int
    least_people: int
    live: LiveFigures | None
    time_ms: Ints
    line: Doubles
    trend: Trend

    @property
    def enough(self) -> bool:
        return self.usable >= self.least_people


def presenter_figures(now: PeopleNow, least_people: int, *, scored: bool) -> PresenterFigures:
    """The figures of this moment. `least_people`: usable people below which only their presence is told."""
    least_people = max(least_people, now.reading.least_people)
    strict = replace(now, reading=replace(now.reading, least_people=least_people))
    here = _in_view(now)
    if not scored:
        nothing = np.empty(0)
        return PresenterFigures(
            len(here), 0, 0, 0, least_people, None, nothing.astype(int), nothing, Trend.UNKNOWN
        )
    figures = live_figures(strict)
    usable, known, looking = _gazes(now, here)
    line = figures.line.mean
    span = figures.reading.limits[1] - figures.reading.limits[0]
    trend = trend_of(line, span / 2 if figures.reading.is_change else span)
    return PresenterFigures(
        len(here), usable, known, looking, least_people, figures, figures.time_ms, _calm(line), trend
    )


def trend_of(line: Doubles, span: float) -> Trend:
    """The last minute's mean against that of the minute before, of a line in steps of STEP_MS; a difference
    below STEADY_SHARE of `span`, the range, is steady. Unknown while either has too few known steps."""
    steps, wanted = MINUTE_MS // STEP_MS, LEAST_KNOWN_S * 1000 // STEP_MS
    last, before = (part[~np.isnan(part)] for part in (line[-steps:], line[-2 * steps : -steps]))
    if min(len(last), len(before)) < wanted:
        return Trend.UNKNOWN
    change = float(last.mean() - before.mean())
    if abs(change) < STEADY_SHARE * span:
        return Trend.STEADY
    return Trend.RISING if change > 0 else Trend.FALLING


def _in_view(now: PeopleNow) -> set[int]:
    """Who was seen in the last moment, and is not left out."""
    seen = (one for one in now.seen if now.offset_ms - one.offset_ms <= GONE_AFTER_MS)
    people = {now.person(one) for one in seen}
    return {person for person in people if person is not None} - now.who.excluded


def _gazes(now: PeopleNow, here: set[int]) -> tuple[int, int, int]:
    """Of the people in view, by the last ten seconds: usable, with a known gaze, mostly at the screen."""
    rows = now.recent.since(now.offset_ms - NOW_MS)
    whose, counts = rows.people(now.who), rows.sums[:, USABLE]
    usable = known = looking = 0
    for person in here - {NOBODY}:
        own = whose == person
        total, unknown = counts[own].sum(), counts[own & (rows.gaze == UNKNOWN)].sum()
        at_screen = counts[own & (rows.gaze == LOOKING)].sum()
        usable += bool(total)
        known += bool(total > unknown)
        looking += bool(total > unknown and at_screen >= (total - unknown) / 2)
    return usable, known, looking


def _calm(line: Doubles) -> Doubles:
    """The mean of what is known of the last CALM_MS at each step; NaN where the step itself is unknown."""
    steps = CALM_MS // STEP_MS
    known = ~np.isnan(line)
    sums, counts = (np.cumsum(np.concatenate([[0.0], part])) for part in (np.nan_to_num(line), known))
    first = np.maximum(np.arange(len(line)) + 1 - steps, 0)
    last = np.arange(len(line)) + 1
    with np.errstate(invalid="ignore", divide="ignore"):
        means = (sums[last] - sums[first]) / (counts[last] - counts[first])
    return np.where(known, means, np.nan)
