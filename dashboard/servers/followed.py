"""Sessions that run on other servers, followed through the database by the same code as on their own.

Nothing is read while nobody asks; whoever asks, they are read at most every LOOK_S for all.
"""

import threading
import time
from dataclasses import dataclass

from sqlalchemy import Engine

from dashboard.reading import stored_reading
from dashboard.running.people import LivePeople
from dashboard.running.people_now import PeopleNow
from dashboard.running.reading import LiveReading
from dashboard.stored.levels import kept_thresholds
from db.errors import SessionNotFoundError
from db.reports import markers, roster, session_settings
from db.reports.live import first_within, frames_after, group_only_from
from db.servers import running_elsewhere
from db.store import NewEvent

LOOK_S = 0.5
KEEP_MS = 300_000
"""As much as a session's own server keeps at hand."""


@dataclass(frozen=True, slots=True)
class FollowedStatus:
    """How a session on another server stands, as far as that is told by what it stores; seconds."""

    elapsed_s: float
    since_frame_s: float
    people: PeopleNow


class _StoredThere:
    """Events are stored by the server on which they happen."""

    def submit(self, events: list[NewEvent]) -> None:
        """Nothing is to be done."""


class FollowedSession:
    """One session of another server. Its people are those of its host: same reading, same exclusions."""

    def __init__(self, engine: Engine, session_id: int) -> None:
        """Reads the last five minutes. Raises DatabaseError."""
        self.session_id = session_id
        self.people = LivePeople(_StoredThere())
        self._engine = engine
        self._last = first_within(engine, session_id, KEEP_MS)
        self._seen_s = time.monotonic()
        self.update()

    def update(self) -> None:
        """Take in what came since. Raises DatabaseError; the next call takes in what this one missed."""
        self.people.follow(roster(self._engine, self.session_id))
        self.people.read_by(_reading(self._engine, self.session_id))
        self.people.mark(markers(self._engine, self.session_id))
        for record in frames_after(self._engine, self.session_id, self._last):
            self.people.add(self.people.kept(record))
            self._last, self._seen_s = record.frame, time.monotonic()

    def status(self) -> FollowedStatus:
        """How it stands by what was read last."""
        now, since_s = self.people.now(), time.monotonic() - self._seen_s
        return FollowedStatus(now.offset_ms / 1000 + since_s, since_s, now)


def _reading(engine: Engine, session_id: int) -> LiveReading:
    stored = session_settings(engine, session_id)
    reading, _ = stored_reading(stored)
    least = group_only_from(engine, session_id)
    return LiveReading(
        reading.definition,
        reading.weights,
        circumplex=reading.circumplex,
        thresholds=kept_thresholds(stored.thresholds)[0],
        least_people=least or 1,
        group_only=least is not None,
    )


class Elsewhere:
    """All sessions that run on other servers of the database."""

    def __init__(self, engine: Engine, server_id: str) -> None:
        self._engine, self._server_id = engine, server_id
        # Held while the database is read: who asks meanwhile gets what the first one read.
        self._lock = threading.Lock()
        self._followed: dict[int, FollowedSession] = {}
        self._looked_s = -LOOK_S

    def sessions(self) -> list[FollowedSession]:
        """Those that run now, as of LOOK_S ago at most. Raises DatabaseError."""
        with self._lock:
            if time.monotonic() - self._looked_s >= LOOK_S:
                self._look()
                self._looked_s = time.monotonic()
            return list(self._followed.values())

    def _look(self) -> None:
        engine = self._engine
        there = running_elsewhere(engine, self._server_id)
        self._followed = {one: self._followed[one] for one in there if one in self._followed}
        for one in there:
            try:
                if one in self._followed:
                    self._followed[one].update()
                else:
                    self._followed[one] = FollowedSession(engine, one)
            except SessionNotFoundError:  # deleted meanwhile
                self._followed.pop(one, None)
