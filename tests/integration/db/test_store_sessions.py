from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from sqlalchemy import Engine, select, update

from db.engine import write_transaction
from db.errors import DatabaseError, DatabaseUnavailableError, SessionNotFoundError
from db.reports import get_session, iter_observations, list_sessions, participants
from db.schema import session
from db.store import UNTITLED, EndReason, Store
from model.observations import FrameRecord, QualityFlag
from tests.made.faces import face, frame
from tests.made.storage import MONDAY, locked_by_another_program, new_session, open_file, stored_frames

LATER = MONDAY + timedelta(minutes=30)


def test_a_session_is_kept_as_it_was_started(store: Store, engine: Engine) -> None:
    new = new_session(ground="research consent", is_demo=True, consent_at=None)
    kept = asdict(get_session(engine, store.start_session(new)))
    assert {name: kept[name] for name in asdict(new)} == asdict(new)
    assert (kept["ended_at"], kept["end_reason"], kept["duration_ms"], kept["people"]) == (None, None, 0, 0)


def test_instants_are_kept_in_utc_whatever_zone_they_came_in(store: Store, engine: Engine) -> None:
    in_tokyo = MONDAY.astimezone(timezone(timedelta(hours=9)))
    kept = get_session(engine, store.start_session(new_session(started_at=in_tokyo))).started_at
    assert (kept, kept.tzinfo) == (MONDAY, UTC)


def test_an_instant_without_a_zone_is_refused(
    store: Store, engine: Engine, caplog: pytest.LogCaptureFixture
) -> None:
    with pytest.raises(DatabaseError, match="refused"):
        store.start_session(new_session(started_at=datetime.now()))  # each reason is told once
    assert "time zone" in caplog.text, "whoever runs it finds the reason in the log"
    assert list_sessions(engine) == []


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("100%_sure'; DROP TABLE session; --", "100%_sure'; DROP TABLE session; --"),
        ('He said "hi"', 'He said "hi"'),
        ("Family 👨‍👩‍👧 call ❤️", "Family 👨‍👩‍👧 call ❤️"),
        ("two\nlines\tand\x00nul", "two lines and nul"),
        ("  spaces  around  ", "spaces around"),
        ("", UNTITLED),
        (" \n ", UNTITLED),
        ("half a pair \ud83d", "half a pair"),
        ("x" * 10_000, "x" * 199 + "…"),
        ("=1+1", "=1+1"),
    ],
)
def test_a_title_is_kept_as_one_bounded_line(typed: str, kept: str, store: Store, engine: Engine) -> None:
    session_id = store.start_session(new_session(title=typed))
    assert get_session(engine, session_id).title == kept
    store.rename_session(session_id, "other")
    store.rename_session(session_id, typed)
    assert get_session(engine, session_id).title == kept


def test_a_consent_text_keeps_its_lines_and_is_bounded(store: Store, engine: Engine) -> None:
    first = store.start_session(new_session(consent_text="I agree.\r\nSo do I."))
    second = store.start_session(new_session(consent_text="y" * 10_000))
    assert get_session(engine, first).consent_text == "I agree.\nSo do I."
    assert len(get_session(engine, second).consent_text or "") == 4000


def test_renaming_a_session_that_is_gone_is_an_error(store: Store) -> None:
    with pytest.raises(SessionNotFoundError, match="There is no session 12"):
        store.rename_session(12, "x")


def test_totals_follow_the_frames(store: Store, engine: Engine) -> None:
    session_id = store.start_session(new_session())
    store.write_frames(session_id, [frame(0, faces=2), frame(1, faces=0)])
    blurred = FrameRecord(2, 250, (face(3, flags=QualityFlag.BLURRED), face(1, scores=None)))
    store.write_frames(session_id, [blurred])
    store.write_frames(session_id, [])
    found = get_session(engine, session_id)
    assert (found.frames, found.faces, found.usable, found.people, found.duration_ms) == (3, 4, 2, 3, 250)


def test_a_batch_with_a_frame_that_is_stored_already_changes_nothing(
    store: Store, engine: Engine, path: Path
) -> None:
    session_id = store.start_session(new_session())
    store.write_frames(session_id, [frame(0), frame(1)])
    before = get_session(engine, session_id)
    with pytest.raises(DatabaseError, match="refused the rows"):
        store.write_frames(session_id, [frame(2), frame(1)])
    assert (get_session(engine, session_id), stored_frames(path, session_id)) == (before, [0, 1])


def test_writing_to_a_deleted_session_is_an_error(store: Store) -> None:
    session_id = store.start_session(new_session())
    store.delete_session(session_id)
    with pytest.raises(SessionNotFoundError):
        store.write_frames(session_id, [frame(0)])


