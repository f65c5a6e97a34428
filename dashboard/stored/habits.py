"""What single instants tell of a person's habits: speech, nods, blinks, and how often the eyes were read."""

import numpy as np
import pandas as pd

from dashboard.stored.instants import UNKNOWN, Instants
from model.behaviour.blinks import blink_rate_per_min
from model.behaviour.gestures import GestureKind, head_gestures
from model.behaviour.speaking import speaking
from model.behaviour.talk import NOBODY_LISTENED, Heard

HABITS = ("speaking", "nods", "blinks", "eyes")


def habits(every: Instants, heard: Heard = NOBODY_LISTENED) -> pd.DataFrame:
    """By person, of the instants that count; NaN where too little was measured.

    `speaking`: share 0..1 of those with a measured mouth; `nods`: how many; `blinks`: a minute; `eyes`: share
    0..1 of the usable ones with a known gaze at which the eyes were read, not the head alone.
    """
    people = np.unique(every.person)
    rows = [_habits_of(every.of(person), heard) for person in people.tolist()]
    return pd.DataFrame(rows, columns=[*HABITS], index=people, dtype="float64")


def _habits_of(one: Instants, heard: Heard) -> tuple[float, float, float, float]:
    mouth = ~np.isnan(one.mouth_open)
    talks = (
        float(speaking(one.offset_ms, one.mouth_open, heard.at(one.offset_ms))[mouth].mean())
        if mouth.any()
        else np.nan
    )
    yaw_deg, pitch_deg = one.usable_angles_deg
    posed = ~(np.isnan(yaw_deg) | np.isnan(pitch_deg))
    gestures = head_gestures(one.offset_ms, yaw_deg, pitch_deg)
    nods = sum(gesture.kind is GestureKind.NOD for gesture in gestures) if posed.any() else np.nan
    blinks = blink_rate_per_min(one.offset_ms, one.eye_open)
    return talks, nods, np.nan if blinks is None else blinks, _eyes_read(one)


def _eyes_read(one: Instants) -> float:
    known = one.usable & (one.gaze_state != UNKNOWN)
    return float(np.mean(~np.isnan(one.eye_open[known]))) if known.any() else np.nan
