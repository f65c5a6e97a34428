"""What a definition of engagement is computed from: single instants, or groups of them summed in SQL.

A group holds instants of equal gaze state. Every definition is linear in what a group carries, so its value
is exactly the mean of the values of its instants.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from model.emotions import EMOTIONS
from model.engagement.affect import strongest_negative
from model.errors import EngagementError
from model.observations import (
    EYES_CLOSED_BELOW,
    EYES_HALF_BELOW,
    FACING_ENDS_PITCH_DEG,
    FACING_ENDS_YAW_DEG,
    FRONTAL_WITHIN_DEG,
    GAZE_ON_SCREEN_FROM,
    MOVING_FROM_DEG_S,
    GazeState,
    Observation,
)

Doubles = NDArray[np.float64]
Ints = NDArray[np.int64]
Mask = NDArray[np.bool_]

GAZE_STATES: tuple[GazeState, ...] = tuple(GazeState)
"""A gaze code is an index in here."""
NOT_SURE_CODE = len(EMOTIONS)
"""The code of "no expression leads", and its column among the eight shares."""

SCORE_SUM_TOLERANCE = 1e-2


def gaze_codes(states: Iterable[GazeState]) -> Ints:
    """(n,) codes of `states`, indices in GAZE_STATES."""
    return np.array([GAZE_STATES.index(state) for state in states], np.int64)


def gaze_codes_of(eye_open: ArrayLike, gaze: ArrayLike) -> Ints:
    """(n,) codes of eye opening and gaze (n,), NaN where unknown, as `Signals.gaze_state` has them."""
    opened, straight = np.asarray(eye_open, np.float64), np.asarray(gaze, np.float64)
    unknown = len(GAZE_STATES) - 1
    code = np.where(straight >= GAZE_ON_SCREEN_FROM, 0, np.where(np.isnan(straight), unknown, 1))
    code = np.where(opened < EYES_HALF_BELOW, 2, code)
    return np.asarray(np.where(opened < EYES_CLOSED_BELOW, 3, code), np.int64)


def frontal(yaw_deg: ArrayLike, pitch_deg: ArrayLike) -> Doubles:
    """(n,) 1 where the head is turned by FRONTAL_WITHIN_DEG at most, else 0; NaN where unknown."""
    turn = np.maximum(np.abs(np.asarray(yaw_deg, np.float64)), np.abs(np.asarray(pitch_deg, np.float64)))
    return np.where(np.isnan(turn), np.nan, turn <= FRONTAL_WITHIN_DEG)


def facing(yaw_deg: ArrayLike, pitch_deg: ArrayLike) -> Doubles:
    """(n,) 1 for a head straight at the camera, falling evenly with either angle to 0; NaN where unknown."""
    yaw, pitch = np.abs(np.asarray(yaw_deg, np.float64)), np.abs(np.asarray(pitch_deg, np.float64))
    aside, tilted = 1 - yaw / FACING_ENDS_YAW_DEG, 1 - pitch / FACING_ENDS_PITCH_DEG
    return np.asarray(np.clip(aside, 0, 1) * np.clip(tilted, 0, 1), np.float64)


@dataclass(frozen=True, eq=False)
class Grouped:
    """n groups of instants, each of one gaze state; means and shares are over the usable instants.

    counts: (n,) usable instants. scores: (n, 7) mean scores, NaN where counts is 0. gaze_state: (n,) codes.
    leads: (n, 8) share of the instants each expression led, then "not sure". strongest_negative: (n,) mean
    of `affect.strongest_negative`. posed: (n,) usable instants whose yaw and pitch are known; over these
    share_frontal: (n,) share that is `frontal`, facing: (n,) mean of `facing`, away_moving: (n,) share not
    frontal and faster than MOVING_FROM_DEG_S; NaN where posed is 0. A column that was not read is None.

    Raises EngagementError naming the column, the wanted and the given shape.
    """

    counts: Ints
    scores: Doubles
    gaze_state: Ints
    leads: Doubles | None = None
    strongest_negative: Doubles | None = None
    posed: Ints | None = None
    share_frontal: Doubles | None = None
    facing: Doubles | None = None
    away_moving: Doubles | None = None

    def __post_init__(self) -> None:
        n = np.shape(self.counts)[0]
        wide = {"scores": (n, len(EMOTIONS)), "leads": (n, len(EMOTIONS) + 1)}
        for name in ("counts", "gaze_state", "posed"):
            _set(self, name, np.int64, (n,))
        for name in ("scores", "leads", "strongest_negative", "share_frontal", "facing", "away_moving"):
            _set(self, name, np.float64, wide.get(name, (n,)))
        _check_codes(self.gaze_state, len(GAZE_STATES), "gaze_state")
        if np.any(self.counts < 0):
            raise EngagementError(f"counts: wanted 0 or more, got {self.counts.min()}")
        if self.posed is None and self.share_frontal is not None:
            object.__setattr__(self, "posed", np.where(np.isnan(self.share_frontal), 0, self.counts))

    def __len__(self) -> int:
        return len(self.counts)

    def take(self, index: NDArray[np.generic] | slice) -> Self:
        """The groups at `index` (integers, a mask or a slice)."""
        given = {name: getattr(self, name) for name in self.__dataclass_fields__}
        taken: dict[str, Any] = {name: None if v is None else v[index] for name, v in given.items()}
        return type(self)(**taken)


@dataclass(frozen=True, eq=False)
class Moments:
    """n instants of one or more faces.

    scores: (n, 7), rows summing to 1, NaN where not scored. usable: (n,) bool; what is not usable has no
    value. gaze_state: (n,) codes (default: unknown). leading: (n,) index in EMOTIONS or NOT_SURE_CODE
    (default: the highest score). yaw_deg, pitch_deg, turning_deg_s: (n,) NaN where unknown (default); a face
    of unknown speed counts as still.

    Raises EngagementError naming the field, the wanted and the given.
    """

    scores: Doubles
    usable: Mask
    gaze_state: Ints | None = None
    leading: Ints | None = None
    yaw_deg: Doubles | None = None
    pitch_deg: Doubles | None = None
    turning_deg_s: Doubles | None = None

    def __post_init__(self) -> None:
        n = np.shape(self.scores)[0] if np.ndim(self.scores) else 0
        _set(self, "scores", np.float64, (n, len(EMOTIONS)))
        _set(self, "usable", np.bool_, (n,))
        for name, most in (("gaze_state", len(GAZE_STATES)), ("leading", NOT_SURE_CODE + 1)):
            _set(self, name, np.int64, (n,))
            _check_codes(getattr(self, name), most, name)
        for name in ("yaw_deg", "pitch_deg", "turning_deg_s"):
            _set(self, name, np.float64, (n,))
        sums = self.scores.sum(axis=1)
        if np.any(np.abs(sums - 1) > SCORE_SUM_TOLERANCE) or np.any(self.scores < 0):
            raise EngagementError("scores: wanted rows of seven shares that sum to 1, or NaN")

    def __len__(self) -> int:
        return len(self.scores)

    @classmethod
    def of(cls, observations: Sequence[Observation], turning_deg_s: ArrayLike | None = None) -> Self:
        """The instants of `observations`; `turning_deg_s` (n,) if it is known."""
        unscored = (np.nan,) * len(EMOTIONS)
        leads = [NOT_SURE_CODE if o.leading is None else EMOTIONS.index(o.leading) for o in observations]
        return cls(
            np.array([o.scores or unscored for o in observations]).reshape(-1, len(EMOTIONS)),
            np.array([o.usable for o in observations], np.bool_),
            gaze_codes(o.signals.gaze_state for o in observations),
            np.array(leads, np.int64),
            np.array([o.signals.yaw_deg for o in observations], np.float64),
            np.array([o.signals.pitch_deg for o in observations], np.float64),
            None if turning_deg_s is None else np.asarray(turning_deg_s, np.float64),
        )

    def grouped(self) -> Grouped:
        """Every instant as a group of its own; what is not usable as an empty one."""
        n, known = len(self), self.usable & ~np.isnan(self.scores).any(axis=1)
        nowhere = np.full(n, np.nan)
        yaw = nowhere if self.yaw_deg is None else self.yaw_deg
        pitch = nowhere if self.pitch_deg is None else self.pitch_deg
        speed = nowhere if self.turning_deg_s is None else self.turning_deg_s
        straight = frontal(yaw, pitch)
        moving = np.where(np.isnan(straight), np.nan, (straight == 0) & (speed >= MOVING_FROM_DEG_S))
        return Grouped(
            counts=known.astype(np.int64),
            scores=np.where(known[:, None], self.scores, np.nan),
            gaze_state=np.full(n, len(GAZE_STATES) - 1) if self.gaze_state is None else self.gaze_state,
            leads=self._leads(),
            strongest_negative=strongest_negative(self.scores),
            posed=(known & ~np.isnan(straight)).astype(np.int64),
            share_frontal=straight,
            facing=facing(yaw, pitch),
            away_moving=moving,
        )

    def _leads(self) -> Doubles:
        top = self.leading
        if top is None:
            top = np.where(np.isnan(self.scores), -1, self.scores).argmax(axis=1)
        return np.eye(NOT_SURE_CODE + 1)[top]


def _set(batch: object, name: str, dtype: type[np.generic], shape: tuple[int, ...]) -> None:
    value: Any = getattr(batch, name)
    if value is None:
        return
    array = np.asarray(value, dtype)
    if array.shape != shape:
        raise EngagementError(f"{name}: wanted shape {shape}, got {array.shape}")
    object.__setattr__(batch, name, array)


def _check_codes(codes: Ints | None, end: int, name: str) -> None:
    if codes is not None and np.any((codes < 0) | (codes >= end)):
        raise EngagementError(f"{name}: wanted codes 0..{end - 1}, got {codes.min()}..{codes.max()}")
