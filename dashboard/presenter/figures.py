"""What the presenter's panel shows of a running session. No Streamlit.

Calm on purpose: a person is with you by ten seconds, not by a frame; the line is smoothed; a trend is a
minute against the minute before.
"""

from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np

from dashboard.running.figures import NOW_MS, LiveFigures, live_figures
from dashboard.running.people_now import PeopleNow
from dashboard.running.recent import NOBODY, USABLE
from dashboard.running.trend import Trend
from model.engagement.groups import GAZE_STATES, Doubles, Ints
from model.observations import GazeState

CALM_MS = 20_000
EYES_READ_FROM = 0.5
"""Of the last seconds, for the word "looking"."""
LOOKING, UNKNOWN = GAZE_STATES.index(GazeState.LOOKING), GAZE_STATES.index(GazeState.UNKNOWN)


class Eyes(StrEnum):
    """Whose eyes were read; of the others the head alone tells."""

    ALL = "looking at the screen"
    SOME = "looking at or facing the screen"
    NONE = "facing the screen"


@dataclass(frozen=True, eq=False)
class PresenterFigures:
    """`in_view` people, `known` of whom where they look is known, `looking` of these at the screen.

    `least_people`: so many usable people are wanted; with fewer, `enough` is False, and only `in_view` may be
    shown. `eyes`: whose eyes were read. time_ms, line: (t,) the group's value, smoothed, NaN where unknown.
    `live` None: presence only.
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
    eyes: Eyes = Eyes.ALL

    @property
    def enough(self) -> bool:
        return self.usable >= self.least_people


def presenter_figures(now: PeopleNow, least_people: int, *, scored: bool) -> PresenterFigures:
    """The figures of this moment. `least_people`: usable people below which only their presence is told."""
    least_people = max(least_people, now.reading.least_people)
    strict = replace(now, reading=replace(now.reading, least_people=least_people))
    here = now.here
    if not scored:
        nothing = np.empty(0)
        return PresenterFigures(
            len(here), 0, 0, 0, least_people, None, nothing.astype(int), nothing, Trend.UNKNOWN
        )
    figures = live_figures(strict)
    usable, known, looking = _gazes(now, here)
    line = _calm(figures.line.mean, max(1, CALM_MS // figures.step_ms))
    eyes = _eyes_read(now)
    return PresenterFigures(
        len(here), usable, known, looking, least_people, figures, figures.time_ms, line, figures.trend, eyes
    )


def _gazes(now: PeopleNow, here: frozenset[int]) -> tuple[int, int, int]:
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


def _eyes_read(now: PeopleNow) -> Eyes:
    """Whether the eyes of those in view told where they look, or their heads alone."""
    read = {seen.eyes_share >= EYES_READ_FROM for seen in now.seen if now.is_here(seen) and not seen.flags}
    return Eyes.SOME if len(read) > 1 else Eyes.NONE if read == {False} else Eyes.ALL


def _calm(line: Doubles, steps: int) -> Doubles:
    """The mean of what is known of the last `steps` at each step; NaN where the step itself is unknown."""
    known = ~np.isnan(line)
    sums, counts = (np.cumsum(np.concatenate([[0.0], part])) for part in (np.nan_to_num(line), known))
    first = np.maximum(np.arange(len(line)) + 1 - steps, 0)
    last = np.arange(len(line)) + 1
    with np.errstate(invalid="ignore", divide="ignore"):
        means = (sums[last] - sums[first]) / (counts[last] - counts[first])
    return np.where(known, means, np.nan)
