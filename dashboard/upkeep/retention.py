"""What has to be tidied while the program runs: sessions nobody ended, sessions kept long enough."""

import logging
import threading
import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol

from dashboard.upkeep.due import Due, due
from dashboard.wording import counted
from db.errors import DatabaseError
from db.store import Store
from db.turns import Work

LOGGER = logging.getLogger(__name__)

EVERY = timedelta(days=1)
NEXT_S = 3600.0
"""After a day's worth was deleted and more is due, somebody has so long to look at the warning."""
DOUBT_S = 86_400.0
"""So long a warning stands before a clock that nobody corrects is believed."""
SILENT_S = 30.0
"""A session without a new frame for so long has ended, whatever the clock on the wall says."""


@dataclass(frozen=True, slots=True)
class Tidied:
    """What one tick did. `error` is a sentence; the work is tried again with the next tick."""

    closed: tuple[int, ...] = ()
    deleted: tuple[int, ...] = ()
    error: str | None = None


def _nothing_runs() -> Collection[int]:
    return ()


class Heart(Protocol):
    """What is asked of this server's beat, where several servers share a database: which it is, and whether
    the others have had time to say that they are alive."""

    @property
    def server_id(self) -> str: ...

    @property
    def steady(self) -> bool: ...


class Retention:
    """Deletes sessions `keep_days` after their end; None keeps them until the host deletes them.

    `running`: the sessions that run on this server, which are not abandoned however long no picture comes;
    asked with each tick, on its thread. `clock` is monotonic, in seconds. `tick` and `run` belong to one
    thread, `warning` and `confirm` to any. Raises ValueError for fewer than one day.
    """

    def __init__(
        self,
        store: Store,
        keep_days: int | None,
        running: Callable[[], Collection[int]] = _nothing_runs,
        clock: Callable[[], float] = time.monotonic,
        heart: Heart | None = None,
    ) -> None:
        if keep_days is not None and keep_days < 1:
            raise ValueError(f"wanted a retention time of at least 1 day, or None for ever; got {keep_days}")
        self._store, self._running, self._clock, self._heart = store, running, clock, heart
        self._keep = None if keep_days is None else timedelta(days=keep_days)
        self._deleted_at: datetime | None = None
        self._began_s = clock()
        self._next_s = self._doubted_s = 0.0
        self._warning: str | None = None
        self._confirmed = threading.Event()
        self._open: dict[int, tuple[int, float]] = {}

    @property
    def warning(self) -> str | None:
        """What a person should look at before more is deleted; stays until nothing is held back any more."""
        return self._warning

    def confirm(self) -> None:
        """The clock is right: the next tick deletes all that is due."""
        self._confirmed.set()

    def tick(self, now: datetime) -> Tidied:
        """Do what is due at `now` (aware UTC): end abandoned sessions, and on the first tick and then once
        a day delete old ones. Never raises for a database that cannot be used."""
        closed: list[int] = []
        deleted: list[int] = []
        try:
            with self._store.alone_at(Work.TIDYING) as alone:
                if alone:
                    closed = self._close_abandoned(now)
                    deleted = self._delete_old(now)
            if self._store.space_owed:
                self._store.reclaim_space()
        except DatabaseError as error:
            LOGGER.warning("retention: %s", error)
            return Tidied(tuple(closed), (), str(error))
        return Tidied(tuple(closed), tuple(deleted))

    def _close_abandoned(self, now: datetime) -> list[int]:
        silent = self._silent(self._store.still_open())
        held, heart = self._running(), self._heart
        if heart is None:
            return self._store.close_abandoned(now, held=held, silent=silent)
        return self._store.close_abandoned(
            now, held=held, silent=silent, server_id=heart.server_id, judge_others=heart.steady
        )

    def _silent(self, still_open: Mapping[int, int]) -> set[int]:
        """Sessions that have had no new frame for a while, seen by looking again."""
        now_s, before = self._clock(), self._open
        self._open = {
            session: before[session] if before.get(session, (None,))[0] == last_ms else (last_ms, now_s)
            for session, last_ms in still_open.items()
        }
        return {session for session, (_, since_s) in self._open.items() if now_s - since_s >= SILENT_S}

    def _delete_old(self, now: datetime) -> list[int]:
        if self._keep is None or not self._is_time(now):
            return []
        watched = timedelta(seconds=self._clock() - self._began_s)
        kept = self._store.kept_since()
        found = due(kept, self._store.newest_instant(), self._keep, now, watched)
        if self._confirmed.is_set() or (found.doubtful and self._doubt_is_over()):
            found = Due(found.now + found.later, (), found.newest)
        deleted = self._store.delete_sessions(found.now)
        for session in deleted:
            LOGGER.info("retention: deleted session %d, which ended on %s", session, f"{kept[session]:%F %R}")
        self._remember(found, now)
        return deleted

    def _is_time(self, now: datetime) -> bool:
        if self._warning is not None:
            return self._confirmed.is_set() or self._clock() >= self._next_s
        return self._deleted_at is None or now - self._deleted_at >= EVERY or now < self._deleted_at

    def _doubt_is_over(self) -> bool:
        return self._warning is not None and self._clock() - self._doubted_s >= DOUBT_S

    def _remember(self, found: Due, now: datetime) -> None:
        self._deleted_at, self._next_s = now, self._clock() + NEXT_S
        self._confirmed.clear()
        if found.later and self._warning is None:
            self._doubted_s = self._clock()
        self._warning = self._sentence(found, now) if found.later else None
        if self._warning:
            LOGGER.warning("retention: %s", self._warning)

    def _sentence(self, found: Due, now: datetime) -> str:
        assert self._keep is not None
        many = counted(len(found.later), "session is", "sessions are")
        past = f"{many} past the {self._keep.days} days that sessions are kept"
        if found.doubtful:
            return (
                f"By the clock of Attune's machine, {now:%d %b %Y, %H:%M} UTC, {past}, the newest of all "
                f"among them ({found.newest:%d %b %Y}). Nothing is deleted yet. If the clock is wrong, "
                "correct it; if nobody does, they are deleted after a day."
            )
        return (
            f"By the clock of Attune's machine, {now:%d %b %Y, %H:%M} UTC, {past}: more than a day brings. A "
            "day's worth is deleted every hour. If the clock is wrong, correct it now."
        )

    def run(
        self,
        stop: threading.Event,
        *,
        every_s: float = 60.0,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        """Tick at once and then every `every_s` until `stop` is set. The body of a daemon thread."""
        self.tick(now())
        while not stop.wait(every_s):
            self.tick(now())
