"""The sums of stored sessions are made in the background, the newest first, at a leisurely pace."""

import logging
import threading
import time

from sqlalchemy import Engine

from db.errors import DatabaseError
from db.reports import SessionSummary, list_sessions, roster
from db.sum_building import sum_next
from db.sums import EVERYTHING, WITHOUT_EXCLUDED

LOGGER = logging.getLogger(__name__)

LARGE_FROM = 100_000
"""Observations. Below, a report for a group alone, or with somebody left out, reads them all within 0.5 s."""
REST = 2.0
"""Times as long as a stretch took, nothing is done after it: a third of one core at most."""
AT_ONCE = 50


class Summing:
    """`min_group_size`: the least people of a group-only view, for which large sessions have sums too."""

    def __init__(self, engine: Engine, min_group_size: int) -> None:
        self._engine, self._least = engine, min_group_size
        self._known: dict[int, SessionSummary] = {}  # as they were when all was summed

    def tick(self, stop: threading.Event) -> int:
        """Sum everything that can be summed now; returns the stretches. Never raises for a database that
        cannot be used: it is tried again with the next tick."""
        done = 0
        try:
            before: SessionSummary | None = None
            while sessions := list_sessions(self._engine, limit=AT_ONCE, before=before):
                for session in sessions:
                    if self._known.get(session.id) != session:
                        done += self._sum(session, stop)
                before = sessions[-1]
        except DatabaseError as error:
            LOGGER.warning("summing: %s", error)
        return done

    def _sum(self, session: SessionSummary, stop: threading.Event) -> int:
        done, kinds = 0, [EVERYTHING]
        if session.faces >= LARGE_FROM:
            left_out = roster(self._engine, session.id).excluded
            kinds += [self._least, *([WITHOUT_EXCLUDED] if left_out else [])]
        for kind in kinds:
            began = time.monotonic()
            while not stop.is_set() and sum_next(self._engine, session.id, kind):
                done += 1
                stop.wait(REST * (time.monotonic() - began))
                began = time.monotonic()
        if not stop.is_set():
            self._known[session.id] = session
        return done

    def run(self, stop: threading.Event, *, every_s: float) -> None:
        """Tick every `every_s` until `stop` is set. The body of a daemon thread."""
        while not stop.wait(every_s):
            self.tick(stop)
