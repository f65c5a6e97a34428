"""The made-up session looks like one and says what it is."""

from pathlib import Path

import pytest

from dashboard.sessions.demo import BREAK_S, CHARACTERS, DURATION_S, demo_frames, write_demo
from dashboard.stored.habits import habits
from dashboard.stored.instants import Instants
from db.engine import open_database
from db.errors import DatabaseError
from db.reports import events, get_session, list_sessions, participants
from db.store import Store
from model.behaviour.events import EventKind
from model.observations import FrameRecord, GazeState
from tests.made.sessions import STARTED_AT


@pytest.fixture(scope="module")
def frames() -> list[FrameRecord]:
    return list(demo_frames())


def test_a_seed_always_makes_the_same_session(frames: list[FrameRecord]) -> None:
    assert list(demo_frames()) == frames
    assert next(demo_frames(8)) != frames[0]


def test_scores_of_every_face_sum_to_one(frames: list[FrameRecord]) -> None:
    for frame in frames[::50]:
        for face in frame.observations:
            assert face.scores is not None
            assert sum(face.scores) == pytest.approx(1)


def test_nobody_is_seen_during_the_break(frames: list[FrameRecord]) -> None:
    first, last = BREAK_S
    assert not any(f.observations for f in frames if first * 1000 <= f.offset_ms < last * 1000)
    assert all(f.observations for f in frames if f.offset_ms < first * 1000)


def test_every_face_leads_with_something_at_some_time(frames: list[FrameRecord]) -> None:
    led = {face.leading for frame in frames for face in frame.observations}
    assert len(led) == 8


def test_everybody_looks_away_now_and_then_and_speaks_in_turn(frames: list[FrameRecord]) -> None:
    states = {face.signals.gaze_state for frame in frames for face in frame.observations}
    assert states == {GazeState.LOOKING, GazeState.AWAY, GazeState.CLOSED, GazeState.UNKNOWN}
    seen = [(face.track_id, frame.offset_ms, face) for frame in frames for face in frame.observations]
    table = habits(Instants.of_seen(seen))
    assert table["speaking"].sum() == pytest.approx(1, abs=0.15), "one at a time"
    assert (table["nods"] > 0).all() and (table["blinks"] > 5).all()


def test_it_is_stored_as_a_demo_with_the_names_of_its_people(tmp_path: Path) -> None:
    engine = open_database(f"sqlite:///{tmp_path / 'demo.db'}")
    session_id = write_demo(Store(engine), STARTED_AT)
    session = get_session(engine, session_id)
    assert session.is_demo and "demo" in session.title.lower()
    assert session.duration_ms == DURATION_S * 1000
    assert session.ended_at == STARTED_AT
    assert session.consent_at is None
    assert [p.name for p in participants(engine, session_id)] == [c.name for c in CHARACTERS]
    assert {event.kind for event in events(engine, session_id)} == {str(kind) for kind in EventKind}
    assert 0.8 < session.usable / session.faces < 1


def test_where_the_database_fails_midway_no_half_demo_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = open_database(f"sqlite:///{tmp_path / 'full.db'}")
    store = Store(engine)
    with engine.connect() as connection:
        pages = connection.exec_driver_sql("pragma page_count").scalar_one()

    def full(session_id: int, frames: list[FrameRecord]) -> None:
        with engine.connect() as connection:
            connection.exec_driver_sql(f"pragma max_page_count={pages}")
        try:
            write(session_id, frames)
        finally:
            with engine.connect() as connection:
                connection.exec_driver_sql("pragma max_page_count=1000000")

    write = store.write_frames
    monkeypatch.setattr(store, "write_frames", full)
    with pytest.raises(DatabaseError):
        write_demo(store, STARTED_AT)
    assert list_sessions(engine) == []
