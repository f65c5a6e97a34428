"""What people pressed, as it stood over time. Pure."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from dashboard.wording import counted
from db.rights.ballots import Choice, Vote

HOLDS_MS = 180_000
"""So long a press says how it is: who was lost an hour ago may have left since."""
STEPS_MS = (5_000, 10_000, 30_000, 60_000, 300_000)
MOST_STEPS = 400


def standing(votes: Sequence[Vote], start_ms: int, end_ms: int) -> pd.DataFrame:
    """How many voices said what at the end of each step: `time_ms` (start of the step) and a column for each
    Choice. The newest press of a voice counts, for HOLDS_MS."""
    step_ms = next((one for one in STEPS_MS if end_ms - start_ms <= one * MOST_STEPS), STEPS_MS[-1])
    first = start_ms // step_ms * step_ms
    times = np.arange(first, max(end_ms, first + step_ms), step_ms, dtype=np.int64)
    change = {one: np.zeros(len(times) + 1, np.int64) for one in Choice}
    for vote, until_ms in zip(votes, _ends(votes), strict=True):
        begin, end = (_step(at_ms, first, step_ms, len(times)) for at_ms in (vote.offset_ms, until_ms))
        change[vote.choice][begin] += 1
        change[vote.choice][end] -= 1
    counts = {str(one): np.cumsum(change[one])[:-1] for one in Choice}
    return pd.DataFrame({"time_ms": times, **counts})


def told_now(votes: Sequence[Vote], now_ms: int) -> str:
    """How many voices say what at `now_ms`, in words."""
    newest = {one.voice: one for one in votes}
    held = [one.choice for one in newest.values() if now_ms - one.offset_ms < HOLDS_MS]
    clear, lost, asked = (held.count(one) for one in Choice)
    return f"{clear} clear · {lost} lost · {counted(asked, 'question', 'questions')}"


def voices(votes: Sequence[Vote]) -> int:
    """How many devices were heard."""
    return len({one.voice for one in votes})


def _ends(votes: Sequence[Vote]) -> list[int]:
    """Until when each of `votes`, in order of time, counts."""
    ends, following = [0] * len(votes), dict[int, int]()
    for place in range(len(votes) - 1, -1, -1):
        vote = votes[place]
        own_ms = vote.offset_ms + HOLDS_MS
        ends[place] = min(own_ms, following.get(vote.voice, own_ms))
        following[vote.voice] = vote.offset_ms
    return ends


def _step(at_ms: int, first_ms: int, step_ms: int, steps: int) -> int:
    """The step in which `at_ms` lies, `steps` for what comes after the last."""
    return min(max((at_ms - first_ms) // step_ms, 0), steps)
