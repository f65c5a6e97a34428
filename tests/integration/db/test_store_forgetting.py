"""Forgetting a person leaves nothing of them, and a session that still runs brings nobody back."""

from pathlib import Path

from sqlalchemy import Engine

from dashboard.running.recorder import Recorder
from db.reports import events, get_session, iter_observations, participants, people, roster
from db.store import NewEvent, Store
from tests.made.faces import frame
from tests.made.waiting import wait_until

NAME = "Zebedee Quux"


def faces(engine: Engine, session_id: int) -> dict[int, int]:
    return {one.person: one.faces for one in participants(engine, session_id)}


def test_forgetting_leaves_no_row_no_word_and_right_totals(
    store: Store, engine: Engine, session_id: int, path: Path
) -> None:
    store.write_frames(session_id, [frame(number, faces=3) for number in range(20)])
    store.name_participant(session_id, 2, NAME)
    store.write_events(session_id, [NewEvent(100, "away", 900, 2), NewEvent(100, "laughter", 300)])
    on_disk = b"".join(file.read_bytes() for file in path.parent.glob("attune.db*"))
    assert NAME.encode() in on_disk
    store.forget_participant(session_id, 2)
    on_disk = b"".join(file.read_bytes() for file in path.parent.glob("attune.db*"))
    assert NAME.encode() not in on_disk
    assert not store.space_owed
    found = get_session(engine, session_id)
    assert (found.frames, found.faces, found.usable, found.people) == (20, 40, 40, 2)
    left = iter_observations(engine, session_id, include_excluded=True)
    assert {row.observation.track_id for row in left} == {1, 3}
    assert [one.kind for one in events(engine, session_id, include_excluded=True)] == ["laughter"]
    assert roster(engine, session_id).person_of(2, 100) is None


def test_forgetting_gives_space_back(store: Store, engine: Engine, session_id: int, path: Path) -> None:
    store.write_frames(session_id, [frame(number, faces=25) for number in range(400)])
    for person in range(2, 26):
        store.forget_participant(session_id, person)
    assert store.reclaim_space()
    assert path.stat().st_size < 400_000
    assert faces(engine, session_id) == {1: 400}


def test_a_running_recorder_brings_nobody_back_who_was_forgotten_or_excluded(
    store: Store, engine: Engine, session_id: int
) -> None:
    recorder = Recorder(store, session_id, batch_s=0.01)
    for number in range(10):
        recorder.submit(frame(number, faces=3))
    wait_until(lambda: recorder.status().written_frames == 10)
    store.exclude_participant(session_id, 1)
    store.forget_participant(session_id, 2)
    store.forget_participant(session_id, 8)  # its rows are still to come
    for number in range(10, 20):
        recorder.submit(frame(number, faces=8))
    assert recorder.close().error is None
    assert sorted(faces(engine, session_id)) == [3, 4, 5, 6, 7]
    assert get_session(engine, session_id).faces == 20 + 60
    assert [one.person for one in people(engine, session_id)] == [1, 3, 4, 5, 6, 7]


def test_forgetting_a_part_of_a_track_keeps_the_other_part(
    store: Store, engine: Engine, session_id: int
) -> None:
    store.write_frames(session_id, [frame(number) for number in range(20)])
    new = store.split_participant(session_id, 1, 1000)
    store.write_events(session_id, [NewEvent(0, "away", None, 1), NewEvent(1500, "nod", 1600, 1)])
    store.forget_participant(session_id, new)
    store.write_frames(session_id, [frame(number) for number in range(20, 30)])
    store.write_events(session_id, [NewEvent(2500, "nod", 2600, 1)])
    assert faces(engine, session_id) == {1: 10}
    assert get_session(engine, session_id).faces == 10
    assert [(one.kind, one.person) for one in events(engine, session_id)] == [("away", 1)]
