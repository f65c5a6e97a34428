"""Events of a running session on their way to the database, from a thread of their own."""

import logging
import threading
import time
from collections.abc import Iterable

from db.errors import DatabaseError, DatabaseUnavailableError, SessionNotFoundError
from db.store import NewEvent, Store

LOGGER = logging.getLogger(__name__)

RETRY_S, LINGER_S = 1.0, 60.0
MAX_WAITING = 2_000
Key = tuple[int, str, int | None]


class EventWriter:
    """Stores events; `submit` never waits. An event may come again, grown: the newest form is stored.

    A database that cannot be written now keeps them waiting, MAX_WAITING at most, for `linger_s` after the
    end; a session that was deleted drops them.
    """

    def __init__(
        self, store: Store, session_id: int, retry_s: float = RETRY_S, linger_s: float = LINGER_S
    ) -> None:
        self._store, self._session_id = store, session_id
        self._retry_s, self._linger_s = retry_s, linger_s
        self._give_up_at = float("inf")
        self._waiting: dict[Key, NewEvent] = {}
        self._changed = threading.Condition()
        self._closing = False
        self._thread = threading.Thread(target=self._run, name=f"events-{session_id}", daemon=True)
        self._thread.start()

    def submit(self, events: Iterable[NewEvent]) -> None:
        """Take events to be stored."""
        with self._changed:
            for new in events:
                key = (new.start_ms, new.kind, new.track_id)
                if key in self._waiting or len(self._waiting) < MAX_WAITING:
                    self._waiting[key] = new
            self._changed.notify()

    def close(self, timeout_s: float = 5.0) -> bool:
        """Store what waits; True when nothing is left. Goes on after `timeout_s`, if need be."""
        with self._changed:
            self._closing, self._give_up_at = True, time.monotonic() + self._linger_s
            self._changed.notify()
        self._thread.join(timeout_s)
        return not self._waiting

    def _run(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._waiting or self._closing)
                batch, last = dict(self._waiting), self._closing
            stored = self._stored(batch)  # without the lock: the analysis goes on submitting meanwhile
            with self._changed:
                for key in batch if stored else ():
                    if self._waiting.get(key) is batch[key]:  # else it has grown since, and is stored again
                        del self._waiting[key]
                if last and (not self._waiting or time.monotonic() > self._give_up_at):
                    return
                if not stored:
                    self._changed.wait(self._retry_s)

    def _stored(self, batch: dict[Key, NewEvent]) -> bool:
        """Whether they need not wait any more."""
        try:
            self._store.write_events(self._session_id, list(batch.values()))
        except SessionNotFoundError:
            return True
        except DatabaseUnavailableError as error:
            LOGGER.warning("events of session %d wait: %s", self._session_id, error)
            return False
        except DatabaseError:
            LOGGER.exception("events of session %d could not be stored and are left out", self._session_id)
        return True
