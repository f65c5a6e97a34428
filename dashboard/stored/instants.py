"""Single instants of everybody as arrays: movement and habits, which sums over time cannot tell."""

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np
from sqlalchemy import Engine

from dashboard.stored.person_steps import PersonSteps
from db import reports
from model.behaviour.gestures import head_speed_deg_s
from model.emotions import EMOTIONS
from model.engagement.groups import (
    GAZE_STATES,
    NOT_SURE_CODE,
    Doubles,
    Ints,
    Mask,
    Moments,
    frontal,
    gaze_codes_of,
)
from model.observations import (
    MOVING_FROM_DEG_S,
    SPEED_WINDOW_MS,
    UNREADABLE,
    USABLE,
    GazeState,
    Observation,
    QualityFlag,
)

AWAY, UNKNOWN = GAZE_STATES.index(GazeState.AWAY), len(GAZE_STATES) - 1
UNSCORED = (np.nan,) * len(EMOTIONS)
Stretch = tuple[int, int, int | None]
"""A session's id and [start_ms, end_ms)."""


@dataclass(frozen=True, eq=False)
class Instants:
    """n instants by frame: (n,) each, NaN where not measured; scores (n, 7); units as in Observation.

    Eyes, gaze and mouth are those of `Observation.counted`, the angles as measured. `usable` may be flagged
    and read all the same; only of `unflagged` ones a head's movement counts.
    """

    person: Ints
    offset_ms: Ints
    usable: Mask
    unflagged: Mask
    leading: Ints
    yaw_deg: Doubles
    pitch_deg: Doubles
    eye_open: Doubles
    gaze: Doubles
    mouth_open: Doubles
    scores: Doubles

    def of(self, person: int) -> "Instants":
        """One person's instants, in order of time, one at a time."""
        mine = np.flatnonzero(self.person == person)
        mine = mine[np.unique(self.offset_ms[mine], return_index=True)[1]]
        return Instants(*(getattr(self, field.name)[mine] for field in fields(self)))

    @classmethod
    def of_seen(cls, seen: Sequence[tuple[int, int, Observation]]) -> "Instants":
        """From person, time in ms and observation, in order of time."""
        observations = [one for _, _, one in seen]
        leads = [NOT_SURE_CODE if o.leading is None else EMOTIONS.index(o.leading) for o in observations]
        angles = [(one.signals.yaw_deg, one.signals.pitch_deg) for one in observations]
        yaw_deg, pitch_deg = np.array(angles, np.float64).reshape(-1, 2).T
        told = (one.counted for one in observations)
        counted = [(signals.eye_open, signals.gaze, signals.mouth_open) for signals in told]
        eye_open, gaze, mouth_open = np.array(counted, np.float64).reshape(-1, 3).T
        scores = [one.scores or UNSCORED for one in observations]
        return cls(
            np.array([person for person, _, _ in seen], np.int64),
            np.array([offset_ms for _, offset_ms, _ in seen], np.int64),
            np.array([one.usable for one in observations], np.bool_),
            np.array([one.usable and one.flags == USABLE for one in observations], np.bool_),
            np.array(leads, np.int64),
            yaw_deg,
            pitch_deg,
            eye_open,
            gaze,
            mouth_open,
            np.array(scores, np.float64).reshape(-1, len(EMOTIONS)),
        )

    @property
    def gaze_state(self) -> Ints:
        return gaze_codes_of(self.eye_open, self.gaze)

    @property
    def usable_angles_deg(self) -> tuple[Doubles, Doubles]:
        """(n,) yaw and pitch of the unflagged instants, by which nods are told."""
        angles = self.yaw_deg, self.pitch_deg
        return np.where(self.unflagged, angles[0], np.nan), np.where(self.unflagged, angles[1], np.nan)

    def turning_deg_s(self) -> Doubles:
        """(n,) how fast each head turns, NaN where unknown."""
        speed = np.full(len(self.person), np.nan)
        for person in np.unique(self.person):
            mine = np.flatnonzero(self.person == person)
            angles = self.yaw_deg[mine], self.pitch_deg[mine]
            speed[mine] = head_speed_deg_s(self.offset_ms[mine], *angles)
        return speed

    def moments(self) -> Moments:
        """What a definition of engagement reads."""
        return Moments(
            np.where(self.usable[:, None], self.scores, np.nan),
            self.usable,
            self.gaze_state,
            self.leading,
            self.yaw_deg,
            self.pitch_deg,
            self.turning_deg_s(),
        )


