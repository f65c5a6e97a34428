"""What is computed for each row of an export from the rows before it, chunk by chunk, in bounded memory."""

from dataclasses import dataclass

import numpy as np

from dashboard.export.formats.digits import rounded
from dashboard.reading import Reading
from model.behaviour.gestures import head_speed_deg_s
from model.behaviour.speaking import WINDOW_MS, Held, heard_motion, mouth_motion
from model.behaviour.talk import NOBODY_LISTENED, Heard
from model.engagement import engagement
from model.engagement.affect import arousal, valence
from model.engagement.groups import NOT_SURE_CODE, Doubles, Ints, Mask, Moments, facing, gaze_codes_of
from model.observations import SPEED_WINDOW_MS

OWN_WEIGHTS = "_own_weights"
EXACT_DECIMALS = 9
SILENT, SPEAKING, NOT_MEASURED = 0, 1, 2
YAW, PITCH, EYE_OPEN, GAZE, MOUTH_OPEN = 0, 1, 3, 4, 5


@dataclass(frozen=True, eq=False)
class Measured:
    """(n,) each, NaN where unknown; speaking: SILENT, SPEAKING or NOT_MEASURED."""

    valence: Doubles
    arousal: Doubles
    speaking: Ints
    attention: Doubles
    engagement: Doubles


@dataclass(frozen=True, eq=False)
class Faces:
    """What is measured of n rows: scores (n, 7) and signals (n, 6) as FaceRows has them, the others (n,)."""

    unflagged: Mask
    usable: Mask
    scores: Doubles
    leading: Ints
    signals: Doubles


def definition_name(reading: Reading) -> str:
    """The definition's name as files tell it; says so where the weights are not the published ones."""
    changed = dict(reading.weights) != dict(reading.definition.weights)
    return reading.definition.name + OWN_WEIGHTS * changed


class RowMeasures:
    """Measures of rows that come in order of time. Remembers the last second of everybody."""

    def __init__(self, reading: Reading, heard: Heard = NOBODY_LISTENED) -> None:
        self._reading, self._heard = reading, heard
        self._moving = "away_moving" in reading.definition.needs
        self._mouths, self._heads = _Recent(WINDOW_MS, 1), _Recent(SPEED_WINDOW_MS, 2)
        self._held: dict[int, Held] = {}

    def measured(self, person: Ints, offset_ms: Ints, faces: Faces) -> Measured:
        """Of n rows, by `reading`; all rounded. Raises EngagementError for scores that are none."""
        signals = faces.signals
        turning = self._turning(person, offset_ms, signals) if self._moving else None
        moments = Moments(
            faces.scores,
            faces.usable & ~np.isnan(faces.scores[:, 0]),
            gaze_codes_of(signals[:, EYE_OPEN], signals[:, GAZE]),
            np.minimum(faces.leading, NOT_SURE_CODE),
            signals[:, YAW],
            signals[:, PITCH],
            turning,
        )
        values = engagement(self._reading.definition, self._reading.weights, moments)
        attention = facing(signals[:, YAW], signals[:, PITCH])
        table = self._reading.circumplex
        pleasant, excited = valence(faces.scores, table), arousal(faces.scores, table)
        told = _told(np.stack([pleasant, excited, attention, values]))
        mouth_open = np.where(faces.unflagged, signals[:, MOUTH_OPEN], np.nan)
        speaks = self._speaks(person, offset_ms, mouth_open)
        return Measured(told[0], told[1], speaks, told[2], told[3])

    def _turning(self, person: Ints, offset_ms: Ints, signals: Doubles) -> Doubles:
        """(n,) how fast each head turns, NaN where unknown."""
        rows = self._heads.with_before(person, offset_ms, signals[:, [YAW, PITCH]])
        speed = np.empty(len(rows.person))
        speed[rows.order] = head_speed_deg_s(rows.apart_ms, *rows.values[rows.order].T)
        return speed[rows.before :]

    def _speaks(self, person: Ints, offset_ms: Ints, mouth_open: Doubles) -> Ints:
        """(n,) SILENT, SPEAKING or NOT_MEASURED, as the model's `SpeakingDetector` says it row by row."""
        found = np.full(len(person), NOT_MEASURED, np.int64)
        measured = np.flatnonzero(~np.isnan(mouth_open))
        if not len(measured):
            return found
        rows = self._mouths.with_before(person[measured], offset_ms[measured], mouth_open[measured, None])
        # Two faces of one person in one frame: the first is heard, both are told what it says.
        instants, first, same = np.unique(rows.apart_ms, return_index=True, return_inverse=True)
        motion = np.empty(len(rows.person))
        motion[rows.order] = np.round(
            mouth_motion(instants, rows.values[rows.order[first], 0]), EXACT_DECIMALS
        )[same]
        who, when = person[measured], offset_ms[measured]
        moved = heard_motion(motion[rows.before :], self._heard.at(when))
        held = self._held
        for one in np.unique(who).tolist():
            held.setdefault(one, Held())
        told = zip(who.tolist(), when.tolist(), moved.tolist(), strict=True)
        found[measured] = [held[one].update(at_ms, motion_now) for one, at_ms, motion_now in told]
        return found


def _told(values: Doubles) -> Doubles:
    """`values` as files tell them, the same on every machine.

    Sums of a few numbers with 4 decimals often end in an exact half, which the order of adding would tip.
    """
    return rounded(np.round(values, EXACT_DECIMALS))


@dataclass(frozen=True, eq=False)
class _Rows:
    """n rows, the first `before` of them from earlier chunks. order: (n,) by person, then time; apart_ms: the
    times in that order, with so much added that no window reaches from one person to the next."""

    person: Ints
    values: Doubles
    before: int
    order: Ints
    apart_ms: Doubles


class _Recent:
    """The rows of the last `window_ms`, which the next chunk needs."""

    def __init__(self, window_ms: int, columns: int) -> None:
        self._window_ms = window_ms
        self._person = self._offset_ms = np.empty(0, np.int64)
        self._values = np.empty((0, columns))

    def with_before(self, person: Ints, offset_ms: Ints, values: Doubles) -> _Rows:
        """`values` (n, columns) of n > 0 rows after those kept, which are forgotten then but for a window."""
        before = len(self._person)
        person = np.concatenate([self._person, person])
        offset_ms = np.concatenate([self._offset_ms, offset_ms])
        values = np.concatenate([self._values, values])
        order = np.argsort(person, kind="stable")
        _, rank = np.unique(person[order], return_inverse=True)
        step_ms = float(offset_ms.max() - offset_ms.min() + 2 * self._window_ms)
        apart_ms = offset_ms[order] - offset_ms.min() + rank * step_ms
        kept = offset_ms > offset_ms[-1] - self._window_ms - 1
        self._person, self._offset_ms, self._values = person[kept], offset_ms[kept], values[kept]
        return _Rows(person, values, before, order, apart_ms)
