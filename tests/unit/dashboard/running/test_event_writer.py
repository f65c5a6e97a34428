"""Events on their way to a real file database: once each, grown, waiting, forgotten."""

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine

from dashboard.running.event_writer import EventWriter
from db.engine import open_database
from db.errors import DatabaseUnavailableError
from db.reports import events
from db.store import NewEvent, NewSession, Store

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
    engine = open_database(f"sqlite:///{(tmp_path / 'a.db').as_posix()}")
    yield engine
    engine.dispose()


def begin(store: Store) -> int:
    now = datetime.now(UTC)
    return store.start_session(
        NewSession("T", "meeting", "research", "elsewhere", None, now, "yes", "camera", now, "m", "", 10, "x")
    )


def wait_until(condition: Callable[[], object]) -> None:
    give_up_s = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < give_up_s, "nothing happened in 20 s"
        time.sleep(0.01)


def test_an_event_that_ends_replaces_its_beginning(engine: Engine) -> None:
    store = Store(engine)
    session_id = begin(store)
    writer = EventWriter(store, session_id)
    writer.submit([BEGUN])
    wait_until(lambda: events(engine, session_id))
    writer.submit([ENDED])
    assert writer.close()
    [stored] = events(engine, session_id)
    assert (stored.end_ms, stored.value) == (20_000, 19.0)


def test_a_busy_database_keeps_events_waiting_and_stores_them_once(engine: Engine) -> None:
    store = BusyStore(engine)
    session_id = begin(store)
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
    session_id = begin(store)
    writer = EventWriter(store, session_id, retry_s=0.02)
    writer.submit([BEGUN])
    assert not writer.close(timeout_s=0.1)
    store.free.set()
    wait_until(lambda: events(engine, session_id))


def test_events_of_a_deleted_session_are_dropped(engine: Engine) -> None:
    store = Store(engine)
    session_id = begin(store)
    store.delete_session(session_id)
    writer = EventWriter(store, session_id)
    writer.submit([BEGUN])
    assert writer.close()