def read_instants(engine: Engine, session_id: int, start_ms: int = 0, end_ms: int | None = None) -> Instants:
    """Every instant of [start_ms, end_ms) of everybody not excluded: about 150 bytes each, and 3 s a million.

    Raises db.errors.DatabaseError.
    """
    rows = reports.instants(engine, session_id, start_ms, end_ms)
    chunks = [np.array([*map(tuple, chunk)], np.float64) for chunk in rows]
    table = np.concatenate([np.empty((0, len(reports.INSTANT_COLUMNS))), *chunks])
    scores, flags = table[:, 9:], table[:, 2]
    scored = ~np.isnan(scores).any(axis=1)
    eye_open, gaze, mouth_open = _counted(flags, *table[:, 6:9].T)
    return Instants(
        table[:, 0].astype(np.int64),
        table[:, 1].astype(np.int64),
        (flags.astype(np.int64) & UNREADABLE == 0) & scored,
        (flags == USABLE) & scored,
        np.where(np.isnan(table[:, 3]), NOT_SURE_CODE, table[:, 3]).astype(np.int64),
        table[:, 4],
        table[:, 5],
        eye_open,
        gaze,
        mouth_open,
        scores,
    )


def _counted(
    flags: Doubles, eye_open: Doubles, gaze: Doubles, mouth_open: Doubles
) -> tuple[Doubles, Doubles, Doubles]:
    """(n,) each, as `Observation.counted` has it of one face."""
    fine = flags == USABLE
    away = (flags == QualityFlag.TURNED_AWAY) & (gaze_codes_of(eye_open, gaze) == AWAY)
    return (
        np.where(fine, eye_open, np.nan),
        np.where(fine | away, gaze, np.nan),
        np.where(fine, mouth_open, np.nan),
    )


def read_moving_shares(engine: Engine, span: Stretch, steps: PersonSteps, bucket_ms: int) -> Doubles:
    """(n,) for each group of `steps`: share of its posed instants with a head away and moving.

    Single instants are read only where they were not summed beforehand.

    Raises db.errors.DatabaseError.
    """
    session_id, start_ms, end_ms = span
    told = reports.moving_heads(engine, session_id, bucket_ms, start_ms, end_ms)
    rows = [(at, person, GAZE_STATES.index(state), *n) for at, person, state, *n in told.counted]
    table = np.array(rows, np.int64).reshape(-1, 5)
    heads = _summed_heads(steps, bucket_ms, table[:, :3], table[:, 3:])
    for first_ms, last_ms in told.unread:
        before_ms = max(start_ms, first_ms - SPEED_WINDOW_MS)
        every = read_instants(engine, session_id, before_ms, last_ms)
        heads += _heads(every, steps, bucket_ms, first_ms)
    return _shares_of(heads, steps)


def _heads(every: Instants, steps: PersonSteps, bucket_ms: int, from_ms: int = 0) -> Ints:
    """(t x p x states, 2) posed and moving instants of `from_ms` or later."""
    straight, speed = frontal(every.yaw_deg, every.pitch_deg), every.turning_deg_s()
    posed = every.usable & ~np.isnan(straight) & (every.offset_ms >= from_ms)
    moving = posed & (straight == 0) & (speed >= MOVING_FROM_DEG_S)
    keys = np.stack([every.offset_ms, every.person, every.gaze_state], axis=-1)
    return _summed_heads(steps, bucket_ms, keys, np.stack([posed, moving], axis=-1).astype(np.int64))


def _summed_heads(steps: PersonSteps, bucket_ms: int, keys: Ints, counts: Ints) -> Ints:
    """Counts (n, 2) by time in ms, person and gaze state (n, 3) in the table of `steps`."""
    t, p = steps.shape
    size = t * p * len(GAZE_STATES)
    if not size:
        return np.zeros((0, 2), np.int64)
    row = keys[:, 0] // bucket_ms - steps.times_ms[0] // bucket_ms
    column = np.minimum(np.searchsorted(steps.people, keys[:, 1]), p - 1)
    inside = (steps.people[column] == keys[:, 1]) & (row >= 0) & (row < t)
    key = ((row * p + column) * len(GAZE_STATES) + keys[:, 2])[inside]
    sums = [np.bincount(key, counts[inside, one], size).astype(np.int64) for one in (0, 1)]
    return np.stack(sums, axis=-1)


def _shares_of(heads: Ints, steps: PersonSteps) -> Doubles:
    if not len(steps.row):
        return np.empty(0)
    known, turned = heads[steps.cell * len(GAZE_STATES) + steps.groups.gaze_state].T
    return np.where(known > 0, turned / np.maximum(known, 1), np.nan)
