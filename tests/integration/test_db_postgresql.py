"""The same storage on PostgreSQL: set ATTUNE_TEST_POSTGRESQL_URL to a server where databases may be made.

For example `postgresql+psycopg://postgres@localhost/postgres`; needs `pip install "psycopg[binary]"`.
"""

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine, make_url, text

from dashboard.recorder import Recorder
from db.engine import open_database
from db.errors import DatabaseError, DatabaseNewerError, SessionNotFoundError
from db.reports import buckets, frame_buckets, get_session, iter_observations, list_sessions, participants
from db.store import EndReason, Store
from model.observations import FrameRecord
from tests.storage import MONDAY, frame, new_session, observation, open_file

SERVER = os.environ.get("ATTUNE_TEST_POSTGRESQL_URL", "")
pytestmark = pytest.mark.skipif(not SERVER, reason="set ATTUNE_TEST_POSTGRESQL_URL to test on PostgreSQL")
NAME = f"attune_test_{os.getpid()}"


@pytest.fixture
def url() -> Iterator[str]:
    """An empty database of its own on the server."""
    server = create_engine(SERVER, isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {NAME}"))
    yield make_url(SERVER).set(database=NAME).render_as_string(hide_password=False)
    with server.connect() as connection:
        connection.execute(text(f"DROP DATABASE {NAME} WITH (FORCE)"))
    server.dispose()


@pytest.fixture
def engine(url: str) -> Iterator[Engine]:
    engine = open_database(url)
    yield engine
    engine.dispose()


def filled(engine: Engine) -> int:
    store = Store(engine)
    session_id = store.start_session(new_session(title="Übung 100%"))
    recorder = Recorder(store, session_id)
    for number in range(100):
        recorder.submit(frame(number, faces=number % 4))
    recorder.submit(FrameRecord(100, 10_000, (observation(1, scores=None, leading=None),)))
    assert recorder.close().error is None
    store.name_participant(session_id, 2, "Ana")
    store.end_session(session_id, MONDAY + timedelta(seconds=11), EndReason.STOPPED)
    return session_id


def test_reports_equal_those_of_sqlite(engine: Engine, tmp_path: Path) -> None:
    other = open_file(tmp_path / "attune.db")
    one, two = filled(engine), filled(other)
    assert replace(get_session(engine, one), id=two) == get_session(other, two)
    assert buckets(engine, one, 700, start_ms=300) == buckets(other, two, 700, start_ms=300)
    assert buckets(engine, one, 700, by_person=True) == buckets(other, two, 700, by_person=True)
    assert frame_buckets(engine, one, 1000, end_ms=9000) == frame_buckets(other, two, 1000, end_ms=9000)
    assert participants(engine, one) == participants(other, two)
    assert list(iter_observations(engine, one, chunk=7)) == list(iter_observations(other, two))


def test_a_session_is_found_renamed_interrupted_and_deleted(engine: Engine) -> None:
    session_id, store = filled(engine), Store(engine)
    running = store.start_session(new_session(title="Running"))
    assert store.close_abandoned(MONDAY + timedelta(minutes=1)) == [running]
    store.write_frames(running, [frame(0)])
    assert get_session(engine, running).ended_at is None
    assert [found.id for found in list_sessions(engine, "ÜBUNG 100%")] == [session_id]
    with pytest.raises(DatabaseError, match="refused the rows"):
        store.write_frames(running, [frame(0)])
    store.delete_session(session_id)
    with pytest.raises(SessionNotFoundError):
        get_session(engine, session_id)
    assert store.delete_older_than(MONDAY + timedelta(days=1)) == [running]


def test_several_may_open_a_new_database_at_once(url: str) -> None:
    with ThreadPoolExecutor(4) as pool:
        engines = list(pool.map(open_database, [url] * 4))
    assert [list_sessions(engine) for engine in engines] == [[]] * 4
    for engine in engines:
        engine.dispose()


def test_a_database_of_a_newer_program_is_refused(url: str, engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0999'"))
    with pytest.raises(DatabaseNewerError, match="newer Attune"):
        open_database(url)


def test_a_server_that_is_not_there_is_said_without_the_password() -> None:
    nowhere = make_url(SERVER).set(port=1, password="secret").render_as_string(hide_password=False)
    with pytest.raises(DatabaseError, match="cannot be used now") as caught:
        open_database(nowhere)
    assert "secret" not in str(caught.value)
