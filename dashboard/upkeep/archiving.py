"""Old sessions go to files, once a day and while nothing runs here; their sums are made first."""

import logging
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from sqlalchemy import Engine

from dashboard.upkeep.summing import every_kind
from db.errors import DatabaseError
from db.sum_building import sum_next
from db.turns import Work, alone_at

LOGGER = logging.getLogger(__name__)

FIRST_S, EVERY_S = 600.0, 86_400.0
"""Not at the start, when people wait for the first page."""


class Archiving:
    """Puts sessions into files `days` after their end. `min_group_size`: of group-only views, for which there
    are sums then, too. `busy`: whether a session runs on this server; what is due waits for the next day."""

    def __init__(self, engine: Engine, days: int, min_group_size: int, busy: Callable[[], bool]) -> None:
        self._engine, self._after, self._least = engine, timedelta(days=days), min_group_size
        self._busy = busy

    def tick(self, now: datetime) -> list[int]:
        """Archive what is due at `now` (aware UTC); returns the sessions. Never raises for a database or a
        folder that cannot be used: it is tried again with the next tick."""
        done: list[int] = []
        try:
            with alone_at(self._engine, Work.ARCHIVING) as alone:
                if alone:
                    self._archive(now - self._after, done)
        except DatabaseError as error:
            LOGGER.warning("archive: %s", error)
        return done

    def _archive(self, before: datetime, done: list[int]) -> None:
        from db.archive import keeping  # pyarrow takes a while, and most never archive

        keeping.tidy(self._engine)
        while sessions := [] if self._busy() else keeping.due(self._engine, before):
            through = [session_id for session_id in sessions if self._archived(session_id, keeping.archive)]
            done += through
            if not through:
                return

    def _archived(self, session_id: int, archive: Callable[[Engine, int], bool]) -> bool:
        if self._busy():
            return False
        for kind in every_kind(self._engine, session_id, self._least):
            while sum_next(self._engine, session_id, kind):
                pass
        if archived := archive(self._engine, session_id):
            LOGGER.info("archive: session %d lies in files now", session_id)
        return archived

    def run(self, stop: threading.Event, *, every_s: float = EVERY_S) -> None:
        """Tick after a while, and then every `every_s` until `stop` is set. The body of a daemon thread."""
        wait_s = FIRST_S
        while not stop.wait(wait_s):
            self.tick(datetime.now(UTC))
            wait_s = every_s
