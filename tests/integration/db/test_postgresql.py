"""What is PostgreSQL's own, and that it tells what SQLite does; the shared tests of storage run on both."""

from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import astuple, replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection, Engine, create_engine, make_url, text
from sqlalchemy import event as sqlalchemy_events

from dashboard.running.recorder import Recorder
from db import reports
from db.engine import open_database
from db.errors import DatabaseError, DatabaseNewerError, DatabaseUnavailableError
from db.reports import (
    GazeBucket,
    Marker,
    events,
    frame_buckets,
    gaze_buckets,
    get_session,
    iter_observations,
    list_sessions,
    markers,
    participants,
    people,
    session_settings,
)
from db.store import EndReason, NewEvent, Store
from db.sums import EVERYTHING, WITHOUT_EXCLUDED
from model.observations import FrameRecord, Signals
from tests.integration.db.test_sums import alike, everything
from tests.made.faces import face, frame
from tests.made.postgresql import empty_database, needs_postgresql
from tests.made.storage import MONDAY, new_session, open_file
from tests.made.sums import sum_all

pytestmark = needs_postgresql


@pytest.fixture
def url() -> Iterator[str]:
    """An empty database of its own on the server."""
    with empty_database() as url:
        yield url


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
    recorder.submit(FrameRecord(100, 10_000, (face(1, None, scores=None),)))
    assert recorder.close().error is None
    store.name_participant(session_id, 2, "Ana")
    store.end_session(session_id, MONDAY + timedelta(seconds=11), EndReason.STOPPED)
    return session_id


def test_reports_equal_those_of_sqlite(engine: Engine, tmp_path: Path) -> None:
    other = open_file(tmp_path / "attune.db")
    one, two = filled(engine), filled(other)
    assert replace(get_session(engine, one), id=two) == get_session(other, two)
    assert frame_buckets(engine, one, 1000, end_ms=9000) == frame_buckets(other, two, 1000, end_ms=9000)
    assert participants(engine, one) == participants(other, two)
    assert list(iter_observations(engine, one, chunk=7)) == list(iter_observations(other, two))


def measured(engine: Engine) -> int:
    """Three people with signals, in whom everything was changed that can be."""
    store = Store(engine)
    session_id = store.start_session(new_session(analysis_hz=1000.0))
    box = (1.0, 2.0, 3.0, 4.0)
    for number in range(60):
        looks = Signals(number - 30.0, 5.0, None, number / 100, 1 - number / 60, (number % 7) / 7)
        seen = (face(track, box=box, signals=looks) for track in (1, 2, 3, 4))
        store.write_frames(session_id, [FrameRecord(number, 100 * number, tuple(seen))])
    later = store.split_participant(session_id, 1, 2000)
    store.merge_participants(session_id, 2, [later])
    store.write_events(session_id, [NewEvent(100, "nod", None, 1), NewEvent(2500, "fall", 2600, None, 1.5)])
    store.write_events(session_id, [NewEvent(100, "nod", 300, 1), NewEvent(2500, "fall", 2700, None, 2.5)])
    store.exclude_participant(session_id, 3)
    store.forget_participant(session_id, 4)
    kept = store.add_marker(session_id, 500, "Break", note="tea")
    store.update_marker(session_id, Marker(kept, 600, 700, "Pause", None))
    store.set_engagement(session_id, "valence", {"happy": 0.5})
    store.set_thresholds(session_id, {"away_s": 20})
    return session_id


def rounded(told: Sequence[GazeBucket]) -> list[list[object]]:
    """The servers add in orders of their own."""
    return [
        [round(value, 9) if isinstance(value, float) else value for value in astuple(one)] for one in told
    ]


def test_people_gaze_and_notes_equal_those_of_sqlite(engine: Engine, tmp_path: Path) -> None:
    other = open_file(tmp_path / "attune.db")
    one, two = measured(engine), measured(other)
    assert people(engine, one) == people(other, two)
    assert participants(engine, one, include_excluded=True) == participants(other, two, include_excluded=True)
    crowds = [gaze_buckets(*each, 700, least_people=2) for each in ((engine, one), (other, two))]
    assert rounded(crowds[0]) == rounded(crowds[1])
    assert frame_buckets(engine, one, 700) == frame_buckets(other, two, 700)
    for by_person in (True, False):
        gaze = [gaze_buckets(*each, 700, 100, by_person=by_person) for each in ((engine, one), (other, two))]
        assert rounded(gaze[0]) == rounded(gaze[1])
    assert events(engine, one) == events(other, two)
    assert [replace(mark, id=1) for mark in markers(engine, one)] == markers(other, two)
    assert session_settings(engine, one) == session_settings(other, two)
    assert replace(get_session(engine, one), id=two) == get_session(other, two)
    Store(engine).delete_session(one)
    assert (events(engine, one), markers(engine, one), people(engine, one)) == ([], [], [])


