"""Events on their way to a real file database: once each, grown, waiting, forgotten."""

import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from sqlalchemy import Engine

from dashboard.running.event_writer import EventWriter
from db.errors import DatabaseUnavailableError
from db.reports import events
from db.store import NewEvent, Store
from tests.made.storage import new_session, open_empty
from tests.made.waiting import wait_until

BEGUN = NewEvent(1_000, "away", None, 1, 15.0)
ENDED = NewEvent(1_000, "away", 20_000, 1, 19.0)


class BusyStore(Store):
    """A database that another program holds for a while."""

    def __init__(self, engine: Engine) -> None:
        super().__init__(engine)
        self.free = threading.Event()

    def write_events(self, session_id: int, events: Sequence[NewEvent]) -> None:
        if not self.free.is_set():
            raise DatabaseUnavailableError("the database is locked")
        super().write_events(session_id, events)


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    engine = open_empty(tmp_path / "a.db")
    yield engine
    engine.dispose()


def test_an_event_that_ends_replaces_its_beginning(engine: Engine) -> None:
    store = Store(engine)
    session_id = store.start_session(new_session())
    writer = EventWriter(store, session_id)
    writer.submit([BEGUN])
    wait_until(lambda: events(engine, session_id))
    writer.submit([ENDED])
    assert writer.close()
    [stored] = events(engine, session_id)
    assert (stored.end_ms, stored.value) == (20_000, 19.0)


def test_a_busy_database_keeps_events_waiting_and_stores_them_once(engine: Engine) -> None:
    store = BusyStore(engine)
    session_id = store.start_session(new_session())
    writer = EventWriter(store, session_id, retry_s=0.02)
    writer.submit([BEGUN])
    writer.submit([ENDED])
    time.sleep(0.1)
    assert events(engine, session_id) == []
    store.free.set()
    wait_until(lambda: events(engine, session_id))
    assert writer.close()
    assert len(events(engine, session_id)) == 1


def test_closing_says_when_something_could_not_be_stored(engine: Engine) -> None:
    store = BusyStore(engine)
    session_id = store.start_session(new_session())
    writer = EventWriter(store, session_id, retry_s=0.02)
    writer.submit([BEGUN])
    assert not writer.close(timeout_s=0.1)
    store.free.set()
    wait_until(lambda: events(engine, session_id))


def test_events_of_a_deleted_session_are_dropped(engine: Engine) -> None:
    store = Store(engine)
    session_id = store.start_session(new_session())
    store.delete_session(session_id)
    writer = EventWriter(store, session_id)
    writer.submit([BEGUN])
    assert writer.close()