def test_the_first_end_stands(store: Store, engine: Engine) -> None:
    session_id = store.start_session(new_session())
    store.end_session(session_id, LATER, EndReason.STOPPED, dropped=7)
    store.end_session(session_id, LATER + timedelta(hours=1), EndReason.DISCONNECTED)
    found = get_session(engine, session_id)
    assert (found.ended_at, found.end_reason, found.dropped) == (LATER, "stopped", 7)
    assert found.duration_ms == 30 * 60 * 1000


def test_ending_a_session_that_is_gone_is_no_error(store: Store, engine: Engine) -> None:
    store.end_session(99, LATER, EndReason.STOPPED)
    assert list_sessions(engine) == []


def test_a_silent_session_ends_at_its_last_frame(store: Store, engine: Engine) -> None:
    session_id = store.start_session(new_session())
    store.write_frames(session_id, [frame(0), frame(50)])
    assert store.close_abandoned(MONDAY + timedelta(seconds=15)) == []
    assert store.close_abandoned(MONDAY + timedelta(seconds=16)) == [session_id]
    found = get_session(engine, session_id)
    assert (found.ended_at, found.end_reason) == (MONDAY + timedelta(seconds=5), "interrupted")
    assert store.close_abandoned(LATER) == []


def test_a_session_without_a_frame_ends_when_it_started(store: Store, engine: Engine) -> None:
    session_id = store.start_session(new_session())
    assert store.close_abandoned(MONDAY + timedelta(seconds=3), quiet_ms=2000) == [session_id]
    assert get_session(engine, session_id).ended_at == MONDAY


def test_frames_after_all_make_an_interrupted_session_a_running_one(store: Store, engine: Engine) -> None:
    session_id = store.start_session(new_session())
    store.close_abandoned(LATER)
    store.write_frames(session_id, [frame(3000)])
    found = get_session(engine, session_id)
    assert (found.ended_at, found.end_reason) == (None, None)


def test_frames_that_come_late_leave_a_stopped_session_ended(store: Store, engine: Engine) -> None:
    session_id = store.start_session(new_session())
    store.end_session(session_id, LATER, EndReason.STOPPED)
    store.write_frames(session_id, [frame(1)])
    assert get_session(engine, session_id).ended_at == LATER


def test_a_hosts_own_end_replaces_interrupted(store: Store, engine: Engine) -> None:
    session_id = store.start_session(new_session())
    store.close_abandoned(LATER)
    store.end_session(session_id, LATER, EndReason.STOPPED)
    assert get_session(engine, session_id).end_reason == "stopped"


def test_a_participant_gets_a_name_and_loses_it_again(store: Store, engine: Engine) -> None:
    session_id = store.start_session(new_session())
    store.write_frames(session_id, [frame(0, faces=2)])
    store.name_participant(session_id, 2, "  Ana\nMaria ")
    assert [found.name for found in participants(engine, session_id)] == [None, "Ana Maria"]
    assert [seen.participant for seen in iter_observations(engine, session_id)] == [None, "Ana Maria"]
    store.write_frames(session_id, [frame(1, faces=2)])
    assert participants(engine, session_id)[1].name == "Ana Maria"
    store.name_participant(session_id, 2, " ")
    assert [found.name for found in participants(engine, session_id)] == [None, None]


def test_a_name_for_a_session_that_is_gone_is_an_error(store: Store) -> None:
    with pytest.raises(SessionNotFoundError):
        store.name_participant(5, 1, "Ana")


def test_a_locked_database_is_said_and_the_same_call_works_later(
    store: Store, engine: Engine, path: Path
) -> None:
    session_id = store.start_session(new_session())
    with locked_by_another_program(path), pytest.raises(DatabaseUnavailableError, match="locked"):
        store.rename_session(session_id, "New name")
    assert get_session(engine, session_id) == replace(get_session(engine, session_id), title="Weekly meeting")
    store.rename_session(session_id, "New name")
    assert get_session(engine, session_id).title == "New name"


def test_a_write_that_begins_by_reading_holds_its_turn_against_other_writers(
    store: Store, engine: Engine, path: Path
) -> None:
    session_id = store.start_session(new_session())
    other = Store(open_file(path, busy_timeout_ms=50))
    with write_transaction(engine) as connection:
        connection.execute(select(session.c.title)).all()
        with pytest.raises(DatabaseUnavailableError, match="locked"):
            other.rename_session(session_id, "Too early")
        connection.execute(update(session).values(title="First"))
    assert get_session(engine, session_id).title == "First"
    other.rename_session(session_id, "Second")
    assert get_session(engine, session_id).title == "Second"
