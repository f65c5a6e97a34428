"""How values and expressions are spread: per person, and per interval of the time shown. Pure."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import pandas as pd

from dashboard.palette import KEYS
from dashboard.stored.moments import lead_counts
from dashboard.stored.person_steps import PersonSteps
from dashboard.wording import clock
from model.engagement.groups import Doubles, Ints

PERCENTILES = {"p5": 5, "p25": 25, "median": 50, "p75": 75, "p95": 95}


def intervals(start_ms: int, end_ms: int, parts: int = 0, length_ms: int = 0) -> list[tuple[int, int]]:
    """[start_ms, end_ms) in so many equal `parts`, or in pieces of `length_ms`, the last one shorter."""
    if length_ms:
        edges = [*range(start_ms, end_ms, length_ms), end_ms]
    else:
        edges = [start_ms + (end_ms - start_ms) * part // parts for part in range(parts + 1)]
    return [(first, last) for first, last in pairwise(edges) if last > first]


def five_numbers(values: Doubles) -> pd.Series:
    """5th, 25th, 50th, 75th and 95th percentile of the known `values`, and `steps`, how many there are."""
    known = values[~np.isnan(values)]
    found = np.percentile(known, list(PERCENTILES.values())) if len(known) else [np.nan] * len(PERCENTILES)
    return pd.Series({**dict(zip(PERCENTILES, found, strict=True)), "steps": len(known)})


def spread_of_people(values: pd.DataFrame) -> pd.DataFrame:
    """`five_numbers` over time of each column of `values` that holds any; indexed as these are."""
    known = values.loc[:, values.notna().any()]
    return pd.DataFrame([five_numbers(known[one].to_numpy(dtype=np.float64)) for one in known], known.columns)


def spread_of_intervals(times_ms: Ints, line: Doubles, spans: Sequence[tuple[int, int]]) -> pd.DataFrame:
    """`five_numbers` of the group's `line` (t,) within each span; indexed by its time, in whole seconds."""
    rows = [five_numbers(line[(times_ms >= first) & (times_ms < last)]) for first, last in spans]
    return pd.DataFrame(rows, [named(span) for span in spans])


def mix_of_intervals(
    steps: PersonSteps, spans: Sequence[tuple[int, int]], least_people: int = 1
) -> pd.DataFrame:
    """Share (0..1) of usable instants that each of KEYS led within each span; NaN where nothing was usable.

    Steps in which fewer than `least_people` people were usable are left out.
    """
    enough = np.count_nonzero(steps.usable(), axis=1) >= least_people
    counts = lead_counts(steps)
    start = steps.times_ms[steps.row] if len(steps.row) else np.empty(0, np.int64)
    rows = []
    for first, last in spans:
        inside = (start >= first) & (start < last) & enough[steps.row]
        total = counts[inside].sum(axis=0)
        rows.append(total / total.sum() if total.sum() else np.full(len(KEYS), np.nan))
    return pd.DataFrame(rows, [named(span) for span in spans], list(KEYS))


def talk_shares(speaking: pd.Series, present_ms: pd.Series) -> pd.DataFrame:
    """By person: `talked_ms`, the time with moving lips, and `share` (0..1) of everybody's; largest first.

    speaking: share of a person's measured instants; present_ms: how long that person was in view.
    """
    talked = (speaking * present_ms).dropna()
    total = talked.sum()
    shares = talked / total if total else talked * np.nan
    return pd.DataFrame({"talked_ms": talked, "share": shares}).sort_values("share", ascending=False)


def named(span: tuple[int, int]) -> str:
    """A span as its rows are called: 02:00 to 04:00."""
    return f"{clock(span[0] / 1000)} to {clock(span[1] / 1000)}"
