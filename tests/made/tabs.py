"""What a tab needs around it, made up: sessions that remember how they were ended."""

import threading
import time
from datetime import datetime
from typing import Any, cast

from dashboard.consent import Kind, Purpose, Region, Setup, Source
from dashboard.running.incoming import Incoming
from dashboard.running.session import LiveSession
from db.errors import DatabaseUnavailableError
from db.store import EndReason

SETUP = Setup("Review", Kind.MEETING, Purpose.RESEARCH, Region.OTHER)


class RecordedSession:
    """Stands for a session: remembers how it was ended."""

    def __init__(self) -> None:
        self.reasons: list[EndReason] = []
        self.ended = threading.Event()
        self.since_frame_s = 100.0
        self.received = 0

    @property
    def end_reason(self) -> EndReason | None:
        return self.reasons[0] if self.reasons else None

    def status(self) -> "RecordedSession":
        return self

    def end(self, reason: EndReason) -> None:
        self.reasons.append(reason)
        self.ended.set()

    def report_error(self, error: Exception) -> None:
        pass

    def handle(self, picture: Incoming, *, draw: bool) -> Any:
        return picture.image() + 1 if draw else None


class Opener:
    def __init__(self) -> None:
        self.sessions: list[RecordedSession] = []
        self.sources: list[Source] = []
        self.broken = False
        self.slow_s = 0.0

    def __call__(self, setup: Setup, consent_at: datetime) -> LiveSession:
        if self.broken:
            raise DatabaseUnavailableError("the database is locked")
        time.sleep(self.slow_s)
        self.sessions.append(RecordedSession())
        self.sources.append(setup.source)
        return cast(LiveSession, self.sessions[-1])
