"""Everything that is written. Each method is one transaction: all of it is stored, or nothing."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime

from sqlalchemy import BindParameter, Connection, Integer, Update, bindparam, case, func, null, update

from db.errors import SessionNotFoundError
from db.inserting import insert_rows
from db.persons import add_tracks, forgotten_tracks
from db.rows import frame_row, observation_rows
from db.schema import TITLE_LENGTH, WORD_LENGTH, frame, observation, session
from db.store.ageing import IMPORTED, AgeingWrites, EndReason
from db.store.going_on import GoingOnWrites
from db.store.new_session import UNTITLED, NewSession, bounded, insert_session, series_text
from db.store.notes import NewEvent, NoteWrites
from db.store.people import PeopleWrites
from db.store.pictures import take_back
from db.store.said import SaidWrites
from db.store.voting import VotingWrites
from db.sums import outdate
from db.text import one_line
from model.observations import FrameRecord

__all__ = ["IMPORTED", "UNTITLED", "EndReason", "NewEvent", "NewSession", "Store"]


class Store(PeopleWrites, NoteWrites, SaidWrites, VotingWrites, AgeingWrites, GoingOnWrites):
    """Writes to the database behind `engine`. Safe to share between threads.

    Every method raises DatabaseUnavailableError when the database cannot be written now; nothing of
    that call is stored then, and it may be repeated.
    """

    def start_session(self, new: NewSession) -> int:
        """Make the session and return its id. Titles become one line of at most 200 characters."""
        values = {**vars(new), **bounded(new)}
        if not self._who.is_local:
            values["owner"] = self._who.subject
        with self._writing() as connection:
            return insert_session(connection, values)

    def write_frames(self, session_id: int, records: Sequence[FrameRecord]) -> None:
        """Add analysed frames, their faces and newly seen participants, and bring the totals up to date.

        What turned out to be a picture is taken out again. Faces of people who were forgotten are left out,
        as if they had not been in the picture. Frames that arrive after all make an "interrupted" session a
        running one again. Raises SessionNotFoundError when the session was deleted, DatabaseError when a
        frame is refused (its number is already stored, a value is not a number).
        """
        if not records:
            return
        with self._writing_to(session_id, rows=True) as connection:
            kept = _without_forgotten(connection, session_id, records)
            frames = [frame_row(session_id, record) for record in kept]
            faces = [row for record in kept for row in observation_rows(session_id, record)]
            _add_to_totals(connection, session_id, kept, sum(row[4] for row in frames), len(faces))
            insert_rows(connection, frame, frames)
            insert_rows(connection, observation, faces)
            add_tracks(connection, session_id, {row[2] for row in faces})
            for record in kept:
                for track_id, since_ms in record.taken_back:
                    take_back(connection, session_id, track_id, since_ms, record.offset_ms)
            changed_ms = [since_ms for record in kept for _, since_ms in record.taken_back]
            outdate(connection, session_id, min([*changed_ms, *(record.offset_ms for record in kept)]))

    def end_session(self, session_id: int, ended_at: datetime, reason: str, dropped: int = 0) -> None:
        """Stamp the end. The first end stands, except that it replaces "interrupted".

        A session that is gone, or somebody else's, is no error: there is nothing left to end.
        """
        running = session.c.ended_at.is_(None) | (session.c.end_reason == EndReason.INTERRUPTED)
        ended = {"ended_at": ended_at, "end_reason": one_line(reason, WORD_LENGTH), "dropped": dropped}
        with suppress(SessionNotFoundError), self._writing_to(session_id) as connection:
            connection.execute(update(session).where(session.c.id == session_id, running).values(ended))

    def rename_session(self, session_id: int, title: str, series: str | None = None) -> None:
        """Give the session another title, and the course it belongs to. Raises SessionNotFoundError."""
        named = {"title": one_line(title, TITLE_LENGTH) or UNTITLED, "series": series_text(series)}
        self._change_session(session_id, named)

    def keep_session(self, session_id: int, kept: bool) -> None:
        """Keep the session beyond the retention time, or no longer. Raises SessionNotFoundError."""
        self._change_session(session_id, {"kept": kept})

    def _change_session(self, session_id: int, values: Mapping[str, object]) -> None:
        with self._writing_to(session_id) as connection:
            connection.execute(update(session).where(session.c.id == session_id).values(values))

    def delete_session(self, session_id: int) -> None:
        """Delete everything of one session and give the space back. Raises SessionNotFoundError."""
        self._delete([session_id])
        self.reclaim_space()


def _add_to_totals(
    connection: Connection, session_id: int, records: Sequence[FrameRecord], usable: int, faces: int
) -> None:
    added = {
        "number": session_id,
        "more_frames": len(records),
        "more_faces": faces,
        "more_usable": usable,
        "latest_ms": max(record.offset_ms for record in records),
        "now_things": next((one.things for one in reversed(records) if one.things is not None), None),
    }
    connection.execute(_TOTALS, added)


def _totals() -> Update:
    """Made once: at ten transactions a second making it took a third of a transaction."""
    latest_ms: BindParameter[int] = bindparam("latest_ms")
    interrupted = session.c.end_reason == EndReason.INTERRUPTED
    values = {
        "frames": session.c.frames + bindparam("more_frames"),
        "faces": session.c.faces + bindparam("more_faces"),
        "usable": session.c.usable + bindparam("more_usable"),
        "last_ms": case((session.c.last_ms < latest_ms, latest_ms), else_=session.c.last_ms),
        "things": func.coalesce(bindparam("now_things", type_=Integer), session.c.things),
        "ended_at": case((interrupted, null()), else_=session.c.ended_at),
        "end_reason": case((interrupted, null()), else_=session.c.end_reason),
    }
    return update(session).where(session.c.id == bindparam("number")).values(values)


_TOTALS = _totals()


def _without_forgotten(
    connection: Connection, session_id: int, records: Sequence[FrameRecord]
) -> Sequence[FrameRecord]:
    forgotten = forgotten_tracks(connection, session_id)
    if not forgotten:
        return records
    return [
        replace(
            record,
            observations=tuple(
                seen
                for seen in record.observations
                if not any(one.holds(seen.track_id, record.offset_ms) for one in forgotten)
            ),
        )
        for record in records
    ]
