"""Heads, eyes and mouths of the made-up session: who looks where, nods, blinks and speaks.

People take turns to speak, the others nod now and then; everybody glances aside for a second or two, some
look down at something else for longer, and one dozes off. By code from a seed; plausible, not measured.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from model.observations import Signals

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]

TURN_S = (12.0, 55.0)
NOD_EVERY_S, NOD_LASTS_S, NOD_HZ, NOD_DEG = 70.0, 3.0, 0.8, 7.0
GLANCE_EVERY_S, GLANCE_LASTS_S = 25.0, 1.6
BLINKS_PER_MIN = 14.0


@dataclass(frozen=True, slots=True)
class Absence:
    """One person looks down at something else, or has closed eyes, from `start_s` to `end_s`."""

    person: int
    start_s: int
    end_s: int
    asleep: bool = False


ABSENCES = (
    Absence(2, 262, 290),
    Absence(0, 520, 541),
    Absence(1, 512, 560),
    Absence(2, 516, 575),
    Absence(4, 524, 572),
    Absence(5, 530, 566),
    Absence(5, 690, 699, asleep=True),
    Absence(2, 1015, 1062),
    Absence(4, 1040, 1058),
)


def floor(random: np.random.Generator, weights: Floats, time_s: Floats) -> NDArray[np.int64]:
    """(n,) who speaks at each instant: turns of TURN_S, by weights (p,)."""
    holder, next_s = np.empty(len(time_s), np.int64), 0.0
    speaker = 0
    for row, second in enumerate(time_s):
        if second >= next_s:
            speaker = int(random.choice(len(weights), p=weights / weights.sum()))
            next_s = second + random.uniform(*TURN_S)
        holder[row] = speaker
    return holder


def signals_of(
    random: np.random.Generator, person: int, time_s: Floats, speaks: Mask, turned: Mask
) -> list[Signals]:
    """The signals of one person at every instant; `speaks`, `turned` (n,): has the floor, is turned away."""
    n, step_s = len(time_s), float(time_s[1] - time_s[0])
    absent, asleep = (_absent(person, time_s, closed) for closed in (False, True))
    glances = _stretches(random, n, step_s, GLANCE_EVERY_S, GLANCE_LASTS_S)
    yaw = _drift(random, n, step_s, 5.0) + np.where(glances, 24.0, 0.0) * random.choice([-1, 1])
    yaw = np.where(turned, np.sign(yaw) * (44 + np.abs(yaw)), yaw)
    pitch = _drift(random, n, step_s, 2.0) - 3 - np.where(absent, 23.0, 0.0)
    nodding = _stretches(random, n, step_s, NOD_EVERY_S, NOD_LASTS_S) & ~(speaks | absent | asleep)
    pitch = pitch + np.where(nodding, NOD_DEG * np.sin(2 * np.pi * NOD_HZ * time_s), 0.0)
    gaze = 0.83 + _drift(random, n, step_s, 0.05) - np.abs(yaw) / 120 - np.where(glances | absent, 0.55, 0.0)
    blinks = random.random(n) < BLINKS_PER_MIN / 60 * step_s
    eyes = 0.37 + _drift(random, n, step_s, 0.012)
    eyes = np.where(asleep, 0.08, np.where(blinks, 0.12, np.where(absent, 0.31, eyes)))
    mouth = np.where(speaks, random.uniform(0.02, 0.3, n), 0.03 + random.normal(0, 0.004, n))
    roll = _drift(random, n, step_s, 2.5)
    measured = np.stack([yaw, pitch, roll], axis=1).round(2).tolist()
    ratios = np.clip(np.stack([eyes, gaze, mouth], axis=1), 0, 1).round(4).tolist()
    return [
        Signals(*angles, *((None, None, None) if away else shares))
        for angles, shares, away in zip(measured, ratios, turned.tolist(), strict=True)
    ]


def _absent(person: int, time_s: Floats, asleep: bool) -> Mask:
    inside = np.zeros(len(time_s), np.bool_)
    for one in ABSENCES:
        if one.person == person and one.asleep == asleep:
            inside |= (time_s >= one.start_s) & (time_s < one.end_s)
    return inside


def _stretches(random: np.random.Generator, n: int, step_s: float, every_s: float, lasts_s: float) -> Mask:
    """Stretches of `lasts_s` that begin once in `every_s` on average."""
    begins = np.flatnonzero(random.random(n) < step_s / every_s)
    inside = np.zeros(n, np.bool_)
    for row in begins:
        inside[row : row + round(lasts_s / step_s)] = True
    return inside


def _drift(random: np.random.Generator, n: int, step_s: float, spread: float) -> Floats:
    """A slow wander (n,) with standard deviation `spread` around 0, without jumps."""
    knots = np.arange(0, n * step_s + 6.0, 3.0)
    return np.asarray(np.interp(np.arange(n) * step_s, knots, random.normal(0, spread, len(knots))))
