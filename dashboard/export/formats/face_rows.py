"""The rows that every format is made of, as arrays: one for each face in each analysed frame, chunk by chunk.

Numbers are rounded to the decimals that files hold before anything is computed from them. So what a file says
of valence, speech or engagement can be computed from the file, and comes back when it is imported.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from dashboard.export.formats.digits import rounded
from dashboard.export.formats.row_measures import Faces, Measured, RowMeasures
from dashboard.reading import Reading
from db.reports import ObservationColumns
from model.behaviour.talk import NOBODY_LISTENED, Heard
from model.engagement.groups import NOT_SURE_CODE, Doubles, Ints, Mask, gaze_codes_of
from model.observations import UNREADABLE

NOT_SCORED = NOT_SURE_CODE + 1
"""The code of "no score at all" among leading expressions, which run to NOT_SURE_CODE."""


@dataclass(frozen=True, eq=False)
class FaceRows:
    """n rows by frame, then track: (n,) each, in the units of LONG_COLUMNS, NaN where unknown.

    box: (n, 4) x, y, width, height. scores: (n, 7). signals: (n, 6) yaw, pitch, roll, eye opening, gaze and
    mouth opening. leading: index in EMOTIONS, NOT_SURE_CODE or NOT_SCORED. `names`: as in ObservationColumns.
    """

    frame: Ints
    offset_ms: Ints
    person: Ints
    track_id: Ints
    box: Doubles
    confidence: Doubles
    flags: Ints
    scores: Doubles
    leading: Ints
    signals: Doubles
    names: Mapping[int, str | None]
    measured: Measured

    def __len__(self) -> int:
        return len(self.frame)

    @property
    def scored(self) -> Mask:
        return np.asarray(self.leading != NOT_SCORED)

    @property
    def usable(self) -> Mask:
        return np.asarray((self.flags & UNREADABLE == 0) & self.scored)

    @property
    def gaze_state(self) -> Ints:
        """Codes of GAZE_STATES."""
        return gaze_codes_of(self.signals[:, 3], self.signals[:, 4])


def face_rows(
    stored: Iterable[ObservationColumns], reading: Reading, heard: Heard = NOBODY_LISTENED
) -> Iterator[FaceRows]:
    """`stored` with what is computed for each row, by `reading` and `heard`. Raises EngagementError for
    broken scores."""
    measures = RowMeasures(reading, heard)
    for chunk in stored:
        yield _face_rows(chunk, measures)


def _face_rows(chunk: ObservationColumns, measures: RowMeasures) -> FaceRows:
    track_id, x0, y0, x1, y1, confidence, flags, *rest = chunk.columns
    edges = _doubles([x0, y0, x1, y1])
    edges[2:] -= edges[:2]
    numbers = rounded(np.concatenate([edges, _doubles([confidence]), _doubles([*rest[:7], *rest[8:]])]))
    scores, signals = numbers[5:12].T, numbers[12:].T
    lead = np.array(rest[7], np.float64)
    leading = np.where(np.isnan(lead), NOT_SURE_CODE, lead).astype(np.int64)
    leading[np.isnan(scores[:, 0])] = NOT_SCORED
    person, offset_ms = np.array(chunk.person, np.int64), np.array(chunk.offset_ms, np.int64)
    flag_bits = np.array(flags, np.int64)
    faces = Faces(flag_bits == 0, (flag_bits & UNREADABLE) == 0, scores, leading, signals)
    return FaceRows(
        np.array(chunk.frame, np.int64),
        offset_ms,
        person,
        np.array(track_id, np.int64),
        numbers[:4].T,
        numbers[4],
        flag_bits,
        scores,
        leading,
        signals,
        chunk.names,
        measures.measured(person, offset_ms, faces),
    )


def _doubles(columns: list[object]) -> Doubles:
    """(k, n) of k columns; None becomes NaN."""
    return np.array(columns, np.float64)
