"""Writing what stands beside the observations: markers, events, and how a session is read."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isfinite

from sqlalchemy import ColumnElement, Connection, case, delete, insert, null, update

from db.errors import DatabaseError, MarkerNotFoundError
from db.persons import forgotten_tracks
from db.schema import NOTE_LENGTH, WORD_LENGTH, event, marker, session
from db.store.writer import Writer
from db.summaries import Marker
from db.text import note, one_line

SETTING_LENGTH = 20_000


@dataclass(frozen=True, slots=True)
class NewEvent:
    """Something the program noticed, of one track or (None) of the group. `end_ms` None: not over yet."""

    start_ms: int
    kind: str
    end_ms: int | None = None
    track_id: int | None = None
    value: float | None = None


class NoteWrites(Writer):
    """Every method raises SessionNotFoundError for a session that is not there."""

    def add_marker(
        self,
        session_id: int,
        offset_ms: int,
        label: str,
        *,
        end_ms: int | None = None,
        note: str | None = None,
    ) -> int:
        """Mark a moment or, with `end_ms`, a stretch; returns the marker's id.

        Raises DatabaseError for an empty label, or an end before the start.
        """
        values = {"session_id": session_id, **_marked(offset_ms, end_ms, label, note)}
        with self._writing_to(session_id) as connection:
            key = connection.execute(insert(marker).values(values)).inserted_primary_key
            assert key is not None
            return int(key[0])

    def update_marker(self, session_id: int, changed: Marker) -> None:
        """Replace the marker that has the id of `changed`. Raises as add_marker, and MarkerNotFoundError."""
        values = _marked(changed.offset_ms, changed.end_ms, changed.label, changed.note)
        with self._writing_to(session_id) as connection:
            this = _this_marker(session_id, changed.id)
            if not connection.execute(update(marker).where(*this).values(values)).rowcount:
                raise MarkerNotFoundError(session_id, changed.id)

    def end_marker(self, session_id: int, marker_id: int, end_ms: int | None) -> None:
        """End the stretch that begins at the marker, its own moment at the earliest; None: it is a moment
        again. Leaves label and note as they are. Raises MarkerNotFoundError."""
        end = (
            null()
            if end_ms is None
            else case((marker.c.offset_ms > end_ms, marker.c.offset_ms), else_=end_ms)
        )
        with self._writing_to(session_id) as connection:
            this = _this_marker(session_id, marker_id)
            if not connection.execute(update(marker).where(*this).values(end_ms=end)).rowcount:
                raise MarkerNotFoundError(session_id, marker_id)

    def end_markers_by(self, session_id: int, end_ms: int) -> None:
        """The session turned out to end at `end_ms`: what was marked later belongs to that moment."""
        late = [(column, column > end_ms) for column in (marker.c.offset_ms, marker.c.end_ms)]
        with self._writing_to(session_id) as connection:
            for column, is_late in late:
                of_it = update(marker).where(marker.c.session_id == session_id, is_late)
                connection.execute(of_it.values({column: end_ms}))

    def delete_marker(self, session_id: int, marker_id: int) -> None:
        """Raises MarkerNotFoundError."""
        with self._writing_to(session_id) as connection:
            if not connection.execute(delete(marker).where(*_this_marker(session_id, marker_id))).rowcount:
                raise MarkerNotFoundError(session_id, marker_id)

    def write_events(self, session_id: int, events: Sequence[NewEvent]) -> None:
        """Store events. One of the same start, kind and track replaces what is stored, so an event may be
        written when it begins and again when it is over. Those of forgotten people are left out."""
        if not events:
            return
        with self._writing_to(session_id) as connection:
            forgotten = forgotten_tracks(connection, session_id)
            for new in events:
                track = new.track_id
                if track is None or not any(one.holds(track, new.start_ms) for one in forgotten):
                    write_event(connection, session_id, new)

    def set_group_only(self, session_id: int, least_people: int | None) -> None:
        """Say to whoever else shows the running session that its host shows the group alone, with at least
        so many usable people; None: individuals, too."""
        with self._writing_to(session_id) as connection:
            this = update(session).where(session.c.id == session_id)
            connection.execute(this.values(group_only_from=least_people))

    def set_engagement(self, session_id: int, definition: str, weights: Mapping[str, float]) -> None:
        """Keep by which definition, and with which weights, the session's engagement is read.

        Neither is checked here but for being finite numbers: the definitions live in `model`.
        """
        values = {
            "engagement": one_line(definition, WORD_LENGTH) or None,
            "weights": _json("weights", weights),
        }
        with self._writing_to(session_id) as connection:
            connection.execute(update(session).where(session.c.id == session_id).values(values))

    def set_thresholds(self, session_id: int, thresholds: Mapping[str, float]) -> None:
        """Keep from which values on this session's events are noticed."""
        values = {"thresholds": _json("thresholds", thresholds)}
        with self._writing_to(session_id) as connection:
            connection.execute(update(session).where(session.c.id == session_id).values(values))

    def set_circumplex(self, session_id: int, points: Mapping[str, float] | None) -> None:
        """Keep where the expressions lie in valence and arousal; None: as published.

        Checked here for being finite numbers only: the table's form lives in `model.engagement.affect`.
        """
        values = {"circumplex": None if points is None else _json("points", points)}
        with self._writing_to(session_id) as connection:
            connection.execute(update(session).where(session.c.id == session_id).values(values))


def _marked(offset_ms: int, end_ms: int | None, label: str, typed: str | None) -> dict[str, object]:
    if not (line := one_line(label, WORD_LENGTH)):
        raise DatabaseError("A marker needs a label, got an empty one. Type at least one letter.")
    if end_ms is not None and end_ms < offset_ms:
        raise DatabaseError(f"A marker cannot end ({end_ms} ms) before it begins ({offset_ms} ms).")
    kept = note(typed or "", NOTE_LENGTH) or None
    return {"offset_ms": offset_ms, "end_ms": end_ms, "label": line, "note": kept}


def _this_marker(session_id: int, marker_id: int) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return marker.c.session_id == session_id, marker.c.id == marker_id


def write_event(connection: Connection, session_id: int, new: NewEvent) -> None:
    kind = one_line(new.kind, WORD_LENGTH)
    connection.execute(
        delete(event).where(
            event.c.session_id == session_id,
            event.c.start_ms == new.start_ms,
            event.c.kind == kind,
            event.c.track_id == (null() if new.track_id is None else new.track_id),
        )
    )
    values = (session_id, new.start_ms, new.end_ms, kind, new.track_id, new.value)
    names = ("session_id", "start_ms", "end_ms", "kind", "track_id", "value")
    connection.execute(insert(event).values(dict(zip(names, values, strict=True))))


def _json(what: str, numbers: Mapping[str, float]) -> str:
    if not all(isfinite(value) for value in numbers.values()):
        raise DatabaseError(f"The {what} must be finite numbers, got {dict(numbers)}.")
    text = json.dumps({str(name): float(value) for name, value in numbers.items()}, sort_keys=True)
    if len(text) > SETTING_LENGTH:
        raise DatabaseError(f"The {what} take {len(text)} characters, more than {SETTING_LENGTH}.")
    return text
