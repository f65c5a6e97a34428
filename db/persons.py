"""Who is who in a session: the tracker's tracks, and the people whom the host says they are.

A tracklet is a stretch of one track: all of it, or a part since the host cut it. It belongs to one person.
A person's number is the number of a track, or, from FIRST_SPLIT on, of what the host split off. Merging and
splitting change tracklets only, never an observation, and reports look the person up while they read.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from sqlalchemy import ColumnElement, Connection, Table, and_, bindparam, false, or_, select

from db.inserting import insert_rows
from db.schema import FOREVER_MS, participant, tracklet

FIRST_SPLIT = 100_001
"""Numbers of split-off people begin here, far above those a tracker gives."""

_COLUMNS = [column for column in tracklet.columns if column.name != "session_id"]
_THEIRS = tracklet.c.session_id == bindparam("number")
_FORGOTTEN = select(*_COLUMNS).where(_THEIRS, tracklet.c.forgotten)
_KNOWN = select(tracklet.c.track_id).where(
    _THEIRS, tracklet.c.track_id.in_(bindparam("tracks", expanding=True))
)


@dataclass(frozen=True, slots=True)
class Tracklet:
    """`track_id` from `from_ms` up to, but without, `until_ms`. `person` is whose it is now, `own` the number
    it has when it is given back to itself. Of a forgotten one nothing is stored but these numbers."""

    track_id: int
    from_ms: int
    until_ms: int
    person: int
    own: int
    forgotten: bool

    @property
    def whole(self) -> bool:
        return self.from_ms == 0 and self.until_ms == FOREVER_MS

    def holds(self, track_id: int, offset_ms: int) -> bool:
        """Whether `track_id` at `offset_ms` is in it."""
        return track_id == self.track_id and self.from_ms <= offset_ms < self.until_ms


@dataclass(frozen=True)
class Roster:
    """The tracklets of one session and what the host said of the people. `names` hold what was typed, by
    number; a merged person's name is told by `name_of`."""

    tracklets: tuple[Tracklet, ...]
    names: Mapping[int, str]
    excluded: frozenset[int]

    @property
    def people(self) -> tuple[int, ...]:
        """The numbers of everybody who is not forgotten, in order; also of those left out."""
        return tuple(sorted(self._pieces))

    @property
    def merged(self) -> bool:
        """Whether any track, or a part of one, goes by another number than its own."""
        return any(one.person != one.track_id for one in self.tracklets if not one.forgotten)

    def pieces(self, person: int) -> tuple[Tracklet, ...]:
        """The tracklets of `person`; none for a number that is not, or no longer, a person."""
        return tuple(self._pieces.get(person, ()))

    def person_of(self, track_id: int, offset_ms: int) -> int | None:
        """Whose `track_id` is at `offset_ms`; None when forgotten. A track not seen yet is its own."""
        for one in self._by_track.get(track_id, ()):
            if one.holds(track_id, offset_ms):
                return None if one.forgotten else one.person
        return track_id

    def name_of(self, person: int) -> str | None:
        """The person's name; without one, that of the lowest number merged into them which has a name."""
        numbers = sorted({one.own for one in self.pieces(person)} - {person})
        return next((self.names[number] for number in (person, *numbers) if number in self.names), None)

    @cached_property
    def _pieces(self) -> dict[int, list[Tracklet]]:
        pieces: dict[int, list[Tracklet]] = {}
        for one in self.tracklets:
            if not one.forgotten:
                pieces.setdefault(one.person, []).append(one)
        return pieces

    @cached_property
    def _by_track(self) -> dict[int, list[Tracklet]]:
        tracks: dict[int, list[Tracklet]] = {}
        for one in self.tracklets:
            tracks.setdefault(one.track_id, []).append(one)
        return tracks


def read_roster(connection: Connection, session_id: int) -> Roster:
    """Who is who in the session now; empty for a session that is not there."""
    pieces = select(*_COLUMNS).where(tracklet.c.session_id == session_id)
    said = select(participant).where(participant.c.session_id == session_id)
    rows = connection.execute(said).all()
    return Roster(
        tuple(Tracklet(*row) for row in connection.execute(pieces.order_by(*_COLUMNS[:2]))),
        {row.person: row.name for row in rows if row.name is not None},
        frozenset(row.person for row in rows if row.excluded),
    )


def forgotten_tracks(connection: Connection, session_id: int) -> list[Tracklet]:
    """The tracklets of the session of which nothing may be stored."""
    return [Tracklet(*row) for row in connection.execute(_FORGOTTEN, {"number": session_id})]


def add_tracks(connection: Connection, session_id: int, track_ids: Iterable[int]) -> None:
    """Make a person of every track that the session does not know yet."""
    tracks = set(track_ids)
    if not tracks:
        return
    known = connection.execute(_KNOWN, {"number": session_id, "tracks": [*tracks]}).scalars()
    new = sorted(tracks - set(known))
    insert_rows(
        connection, tracklet, [(session_id, track, 0, FOREVER_MS, track, track, False) for track in new]
    )


def belongs_to(table: Table, pieces: Iterable[Tracklet], time: str = "offset_ms") -> ColumnElement[bool]:
    """The rows of `table` (which has a track_id, and its time in ms in the column `time`) in `pieces`."""
    kept = list(pieces)
    track, at = table.c.track_id, table.c[time]
    parts = [
        and_(track == one.track_id, at >= one.from_ms, at < one.until_ms) for one in kept if not one.whole
    ]
    whole = [one.track_id for one in kept if one.whole]
    return or_(false(), *([track.in_(whole)] if whole else []), *parts)
