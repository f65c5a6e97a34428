"""The long CSV written row by row with Python's own formatting: what the fast writer is compared with."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import astuple, replace
from datetime import UTC, timedelta
from math import isnan

import numpy as np

from dashboard.export.formats.cells import text_cell
from dashboard.export.formats.columns import LONG_HEADER
from dashboard.export.formats.long_table import model_told
from dashboard.export.formats.row_measures import definition_name
from dashboard.reading import Reading
from dashboard.stored.instants import UNSCORED, Instants
from dashboard.wording import person_name, session_title
from db.reports import SessionSummary, StoredObservation
from model.behaviour.speaking import Held, SpeakingDetector
from model.emotions import NOT_SURE
from model.engagement import engagement
from model.engagement.affect import arousal, valence
from model.engagement.groups import Moments, facing
from model.observations import Observation, Signals


def long_csv(session: SessionSummary, rows: Iterable[StoredObservation], reading: Reading) -> str:
    """The whole file, CRLF and all."""
    told = [replace(row, observation=as_written(row.observation)) for row in rows]
    lines = map(",".join, _lines(session, told, reading))
    return "".join(f"{line}\r\n" for line in (",".join(LONG_HEADER), *lines))


def as_written(seen: Observation) -> Observation:
    """`seen` as a file holds it, with 4 decimals."""
    x0, y0, x1, y1 = seen.box
    x, y, width, height = map(_kept, (x0, y0, x1 - x0, y1 - y0))
    return replace(
        seen,
        box=(x, y, width, height),
        confidence=_kept(seen.confidence),
        scores=None if seen.scores is None else tuple(map(_kept, seen.scores)),
        signals=Signals(*(None if value is None else _kept(value) for value in astuple(seen.signals))),
    )


def _kept(value: float) -> float:
    return float(f"{value:z.4f}")


def number(value: float | None) -> str:
    return "" if value is None or isnan(value) else f"{value:z.4f}"


def _lines(
    session: SessionSummary, rows: Sequence[StoredObservation], reading: Reading
) -> Iterator[Sequence[str]]:
    if not rows:
        return
    scores = np.array([row.observation.scores or UNSCORED for row in rows])
    speed = Instants.of_seen([(row.person, row.offset_ms, row.observation) for row in rows]).turning_deg_s()
    moments = Moments.of([row.observation for row in rows], speed)
    values = engagement(reading.definition, reading.weights, moments)
    assert moments.yaw_deg is not None and moments.pitch_deg is not None
    attention = facing(moments.yaw_deg, moments.pitch_deg)
    speaking: dict[int, tuple[SpeakingDetector, Held]] = {}
    computed = zip(valence(scores), arousal(scores), attention, values, strict=True)
    for row, (pleasant, excited, faces, value) in zip(rows, computed, strict=True):
        seen, signals = row.observation, row.observation.signals
        heard, held = speaking.setdefault(row.person, (SpeakingDetector(), Held()))
        lips = row.observation.counted.mouth_open
        heard.update(row.offset_ms, lips)
        speaks = lips is not None and held.update(row.offset_ms, round(heard.motion, 9))
        time = session.started_at.astimezone(UTC) + timedelta(milliseconds=row.offset_ms)
        yield (
            str(session.id),
            text_cell(session_title(session)),
            text_cell(person_name(row.participant, row.person)),
            *map(str, (row.person, seen.track_id, row.frame)),
            number(row.offset_ms / 1000),
            f"{time:%Y-%m-%dT%H:%M:%S}.{time.microsecond // 1000:03d}Z",
            *map(number, (*seen.box, seen.confidence)),
            str(int(seen.usable)),
            "|".join(seen.flags.names()),
            *([""] * 7 if seen.scores is None else map(number, seen.scores)),
            "" if seen.scores is None else str(seen.leading or NOT_SURE),
            *map(number, (round(pleasant, 9), round(excited, 9), *astuple(signals)[:5])),
            str(signals.gaze_state),
            number(signals.mouth_open),
            "" if lips is None else str(int(speaks)),
            *map(number, (round(faces, 9), round(value, 9))),
            "" if isnan(value) else definition_name(reading),
            text_cell(model_told(session)),
        )
