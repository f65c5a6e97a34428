import sqlite3
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from dashboard.running.recorder import Recorder
from dashboard.running.recorder_status import DELETED
from db.reports import get_session, iter_observations
from db.store import Store
from model.observations import FrameRecord
from tests.made.faces import face, frame
from tests.made.storage import locked_by_another_program, new_session, open_file, open_store, stored_frames
from tests.made.waiting import wait_until


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "attune.db"


@pytest.fixture
def store(path: Path) -> Store:
    return open_store(path, busy_timeout_ms=50)


@pytest.fixture
def session_id(store: Store) -> int:
    return store.start_session(new_session())


def test_everything_submitted_is_stored_in_order_when_the_recorder_closes(
    store: Store, session_id: int, path: Path
) -> None:
    recorder = Recorder(store, session_id)
    records = [frame(number, faces=number % 4) for number in range(200)]
    for record in records:
        recorder.submit(record)
    status = recorder.close()
    rows = sum(len(record.observations) for record in records)
    assert (status.written_frames, status.written_rows, status.queued_rows) == (200, rows, 0)
    assert (status.dropped_rows, status.error, status.finished) == (0, None, True)
    kept = [(seen.frame, seen.observation) for seen in iter_observations(open_file(path), session_id)]
    assert kept == [(record.frame, seen) for record in records for seen in record.observations]


def test_a_full_batch_is_written_without_waiting_for_its_time(store: Store, session_id: int) -> None:
    recorder = Recorder(store, session_id, batch_rows=500, batch_s=3600)
    for number in range(51):
        recorder.submit(frame(number, faces=10))
    wait_until(lambda: recorder.status().written_rows)
    wait_until(lambda: recorder.status().write_p95_ms is not None)
    assert (recorder.status().written_rows, recorder.status().queued_rows) == (500, 10)
    assert recorder.close().written_rows == 510


def test_a_small_batch_is_written_when_its_time_has_come(store: Store, session_id: int) -> None:
    recorder = Recorder(store, session_id, batch_s=0.05)
    recorder.submit(frame(0))
    wait_until(lambda: recorder.status().written_rows == 1)
    recorder.submit(frame(1))
    wait_until(lambda: recorder.status().written_rows == 2)
    recorder.close()


def test_frames_without_a_face_are_recorded_too(store: Store, session_id: int, path: Path) -> None:
    recorder = Recorder(store, session_id)
    for number in range(3):
        recorder.submit(FrameRecord(number, number * 100))
    assert recorder.close().written_frames == 3
    assert stored_frames(path, session_id) == [0, 1, 2]


@pytest.mark.parametrize(("max_frames", "max_rows"), [(5, 1000), (1000, 10)])
def test_a_full_queue_refuses_the_newest_frames_and_counts_them(
    max_frames: int, max_rows: int, store: Store, session_id: int, path: Path
) -> None:
    recorder = Recorder(store, session_id, max_frames=max_frames, max_rows=max_rows, batch_s=0.01)
    with locked_by_another_program(path):
        for number in range(8):
            recorder.submit(frame(number, faces=2))
        waiting = recorder.status()
    assert (waiting.queued_frames, waiting.queued_rows) == (5, 10)
    assert (waiting.dropped_frames, waiting.dropped_rows) == (3, 6)
    closed = recorder.close()
    assert (closed.written_frames, closed.dropped_frames) == (5, 3)
    assert stored_frames(path, session_id) == [0, 1, 2, 3, 4]


def test_closing_twice_changes_nothing_and_later_frames_are_counted(store: Store, session_id: int) -> None:
    recorder = Recorder(store, session_id)
    recorder.submit(frame(0, faces=3))
    first = recorder.close()
    recorder.submit(frame(1, faces=2))
    second = recorder.close()
    assert (first.written_rows, first.dropped_rows) == (3, 0)
    assert (second.written_rows, second.dropped_rows, second.finished) == (3, 2, True)


def test_closing_a_locked_database_reports_what_waits_and_writes_it_later(
    store: Store, session_id: int, path: Path
) -> None:
    recorder = Recorder(store, session_id, batch_s=0.02)
    with locked_by_another_program(path):
        recorder.submit(frame(0, faces=3))
        wait_until(lambda: "locked" in str(recorder.status().error))
        status = recorder.close(timeout_s=0.1)
        assert (status.queued_rows, status.written_rows, status.finished) == (3, 0, False)
        assert status.error is not None
        assert "locked" in status.error
    wait_until(lambda: recorder.status().finished)
    assert (recorder.close().written_rows, recorder.close().error) == (3, None)


