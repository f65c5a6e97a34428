"""PostgreSQL's ranges of sessions: made when wanted, emptied at a stroke, dropped when nobody is left; with
readers, writers and other servers in the way."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from functools import partial

import pytest
from alembic import command
from sqlalchemy import Engine, create_engine, text
from sqlalchemy import event as sqlalchemy_events

from db import ranges
from db.engine import give_space_back, open_database
from db.reports import frame_buckets, gaze_buckets, get_session, list_sessions, participants
from db.store import EndReason, Store
from tests.made.faces import frame
from tests.made.first_version import at_revision, check_upgraded, check_usable, fill_first_version
from tests.made.postgresql import empty_database, needs_postgresql, opened_database
from tests.made.storage import MONDAY, new_session
from tests.made.sums import sum_all

pytestmark = needs_postgresql


@pytest.fixture
def engine() -> Iterator[Engine]:
    with opened_database() as engine:
        yield engine


@pytest.fixture(autouse=True)
def few_rows_are_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ranges, "LARGE_ROWS", 20)


@pytest.fixture
def soon_full(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ranges, "FULL_BYTES", 1)


def recorded(engine: Engine) -> int:
    """A session of 20 frames of two faces that has ended, with its sums."""
    store = Store(engine)
    session_id = store.start_session(new_session())
    store.write_frames(session_id, [frame(number, faces=2) for number in range(20)])
    store.end_session(session_id, MONDAY + timedelta(seconds=2), EndReason.STOPPED)
    sum_all(engine, session_id)
    return session_id


def lying_in(engine: Engine) -> list[tuple[int, int]]:
    with engine.connect() as connection:
        return [(one.first, one.end) for one in ranges.ranges(connection)]


def rows(engine: Engine) -> list[tuple[int, int]]:
    """How many observations there are of which session."""
    query = "SELECT session_id, count(*) FROM observation GROUP BY session_id ORDER BY session_id"
    with engine.connect() as connection:
        return [(row[0], row[1]) for row in connection.execute(text(query))]


def told_by(engine: Engine) -> list[str]:
    """The statements that the program sends from now on."""
    sent: list[str] = []
    listen = partial(sqlalchemy_events.listen, engine, "before_cursor_execute")
    listen(lambda _connection, _cursor, statement, *_: sent.append(statement))
    return sent


def test_a_database_of_the_version_before_keeps_all_its_rows_and_new_sessions_lie_beside_them() -> None:
    with empty_database() as url:
        old = create_engine(url)
        with old.begin() as connection:
            fill_first_version(connection)
            command.upgrade(at_revision(connection), "0012")
            connection.execute(text("SELECT setval('session_id_seq', 1500)"))
        old.dispose()
        engine = open_database(url)
        check_upgraded(engine)
        check_usable(engine)
        assert lying_in(engine) == [(0, 2000)]
        assert recorded(engine) == 1501
        stored = rows(engine)
        with engine.begin() as connection:
            command.downgrade(at_revision(connection), "0012")
        assert rows(engine) == stored
        engine.dispose()


@pytest.mark.usefixtures("soon_full")
def test_a_full_range_gets_no_further_session_and_a_whole_one_is_emptied_at_a_stroke(engine: Engine) -> None:
    first, second, third = (recorded(engine) for _ in range(3))
    assert lying_in(engine) == [(0, 1000), (1000, 2000), (2000, 3000)]
    sent = told_by(engine)
    Store(engine).delete_session(second)
    assert not any("DELETE FROM observation" in one for one in sent)
    assert rows(engine) == [(first, 40), (third, 40)]
    assert lying_in(engine) == [(0, 1000), (2000, 3000)], "nobody is left in it, and nobody can come"
    with engine.connect() as connection:
        left = "SELECT count(*) FROM pg_class WHERE relname LIKE '%\\_1000%'"
        assert connection.execute(text(left)).scalar_one() == 0


def test_who_shares_a_range_is_deleted_by_rows_and_all_of_a_range_together(engine: Engine) -> None:
    store, (first, second, third) = Store(engine), (recorded(engine) for _ in range(3))
    sent = told_by(engine)
    assert store.delete_sessions([first]) == [first]
    assert rows(engine) == [(second, 40), (third, 40)]
    assert any("DELETE FROM observation" in one for one in sent)
    sent.clear()
    assert store.delete_sessions([third, 77, second]) == [third, second]
    assert (rows(engine), list_sessions(engine)) == ([], [])
    sent.clear()
    fourth, fifth = recorded(engine), recorded(engine)
    assert store.delete_sessions([fourth, fifth]) == [fourth, fifth]
    assert not any("DELETE FROM observation" in one for one in sent)
    assert lying_in(engine) == [(0, 1000)], "the newest stays for those who come"
    assert rows(engine) == []


@pytest.mark.usefixtures("soon_full")
def test_whoever_reads_a_range_keeps_what_they_see_and_nobody_waits_for_them(engine: Engine) -> None:
    first, second = recorded(engine), recorded(engine)
    with engine.connect().execution_options(isolation_level="REPEATABLE READ") as reading:
        seen = "SELECT count(*) FROM observation WHERE session_id = :id"
        assert reading.execute(text(seen), {"id": first}).scalar_one() == 40
        Store(engine).delete_session(first)
        assert rows(engine) == [(second, 40)]
        assert reading.execute(text(seen), {"id": first}).scalar_one() == 40
        assert not give_space_back(engine), "the empty range waits for the reader"
    assert give_space_back(engine)
    assert lying_in(engine) == [(1000, 2000)]


def test_a_session_that_begins_while_a_range_is_emptied_loses_nothing(engine: Engine) -> None:
    first, begun = recorded(engine), list[int]()

    def begin(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if "LOCK TABLE" in statement and not begun:
            begun.append(0)
            with beside(engine) as other:
                begun[0] = recorded(other)

    sqlalchemy_events.listen(engine, "before_cursor_execute", begin)
    Store(engine).delete_session(first)
    assert rows(engine) == [(begun[0], 40)]


@contextmanager
def beside(engine: Engine) -> Iterator[Engine]:
    """Another server on the same database."""
    other = open_database(engine.url.render_as_string(hide_password=False))
    yield other
    other.dispose()


@pytest.mark.usefixtures("soon_full")
def test_servers_that_begin_sessions_at_once_get_numbers_and_ranges_of_their_own(engine: Engine) -> None:
    with beside(engine) as other, ThreadPoolExecutor(4) as pool:
        numbers = list(pool.map(recorded, [engine, other] * 4))
    assert len(set(numbers)) == 8
    assert rows(engine) == [(number, 40) for number in sorted(numbers)]
    assert give_space_back(engine)
    assert rows(engine) == [(number, 40) for number in sorted(numbers)]


@pytest.mark.usefixtures("soon_full")
def test_a_deletion_that_is_cut_off_leaves_all_of_the_session(engine: Engine) -> None:
    first, _ = recorded(engine), recorded(engine)

    def cut(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if "DELETE FROM session" in statement:
            raise KeyboardInterrupt

    sqlalchemy_events.listen(engine, "before_cursor_execute", cut)
    with pytest.raises(KeyboardInterrupt):
        Store(engine).delete_session(first)
    assert rows(engine)[0] == (first, 40)
    assert get_session(engine, first).faces == 40


@pytest.mark.usefixtures("soon_full")
def test_a_report_touches_no_range_but_its_own(engine: Engine) -> None:
    first, second = recorded(engine), recorded(engine)
    locked = text(
        "SELECT relation::regclass::text FROM pg_locks WHERE pid = pg_backend_pid() AND relation IS NOT NULL"
    )
    found = set[str]()

    def look(connection: object, _cursor: object, statement: str, *_: object) -> None:
        if "pg_locks" not in statement:
            found.update(connection.execute(locked).scalars())  # type: ignore[attr-defined]

    sqlalchemy_events.listen(engine, "after_cursor_execute", look)
    for _ in range(8):  # after some times PostgreSQL might plan without the session's number
        gaze_buckets(engine, first, 700, by_person=True)
        frame_buckets(engine, first, 1000)
        participants(engine, first)
    assert {"frame_0", "observation_0", "gaze_sum_0"} <= found
    assert not any(one.endswith("_1000") for one in found), second
