"""The sums of stored sessions are made in the background, the newest first, at a leisurely pace.

While a session runs on this server only what still runs is summed, a minute at a time: a backlog would take a
third of a core from the analysis.
"""

import logging
import threading
import time
from collections.abc import Callable

from sqlalchemy import Engine

from db.errors import DatabaseError
from db.reports import SessionSummary, list_sessions, roster
from db.sum_building import sum_next
from db.sums import EVERYTHING, WITHOUT_EXCLUDED
from db.turns import Work, alone_at

LOGGER = logging.getLogger(__name__)

LARGE_FROM = 100_000
"""Observations. Below, a report for a group alone, or with somebody left out, reads them all within 0.5 s."""
REST = 2.0
"""Times as long as a stretch took, nothing is done after it: a third of one core at most."""
AT_ONCE = 50


def _nothing_runs() -> bool:
    return False


def every_kind(engine: Engine, session_id: int, min_group_size: int) -> list[int]:
    """The kinds of sums that reports of the session ask for. Raises DatabaseError."""
    left_out = roster(engine, session_id).excluded
    return [EVERYTHING, min_group_size, *([WITHOUT_EXCLUDED] if left_out else [])]


class Summing:
    """`min_group_size`: the least people of a group-only view, for which large sessions have sums too.

    `busy`: whether a session runs on this server, so that those that ended have to wait. Asked before each
    stretch, on the thread that sums.
    """

    def __init__(self, engine: Engine, min_group_size: int, busy: Callable[[], bool] = _nothing_runs) -> None:
        self._engine, self._least, self._busy = engine, min_group_size, busy
        self._known: dict[int, SessionSummary] = {}  # as they were when all was summed

    def tick(self, stop: threading.Event) -> int:
        """Sum everything that can be summed now; returns the stretches. Never raises for a database that
        cannot be used: it is tried again with the next tick."""
        done = 0
        try:
            with alone_at(self._engine, Work.SUMMING) as alone:
                before: SessionSummary | None = None
                while alone and (sessions := list_sessions(self._engine, limit=AT_ONCE, before=before)):
                    for session in sessions:
                        if self._known.get(session.id) != session:
                            done += self._sum(session, stop)
                    before = sessions[-1]
        except DatabaseError as error:
            LOGGER.warning("summing: %s", error)
        return done

    def _sum(self, session: SessionSummary, stop: threading.Event) -> int:
        done = 0
        for kind in self._kinds(session):
            began = time.monotonic()
            while self._may_sum(session, kind, stop) and sum_next(self._engine, session.id, kind):
                done += 1
                stop.wait(REST * (time.monotonic() - began))
                began = time.monotonic()
            if not self._may_sum(session, kind, stop):
                return done
        self._known[session.id] = session
        return done

    def _kinds(self, session: SessionSummary) -> list[int]:
        if session.faces < LARGE_FROM:
            return [EVERYTHING]
        return every_kind(self._engine, session.id, self._least)

    def _may_sum(self, session: SessionSummary, kind: int, stop: threading.Event) -> bool:
        if stop.is_set():
            return False
        # What runs has a stretch a minute; its other kinds begin anew with every change of people.
        return (session.ended_at is None and kind == EVERYTHING) or not self._busy()

    def run(self, stop: threading.Event, *, every_s: float) -> None:
        """Tick every `every_s` until `stop` is set. The body of a daemon thread."""
        while not stop.wait(every_s):
            self.tick(stop)
