from dataclasses import replace

import pytest

from dashboard.running.notes import NOTES_SHOWN, event_notes, live_notes, waiting_note
from dashboard.running.people_now import PeopleNow
from dashboard.running.reading import LiveReading
from dashboard.running.recorder_status import DELETED, RecorderStatus
from dashboard.running.status import LiveStatus
from db.reports import Roster
from model.behaviour.events import Event, EventKind

STORED = RecorderStatus(
    written_frames=10,
    written_rows=10,
    queued_frames=0,
    queued_rows=0,
    dropped_frames=0,
    dropped_rows=0,
    error=None,
    write_p95_ms=1.0,
    stored_p95_ms=60.0,
    finished=False,
)
WELL = LiveStatus(
    elapsed_s=300,
    received=9000,
    received_hz=30,
    size_px=(640, 480),
    since_frame_s=0.03,
    since_face_s=0.1,
    analysed=3000,
    analysed_hz=10,
    latency_p50_ms=20,
    latency_p95_ms=40,
    skipped=0,
    errors=0,
    last_error=None,
    recorder=STORED,
    end_reason=None,
)


def test_a_session_that_runs_well_says_nothing() -> None:
    assert live_notes(WELL) == []


def test_of_a_session_that_was_deleted_no_report_is_promised() -> None:
    gone = replace(STORED, dropped_frames=40, error=DELETED)
    [note] = live_notes(replace(WELL, recorder=gone))
    assert note.level == "error" and "deleted" in note.sentence and "report" not in note.sentence


def test_no_face_for_minutes_is_said() -> None:
    [note] = live_notes(replace(WELL, since_face_s=190))
    assert note.level == "info" and "3 min" in note.sentence


def test_a_stopped_picture_is_said_instead_of_missing_faces() -> None:
    [note] = live_notes(replace(WELL, since_frame_s=12, since_face_s=190))
    assert note.level == "warning" and "12 s" in note.sentence


def test_what_the_recorder_says_comes_first() -> None:
    stored = replace(STORED, error="The database is locked.", dropped_frames=3)
    notes = live_notes(replace(WELL, recorder=stored, errors=2, last_error="ValueError: x"))
    assert [note.level for note in notes] == ["error", "error", "warning"]
    assert "3 analysed frames" in notes[1].sentence and "ValueError" in notes[2].sentence


@pytest.mark.parametrize("waited_s", [0, 9.9])
def test_advice_waits_its_time(waited_s: float) -> None:
    assert waiting_note(waited_s, 10) is None


def test_without_a_picture_the_advice_names_https_browser_and_turn() -> None:
    note = waiting_note(11, 10)
    assert note is not None
    for word in ("HTTPS", "browser", "STUN", "TURN", "11 s"):
        assert word in note.sentence


def told(*events: Event, group_only: bool = False) -> list[str]:
    who = Roster((), {1: "A*na"}, frozenset())
    now = PeopleNow(events=events, who=who, reading=LiveReading(group_only=group_only))
    return event_notes(now)


def nod(start_ms: int, track_id: int = 2) -> Event:
    return Event(start_ms, start_ms + 900, EventKind.NOD, track_id, 3)


def test_notes_come_newest_first_with_time_and_person() -> None:
    away = Event(61_000, None, EventKind.AWAY, 2, 15)
    notes = told(nod(5_000), away)
    assert "01:01 P2 looked away for more than 15 s" in notes[0] and "00:05 P2 nodded" in notes[1]


def test_nods_of_one_person_in_a_row_are_one_note() -> None:
    notes = told(nod(1_000), nod(4_000), nod(8_000), nod(9_000, track_id=3))
    assert len(notes) == 2 and "00:08 P2 nodded 3 times" in notes[1]


def test_a_group_only_view_notes_the_group_alone() -> None:
    fall = Event(1_000, 9_000, EventKind.GROUP_FALL, None, 20)
    [note] = told(nod(500), fall, group_only=True)
    assert "group's line fell by 20 points" in note


def test_only_the_last_few_are_shown() -> None:
    events = [nod(1_000 * n, track_id=n) for n in range(1, 30)]
    assert len(told(*events)) == NOTES_SHOWN
