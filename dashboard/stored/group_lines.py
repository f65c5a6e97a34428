"""The group in time: its line with spread and people counted, who looks, changes from one's own neutral.

Pure: arrays and tables in, tables out.
"""

from collections.abc import Mapping
from math import ceil

import numpy as np
import pandas as pd

from dashboard.palette import SCORES
from dashboard.reading import Neutral
from dashboard.stored.fall_line import LEAST_SHARE
from dashboard.stored.figures import smooth, smooth_table
from dashboard.stored.person_steps import PersonSteps
from model.engagement import group_line
from model.engagement.baseline import change_from, fixed_baseline, running_baseline
from model.engagement.groups import Doubles, Ints

SPREAD_FROM = 3
"""People; the middle half of fewer says nothing."""
NEUTRAL_STEP_MS, NEUTRAL_SPAN_MS = 1_000, 60_000
LEAST_NEUTRAL_MS = 3_000
LINES = ["engagement", "lower", "upper"]


def least_people_of(steps: PersonSteps) -> int:
    """How many people must be usable for the group's line: a quarter of the usual number, 1 at least."""
    together = np.count_nonzero(steps.usable(), axis=1)
    some = together[together > 0]
    return max(1, ceil(LEAST_SHARE * float(np.median(some)))) if len(some) else 1


def group_timeline(steps: PersonSteps, values: Doubles, scores: Doubles, least_people: int) -> pd.DataFrame:
    """One row per step: `time_ms`, `usable` instants, `people` usable, mean of the seven scores over usable
    instants, `engagement` with `lower` and `upper` quartile over `counted` people, and `looking` (0..1), the
    mean over `looked` people.

    values: (t, p); scores: (t, p, 7). NaN where fewer than `least_people` people count.
    """
    usable = steps.usable()
    line, looking = group_line(values, least_people), group_line(steps.looking(), least_people)
    frame = pd.DataFrame({"time_ms": steps.times_ms, "usable": usable.sum(axis=1)})
    frame["people"] = np.count_nonzero(usable, axis=1)
    frame[SCORES] = _over_instants(scores, usable)
    frame["counted"], frame["looked"] = line.people, looking.people
    spread = line.people >= SPREAD_FROM
    frame["engagement"] = line.mean
    frame["lower"] = np.where(spread, line.lower, np.nan)
    frame["upper"] = np.where(spread, line.upper, np.nan)
    return frame.assign(looking=looking.mean)


def smooth_timeline(frame: pd.DataFrame, window: int) -> pd.DataFrame:
    """A group's timeline smoothed: scores by usable instants, lines by the people in them."""
    weights = pd.DataFrame(dict.fromkeys(LINES, frame["counted"]) | {"looking": frame["looked"]})
    lines = smooth_table(frame[[*LINES, "looking"]], weights, window)
    return smooth(frame, window, SCORES).assign(**{name: lines[name] for name in [*LINES, "looking"]})


def person_table(steps: PersonSteps, values: Doubles, window: int) -> pd.DataFrame:
    """(t, p) values smoothed, indexed by time in ms, one column for each person's number."""
    table = pd.DataFrame(values, index=steps.times_ms, columns=steps.people)
    weights = pd.DataFrame(steps.usable(), index=steps.times_ms, columns=steps.people)
    return smooth_table(table, weights, window)


def from_neutral(
    table: Doubles, times_ms: Ints, bucket_ms: int, neutral: Neutral, fixed: Mapping[int, Doubles]
) -> Doubles:
    """(t, p, k) as changes from each person's own neutral; NaN where none is known.

    `fixed`: (k,) by column. The running neutral is learnt from the steps themselves.
    """
    changed = np.full_like(table, np.nan)
    for column in range(table.shape[1]):
        own = table[:, column]
        if neutral is Neutral.FIXED:
            changed[:, column] = change_from(own, fixed.get(column))
        else:
            steps_wanted = max(1, LEAST_NEUTRAL_MS // bucket_ms)
            changed[:, column] = change_from(own, running_baseline(times_ms, own, min_usable=steps_wanted))
    return changed


def fixed_neutral(steps: PersonSteps, table: Doubles, column: int) -> Doubles | None:
    """(k,) median of a person's first ten seconds, from steps of NEUTRAL_STEP_MS and their (t, p, k)."""
    steps_wanted = LEAST_NEUTRAL_MS // NEUTRAL_STEP_MS
    return fixed_baseline(steps.times_ms, table[:, column], min_usable=steps_wanted)


def _over_instants(scores: Doubles, usable: Ints) -> Doubles:
    total = usable.sum(axis=1)[:, None]
    sums = (np.nan_to_num(scores) * usable[..., None]).sum(axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(total > 0, sums / total, np.nan)
