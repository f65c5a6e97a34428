"""Heads away and moving counted one instant after the other: what the product's sums are checked against."""

from collections import Counter

import numpy as np

from dashboard.stored.instants import Instants
from dashboard.stored.person_steps import PersonSteps
from model.engagement.groups import Doubles, frontal
from model.observations import MOVING_FROM_DEG_S


def moving_shares(every: Instants, steps: PersonSteps, bucket_ms: int) -> Doubles:
    """(n,) for each group of `steps`: share of its posed instants with a head away and moving."""
    straight, speed = frontal(every.yaw_deg, every.pitch_deg), every.turning_deg_s()
    posed, moving = Counter[tuple[int, int, int]](), Counter[tuple[int, int, int]]()
    for place in np.flatnonzero(every.usable & ~np.isnan(straight)).tolist():
        step = int(every.offset_ms[place]) // bucket_ms
        key = step, int(every.person[place]), int(every.gaze_state[place])
        posed[key] += 1
        moving[key] += bool(straight[place] == 0 and speed[place] >= MOVING_FROM_DEG_S)
    step_of = steps.times_ms[steps.row] // bucket_ms
    person_of = steps.people[steps.column]
    keys = zip(step_of.tolist(), person_of.tolist(), steps.groups.gaze_state.tolist(), strict=True)
    return np.array([moving[key] / posed[key] if posed[key] else np.nan for key in keys], np.float64)