def test_a_closed_recorder_gives_up_in_the_end_and_counts_what_is_lost(
    store: Store, session_id: int, path: Path
) -> None:
    recorder = Recorder(store, session_id, batch_rows=2, linger_s=0.0)
    with locked_by_another_program(path):
        for number in range(4):
            recorder.submit(frame(number, faces=2))
        recorder.close(timeout_s=0.1)
        wait_until(lambda: recorder.status().finished)
        status = recorder.status()
    assert (status.dropped_frames, status.dropped_rows, status.queued_rows) == (4, 8, 0)
    assert "lost" in str(status.error)


def test_a_frame_the_database_refuses_is_left_out_and_its_neighbours_are_kept(
    store: Store, session_id: int, path: Path
) -> None:
    recorder = Recorder(store, session_id, batch_s=3600)
    for number in (0, 1, 1, 2):
        recorder.submit(frame(number, faces=2))
    recorder.submit(FrameRecord(3, 300, (face(1), face(1))))
    recorder.submit(frame(4))
    status = recorder.close()
    assert stored_frames(path, session_id) == [0, 1, 2, 4]
    assert (status.dropped_frames, status.dropped_rows, status.queued_frames) == (2, 4, 0)


def test_what_follows_a_refused_frame_is_counted_when_the_session_goes(
    store: Store, session_id: int, path: Path
) -> None:
    with sqlite3.connect(path) as connection:  # the session is deleted right after its first frame
        connection.execute("CREATE TRIGGER gone AFTER INSERT ON frame BEGIN DELETE FROM session; END")
    recorder = Recorder(store, session_id, batch_s=3600)
    for record in (FrameRecord(0, 0), FrameRecord(0, 0), frame(1, faces=2), frame(2, faces=3)):
        recorder.submit(record)
    status = recorder.close()
    assert (status.written_frames, status.dropped_frames, status.dropped_rows) == (1, 3, 5)
    assert (status.queued_frames, status.finished) == (0, True)


def test_closing_says_what_a_slow_database_has_not_taken_yet(tmp_path: Path) -> None:
    path = tmp_path / "slow.db"
    store = open_store(path, busy_timeout_ms=20_000)
    recorder = Recorder(store, store.start_session(new_session()))
    with locked_by_another_program(path):
        recorder.submit(frame(0, faces=4))
        status = recorder.close(timeout_s=0.2)
    assert (status.error, status.finished) == (
        "4 observations are not stored yet; the database is slow.",
        False,
    )
    wait_until(lambda: recorder.status().finished)
    assert recorder.status().written_rows == 4


def test_the_sentence_names_a_refused_frame(store: Store, session_id: int) -> None:
    recorder = Recorder(store, session_id)
    recorder.submit(FrameRecord(7, 700, (face(1), face(1))))
    assert "Frame 7 " in str(recorder.close().error)


def test_a_deleted_session_stops_its_recorder_with_a_sentence(store: Store, session_id: int) -> None:
    recorder = Recorder(store, session_id, batch_s=0.01)
    recorder.submit(frame(0))
    wait_until(lambda: recorder.status().written_frames == 1)
    store.delete_session(session_id)
    recorder.submit(frame(1, faces=2))
    wait_until(lambda: recorder.status().finished)
    recorder.submit(frame(2, faces=2))
    status = recorder.close()
    assert status.error == DELETED
    assert (status.dropped_frames, status.dropped_rows, status.queued_rows) == (2, 4, 0)


def test_latency_counts_from_the_moment_of_capture(store: Store, session_id: int) -> None:
    recorder = Recorder(store, session_id, clock=lambda: 100.0)
    recorder.submit(frame(0), captured_at=98.5)
    status = recorder.close()
    assert status.stored_p95_ms == pytest.approx(1500.0)
    assert status.write_p95_ms == 0.0


def test_a_new_recorder_has_nothing_to_tell_yet(store: Store, session_id: int) -> None:
    recorder = Recorder(store, session_id)
    status = recorder.status()
    assert (status.error, status.stored_p95_ms, status.finished) == (None, None, False)
    recorder.close()


def test_frames_may_come_from_several_threads(store: Store, session_id: int, path: Path) -> None:
    recorder = Recorder(store, session_id, batch_rows=20)
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda number: recorder.submit(frame(number, faces=2)), range(400)))
    assert recorder.close().written_rows == 800
    assert stored_frames(path, session_id) == list(range(400))
    assert get_session(open_file(path), session_id).faces == 800