@pytest.mark.parametrize(
    ("read_first", "starts", "joins"),
    [
        ("tracklet.forgotten \nFROM tracklet", "write_frames", "forget_participant"),
        ("coalesce(sum(", "forget_participant", "write_frames"),
    ],
)
def test_a_person_forgotten_while_their_face_is_stored_does_not_come_back(
    url: str, engine: Engine, read_first: str, starts: str, joins: str
) -> None:
    session_id = Store(engine).start_session(new_session())
    both = [FrameRecord(n, n * 100, (face(1), face(2))) for n in range(2)]
    Store(engine).write_frames(session_id, both[:1])
    asked = {"write_frames": both[1:], "forget_participant": 1}
    other, joining = open_database(url), list[Future[None]]()
    with ThreadPoolExecutor(1) as pool:

        def join(_connection: object, _cursor: object, statement: str, *_: object) -> None:
            if read_first in statement and not joining:
                joining.append(pool.submit(getattr(Store(other), joins), session_id, asked[joins]))
                wait(joining, timeout=1)

        sqlalchemy_events.listen(engine, "after_cursor_execute", join)
        getattr(Store(engine), starts)(session_id, asked[starts])
        joining[0].result(20)
    other.dispose()
    with engine.connect() as connection:
        assert connection.execute(text("SELECT track_id FROM observation")).scalars().all() == [2, 2]
    assert get_session(engine, session_id).faces == 2
    assert [bucket.faces for bucket in frame_buckets(engine, session_id, 1000)] == [2]


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


def test_a_server_that_is_not_there_is_said_without_the_password(url: str) -> None:
    nowhere = make_url(url).set(port=1, password="secret").render_as_string(hide_password=False)
    with pytest.raises(DatabaseError, match="cannot be used now") as caught:
        open_database(nowhere)
    assert "secret" not in str(caught.value)


def test_sums_say_what_the_observations_do(engine: Engine) -> None:
    store = Store(engine)
    turned = [replace(face(track), signals=Signals(30.0 + track, 5.0, None, 0.4, 0.6)) for track in (1, 2)]
    session_id = store.start_session(new_session())
    store.write_frames(session_id, [FrameRecord(n, n * 400, tuple(turned[: 1 + n % 2])) for n in range(500)])
    store.split_participant(session_id, 1, 70_300)
    store.exclude_participant(session_id, 2)
    store.end_session(session_id, MONDAY + timedelta(seconds=200), EndReason.STOPPED)
    before = everything(engine, session_id, 5000, (1_234, None))
    with ThreadPoolExecutor(4) as pool:
        kinds = (EVERYTHING, EVERYTHING, 2, WITHOUT_EXCLUDED)
        list(pool.map(lambda kind: sum_all(engine, session_id, kind), kinds))
    assert reports.moving_heads(engine, session_id, 5000).counted
    assert alike(everything(engine, session_id, 5000, (1_234, None)), before)
    store.forget_participant(session_id, 1)
    assert not reports.moving_heads(engine, session_id, 5000).counted


def test_a_row_that_is_refused_takes_its_whole_batch_back_and_the_next_is_stored(engine: Engine) -> None:
    store = Store(engine)
    session_id = store.start_session(new_session())
    store.write_frames(session_id, [frame(0)])
    with pytest.raises(DatabaseError, match="refused the rows"):
        store.write_frames(session_id, [frame(1), frame(0)])
    store.write_frames(session_id, [frame(1)])
    assert get_session(engine, session_id).frames == 2


def test_a_connection_that_breaks_in_the_middle_of_a_batch_is_said_and_the_same_call_works_later(
    url: str, engine: Engine
) -> None:
    store = Store(engine)
    session_id, broken = store.start_session(new_session()), list[int]()
    other = create_engine(url)

    def cut(connection: Connection, *_: object) -> None:
        if not broken:
            broken.append(connection.exec_driver_sql("SELECT pg_backend_pid()").scalar_one())
            with other.connect() as killer:
                killer.execute(text(f"SELECT pg_terminate_backend({broken[0]})"))

    sqlalchemy_events.listen(engine, "begin", cut)
    with pytest.raises(DatabaseUnavailableError, match="cannot be used now"):
        store.write_frames(session_id, [frame(0)])
    store.write_frames(session_id, [frame(0)])
    assert get_session(engine, session_id).frames == 1
    other.dispose()
