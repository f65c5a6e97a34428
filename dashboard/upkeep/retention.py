"""What has to be tidied while the program runs: sessions nobody ended, sessions kept long enough."""

import logging
import threading
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from db.errors import DatabaseError
from db.store import Store

LOGGER = logging.getLogger(__name__)

EVERY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Tidied:
    """What one tick did. `error` is a sentence; the work is tried again with the next tick."""

    closed: tuple[int, ...] = ()
    deleted: tuple[int, ...] = ()
    error: str | None = None


def _nothing_runs() -> Collection[int]:
    return ()


class Retention:
    """Deletes sessions `keep_days` after their end; None keeps them until the host deletes them.

    `running`: the sessions that run on this server, which are not abandoned however long no picture comes;
    asked with each tick, on its thread. Raises ValueError for fewer than one day.
    """

    def __init__(
        self, store: Store, keep_days: int | None, running: Callable[[], Collection[int]] = _nothing_runs
    ) -> None:
        if keep_days is not None and keep_days < 1:
            raise ValueError(f"wanted a retention time of at least 1 day, or None for ever; got {keep_days}")
        self._store, self._running = store, running
        self._keep = None if keep_days is None else timedelta(days=keep_days)
        self._deleted_at: datetime | None = None

    def tick(self, now: datetime) -> Tidied:
        """Do what is due at `now` (aware UTC): end abandoned sessions, and on the first tick and then once
        a day delete old ones. Never raises for a database that cannot be used."""
        closed: list[int] = []
        try:
            closed = self._store.close_abandoned(now, held=self._running())
            deleted = self._delete_old(now)
            if self._store.space_owed:
                self._store.reclaim_space()
        except DatabaseError as error:
            LOGGER.warning("retention: %s", error)
            return Tidied(tuple(closed), (), str(error))
        return Tidied(tuple(closed), tuple(deleted))

    def _delete_old(self, now: datetime) -> list[int]:
        if self._keep is None or (self._deleted_at is not None and now - self._deleted_at < EVERY):
            return []
        deleted = self._store.delete_older_than(now - self._keep)
        self._deleted_at = now
        if deleted:
            LOGGER.info("retention: deleted %d sessions past their time", len(deleted))
        return deleted

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
