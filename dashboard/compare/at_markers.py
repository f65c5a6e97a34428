"""Several groups brought onto one marker (an advert, a slide shown to all): mean and spread over groups.

A group that saw the marker twice counts once, with the mean of both. What surrounds a marker is read in steps
of 1 to 5 s, since those of a comparison are up to half an hour long; the step that a marker falls into is
neither before nor after it, and left out.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from sqlalchemy import Engine

from dashboard.reading import Reading
from dashboard.stored.figures import bucket_ms_for
from dashboard.stored.group_lines import least_people_of
from dashboard.stored.span import FINE_MS, Span, read_steps
from db.reports import Marker, SessionSummary
from model.engagement import group_line
from model.engagement.groups import Doubles, Ints

LEAST_GROUPS = 2
FEW_STEPS, MOST_STEPS = 180, 900
"""A window gets longer steps from so many on; of a label that one session carries often, so many markers are
read, the first ones, as come to no more steps than that."""


@dataclass(frozen=True, slots=True)
class Window:
    """What is looked at: so many whole steps `before` and `after` a marker, of 1 s up to FINE_MS."""

    step_ms: int
    before: int
    after: int

    @classmethod
    def of(cls, before_ms: int, after_ms: int) -> "Window":
        """The shortest steps that are few enough; sides that they do not fit become a little longer."""
        step_ms = min(bucket_ms_for(before_ms + after_ms, FEW_STEPS), FINE_MS)
        return cls(step_ms, -(-before_ms // step_ms), -(-after_ms // step_ms))

    @property
    def before_ms(self) -> int:
        return self.before * self.step_ms

    @property
    def after_ms(self) -> int:
        return self.after * self.step_ms

    @property
    def most_times(self) -> int:
        """So many markers of one session are read."""
        return max(1, MOST_STEPS // (self.before + self.after))

    def around(self, at_ms: int) -> tuple[int, int]:
        """From when to when, on the grid of steps, which begins with the session."""
        first = at_ms // self.step_ms - self.before
        last = -(-at_ms // self.step_ms) + self.after
        return max(0, first * self.step_ms), last * self.step_ms

    def placed(self, times_ms: Ints, values: Doubles, at_ms: int) -> Doubles:
        """(before + after,) `values` (t,) of the steps that begin at `times_ms`, as they lie about `at_ms`;
        NaN where there is none."""
        away = (times_ms - at_ms) / self.step_ms
        place = np.where(away < 0, np.ceil(away), np.floor(away)).astype(np.int64) + self.before
        whole = ((away <= -1) | (away >= 0)) & (place >= 0) & (place < self.before + self.after)
        found = np.full(self.before + self.after, np.nan)
        found[place[whole]] = values[whole]
        return found


def shared_labels(markers: Mapping[int, Sequence[Marker]]) -> list[str]:
    """Labels that at least two sessions carry, the most shared first. `markers` by session."""
    counts = Counter(label for found in markers.values() for label in {one.label for one in found})
    return sorted(
        (label for label, count in counts.items() if count >= LEAST_GROUPS),
        key=lambda one: (-counts[one], one),
    )


def at_markers(
    engine: Engine,
    sessions: Sequence[SessionSummary],
    starts_ms: Sequence[Sequence[int]],
    window: Window,
    reading: Reading,
    *,
    least_people: int,
) -> pd.DataFrame:
    """(t, g): a column for each of `sessions`, by place, that has `starts_ms`; the index is ms from the
    marker. Values are as measured, NaN where too few people were usable for the group's line.

    `least_people`: instants with fewer usable people do not count. Raises db.errors.DatabaseError.
    """
    columns: dict[int, Doubles] = {}
    for place, (session, starts) in enumerate(zip(sessions, starts_ms, strict=True)):
        if not starts:
            continue
        seen = []
        for at_ms in starts[: window.most_times]:
            span = Span(engine, session.id, *window.around(at_ms))
            steps = read_steps(span, reading, window.step_ms, least_people)
            least_people = max(least_people_of(steps), least_people)
            line = group_line(steps.values(reading.definition, reading.weights), least_people)
            seen.append(window.placed(steps.times_ms, line.mean, at_ms))
        columns[place] = _mean(np.stack(seen))
    return pd.DataFrame(columns, index=np.arange(-window.before, window.after) * window.step_ms)


def changes_from_before(table: pd.DataFrame) -> pd.DataFrame:
    """Each column less its own mean before the marker."""
    return table - table[table.index < 0].mean()


def over_groups(table: pd.DataFrame) -> pd.DataFrame:
    """By step: `mean` over groups, each once, their standard deviation `sd` (n - 1), and `groups` counted."""
    return pd.DataFrame(
        {"mean": table.mean(axis=1), "sd": table.std(axis=1, ddof=1), "groups": table.notna().sum(axis=1)}
    )


def before_after(table: pd.DataFrame) -> pd.DataFrame:
    """One row a column of `table`: mean `before` and `after` the marker, and the `change`."""
    before, after = table[table.index < 0].mean(), table[table.index >= 0].mean()
    return pd.DataFrame({"before": before, "after": after, "change": after - before})


def _mean(windows: Doubles) -> Doubles:
    counts = (~np.isnan(windows)).sum(axis=0)
    return np.where(counts > 0, np.nansum(windows, axis=0) / np.maximum(counts, 1), np.nan)
