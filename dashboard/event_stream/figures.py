"""What programs that react are told: the group's figures of each second of a running session. Never a name.

Every person counts once in engagement, as in the group's line; scores are means over usable instants, as in
the timeline.
"""

from dataclasses import dataclass

import numpy as np

from dashboard.running.people_now import PeopleNow
from dashboard.running.reading import LiveReading
from dashboard.running.recent import NOBODY, SECOND_MS, USABLE, RecentRows
from db.reports import Bucket
from model.emotions import EMOTIONS
from model.engagement import engagement_over
from model.engagement.groups import Ints

CATCH_UP_MS = 5 * SECOND_MS
"""Older seconds are not told any more: a program that reacts wants what is now."""


@dataclass(frozen=True, slots=True)
class SecondFigures:
    """One second of one session. `people` were in view, `usable` of them could be judged. `engagement` is in
    the definition's unit between `lowest` and `highest`; `scores` in the order of EMOTIONS and `not_sure` are
    shares. What nobody could be judged for is None."""

    session: int
    offset_ms: int
    people: int
    usable: int
    definition: str
    lowest: float
    highest: float
    engagement: float | None
    scores: tuple[float | None, ...]
    not_sure: float | None

    def as_json(self) -> dict[str, object]:
        """The fields as a JSON object; shares with four digits."""
        scores = {str(emotion): _short(value) for emotion, value in zip(EMOTIONS, self.scores, strict=True)}
        return {
            "session": self.session,
            "offset_ms": self.offset_ms,
            "people": self.people,
            "usable": self.usable,
            "engagement": _short(self.engagement),
            "definition": self.definition,
            "range": [self.lowest, self.highest],
            "scores": scores,
            "not_sure": _short(self.not_sure),
        }


def last_whole_second(now: PeopleNow) -> int:
    """The start, in ms, of the latest second that is over; negative while there is none."""
    return now.offset_ms // SECOND_MS * SECOND_MS - SECOND_MS


def seconds_after(
    session: int, now: PeopleNow, after_ms: int, least_people: int = 1
) -> tuple[SecondFigures, ...]:
    """The whole seconds that began after `after_ms`, oldest first, at most the last CATCH_UP_MS.

    A second with fewer usable people than `least_people`, or than a group-only view asks for, is left out.
    """
    last_ms = last_whole_second(now)
    first_ms = max(after_ms + SECOND_MS, last_ms - CATCH_UP_MS + SECOND_MS, 0)
    wanted = max(least_people, now.reading.least_people)
    recent = now.recent.since(first_ms)
    whose = recent.people(now.who)
    rows, whose = recent.take(whose != NOBODY), whose[whose != NOBODY]
    told = []
    for start_ms in range(first_ms, last_ms + 1, SECOND_MS):
        here = rows.start_ms == start_ms
        figures = _second(session, start_ms, rows.take(here), whose[here], now.reading)
        if figures.usable >= wanted or wanted <= 1:
            told.append(figures)
    return tuple(told)


def _second(
    session: int, start_ms: int, rows: RecentRows, whose: Ints, reading: LiveReading
) -> SecondFigures:
    definition = reading.definition
    judged = np.unique(whose[rows.sums[:, USABLE] > 0])
    bucket = next(iter(rows.buckets(whose)), None)
    return SecondFigures(
        session,
        start_ms,
        len(np.unique(whose)),
        len(judged),
        definition.name,
        definition.low,
        definition.high,
        _engagement(reading, rows, whose),
        bucket.scores if bucket else (None,) * len(EMOTIONS),
        _not_sure(bucket),
    )


def _engagement(reading: LiveReading, rows: RecentRows, whose: Ints) -> float | None:
    """The mean over people of each one's value; the value itself, also where the page shows changes."""
    people, index = np.unique(whose, return_inverse=True)
    values, _ = engagement_over(reading.definition, reading.weights, rows.grouped(), index, len(people))
    known = values[~np.isnan(values)]
    return float(known.mean()) if len(known) else None


def _not_sure(bucket: Bucket | None) -> float | None:
    return bucket.not_sure / bucket.usable if bucket and bucket.usable else None


def _short(value: float | None) -> float | None:
    return None if value is None else round(value, 4)
