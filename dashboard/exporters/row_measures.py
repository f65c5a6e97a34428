"""What is computed for each row of an export from the rows before it, chunk by chunk, in bounded memory."""

from collections.abc import Sequence
from math import isnan

import numpy as np

from dashboard.instants import UNSCORED, Instants
from dashboard.reading import Reading
from db.reports import StoredObservation
from model.affect import arousal, valence
from model.engagement import engagement
from model.gestures import SPEED_WINDOW_MS
from model.moments import Doubles, Moments, facing
from model.speaking import SpeakingDetector

OWN_WEIGHTS = "_own_weights"


class RowMeasures:
    """Valence, arousal, speaking, attention and engagement of rows that come in order of time."""

    def __init__(self, reading: Reading) -> None:
        self._reading = reading
        changed = dict(reading.weights) != dict(reading.definition.weights)
        self._name = reading.definition.name + OWN_WEIGHTS * changed
        self._moving = "away_moving" in reading.definition.needs
        self._before: list[StoredObservation] = []
        self._speaking: dict[int, SpeakingDetector] = {}

    def cells(self, chunk: Sequence[StoredObservation]) -> tuple[list[str], list[str]]:
        """For each row: the cells of valence and arousal; those of speaking, attention and engagement."""
        scores = np.array([row.observation.scores or UNSCORED for row in chunk], dtype=np.float64)
        pairs = zip(valence(scores).tolist(), arousal(scores).tolist(), strict=True)
        moments = self._moments(chunk)
        values = engagement(self._reading.definition, self._reading.weights, moments).tolist()
        attention = facing(*self._angles(moments)).tolist()
        told = zip(map(self._speaks, chunk), attention, values, strict=True)
        return (
            [f"{number(v)},{number(a)}" for v, a in pairs],
            [f"{speaks},{number(faces)},{self._engagement(value)}" for speaks, faces, value in told],
        )

    def _moments(self, chunk: Sequence[StoredObservation]) -> Moments:
        if not self._moving:
            return Moments.of([row.observation for row in chunk])
        rows = [*self._before, *chunk]
        seen = [(row.person, row.offset_ms, row.observation) for row in rows]
        speed = Instants.of_seen(seen).turning_deg_s()[len(self._before) :]
        self._before = [row for row in rows if row.offset_ms >= chunk[-1].offset_ms - SPEED_WINDOW_MS]
        return Moments.of([row.observation for row in chunk], speed)

    def _angles(self, moments: Moments) -> tuple[Doubles, Doubles]:
        assert moments.yaw_deg is not None and moments.pitch_deg is not None
        return moments.yaw_deg, moments.pitch_deg

    def _speaks(self, row: StoredObservation) -> str:
        opening = row.observation.signals.mouth_open
        if opening is None and row.person not in self._speaking:
            return ""
        detector = self._speaking.setdefault(row.person, SpeakingDetector())
        speaks = detector.update(row.offset_ms, opening)
        return "" if opening is None else str(int(speaks))

    def _engagement(self, value: float) -> str:
        return "," if isnan(value) else f"{value:.4f},{self._name}"


def number(value: float | None) -> str:
    """A cell with 4 decimals; empty for what is unknown."""
    return "" if value is None or isnan(value) else f"{value:.4f}"
