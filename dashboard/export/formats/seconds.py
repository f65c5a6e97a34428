"""Sums of the long table's rows by second and person, as they stream by: what shorter tables are made of."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np

from dashboard.export.formats.face_rows import FaceRows
from dashboard.export.formats.row_measures import NOT_MEASURED, SPEAKING
from model.emotions import EMOTIONS
from model.engagement.groups import GAZE_STATES, Doubles, Ints, Mask
from model.observations import GazeState

SECOND_MS = 1000
_LEADS = len(EMOTIONS) + 1
_LOOKING, _UNKNOWN = GAZE_STATES.index(GazeState.LOOKING), GAZE_STATES.index(GazeState.UNKNOWN)


@dataclass(frozen=True, eq=False)
class PersonSums:
    """n cells: one person in one second, or over a session. sums: (n, 25), read by the properties below."""

    second: Ints
    person: Ints
    first_ms: Ints
    last_ms: Ints
    sums: Doubles
    names: Mapping[int, str | None] = field(default_factory=dict)

    @property
    def faces(self) -> Ints:
        return self.sums[:, 0].astype(np.int64)

    @property
    def usable(self) -> Ints:
        return self.sums[:, 1].astype(np.int64)

    @property
    def usable_share(self) -> Doubles:
        return share(self.sums[:, 1], self.sums[:, 0])

    @property
    def scores(self) -> Doubles:
        """(n, 7) means over the usable instants."""
        return share(self.sums[:, 2:9], self.sums[:, [1]])

    @property
    def leads(self) -> Doubles:
        """(n, 8) usable instants by leading expression, then "not sure"."""
        return self.sums[:, 9:17]

    @property
    def attention(self) -> Doubles:
        return share(self.sums[:, 17], self.sums[:, 18])

    @property
    def engagement(self) -> Doubles:
        return share(self.sums[:, 19], self.sums[:, 20])

    @property
    def looking(self) -> Doubles:
        return share(self.sums[:, 21], self.sums[:, 22])

    @property
    def speaking(self) -> Doubles:
        return share(self.sums[:, 23], self.sums[:, 24])


def share(part: Doubles, whole: Doubles) -> Doubles:
    """part / whole, NaN where there is nothing."""
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(whole > 0, part / whole, np.nan)


def no_sums() -> PersonSums:
    """Nobody's."""
    nothing = np.empty(0, np.int64)
    return PersonSums(nothing, nothing, nothing, nothing, np.empty((0, 25)))


def person_seconds(rows: Iterable[FaceRows]) -> Iterator[PersonSums]:
    """Whole seconds in order, each complete, by person; a second in which nobody was seen is left out."""
    held: PersonSums | None = None
    for chunk in rows:
        cells = _summed(_single(chunk), held)
        done = cells.second < cells.second[-1]
        if done.any():
            yield _taken(cells, done)
        held = _taken(cells, ~done)
    if held is not None:
        yield held


def person_totals(seconds: Iterable[PersonSums]) -> tuple[PersonSums, Ints]:
    """Everybody's sums over the session, by number; and in how many seconds each was seen."""
    total = no_sums()
    seen: dict[int, int] = {}
    for cells in seconds:
        for person in cells.person.tolist():
            seen[person] = seen.get(person, 0) + 1
        whole = PersonSums(
            np.zeros_like(cells.second), cells.person, cells.first_ms, cells.last_ms, cells.sums, cells.names
        )
        total = _summed(whole, total)
    return total, np.array([seen[person] for person in total.person.tolist()], np.int64)


def _single(rows: FaceRows) -> PersonSums:
    usable, measured, gaze = rows.usable, rows.measured, rows.gaze_state
    leads = np.zeros((len(rows), _LEADS))
    leads[usable, rows.leading[usable]] = 1
    posed = usable & ~np.isnan(measured.attention)
    valued = ~np.isnan(measured.engagement)
    columns = [
        np.ones((len(rows), 1)),
        usable[:, None],
        np.where(usable[:, None], rows.scores, 0),
        leads,
        np.where(posed, measured.attention, 0)[:, None],
        posed[:, None],
        np.where(valued, measured.engagement, 0)[:, None],
        valued[:, None],
        (usable & (gaze == _LOOKING))[:, None],
        (usable & (gaze != _UNKNOWN))[:, None],
        (measured.speaking == SPEAKING)[:, None],
        (measured.speaking != NOT_MEASURED)[:, None],
    ]
    sums = np.concatenate(columns, axis=1, dtype=np.float64)
    at_ms = rows.offset_ms
    return PersonSums(at_ms // SECOND_MS, rows.person, at_ms, at_ms, sums, rows.names)


def _summed(cells: PersonSums, held: PersonSums | None) -> PersonSums:
    """Both together, one cell for each second and person, in order."""
    before = no_sums() if held is None else held
    second = np.concatenate([before.second, cells.second])
    person = np.concatenate([before.person, cells.person])
    first_ms = np.concatenate([before.first_ms, cells.first_ms])
    last_ms = np.concatenate([before.last_ms, cells.last_ms])
    sums = np.concatenate([before.sums, cells.sums])
    order = np.lexsort((person, second))
    second, person = second[order], person[order]
    start = np.flatnonzero(np.r_[True, (second[1:] != second[:-1]) | (person[1:] != person[:-1])])
    return PersonSums(
        second[start],
        person[start],
        np.minimum.reduceat(first_ms[order], start),
        np.maximum.reduceat(last_ms[order], start),
        np.add.reduceat(sums[order], start, axis=0),
        cells.names,
    )


def _taken(cells: PersonSums, chosen: Mask) -> PersonSums:
    return PersonSums(
        cells.second[chosen],
        cells.person[chosen],
        cells.first_ms[chosen],
        cells.last_ms[chosen],
        cells.sums[chosen],
        cells.names,
    )
