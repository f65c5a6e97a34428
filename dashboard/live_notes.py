"""What a person is told while a session runs: one sentence each, worst first."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Literal

from dashboard.live_people import PeopleNow
from dashboard.live_status import LiveStatus
from dashboard.wording import clock, counted, escaped, person_name
from model.events import Event, EventKind
from model.explanation import event_sentence

PICTURE_STOPPED_S = 3.0
NO_FACE_S = 60.0
NOTES_SHOWN = 6
ICONS = {
    EventKind.GROUP_FALL: ":material/trending_down:",
    EventKind.AWAY: ":material/visibility_off:",
    EventKind.EYES_CLOSED: ":material/bedtime:",
    EventKind.NOD: ":material/thumb_up:",
    EventKind.LAUGHTER: ":material/sentiment_very_satisfied:",
}
NO_FRAME = (
    "No picture has come for {seconds:.0f} s. Check that the page was opened by HTTPS or as localhost, that "
    "the browser has not refused the camera (the sign in the address bar), and, where server and browser are "
    "in different networks, that a STUN or TURN server is set (ATTUNE_ICE_SERVERS)."
)


@dataclass(frozen=True)
class Note:
    level: Literal["error", "warning", "info"]
    sentence: str


def waiting_note(waiting_s: float, frame_wait_s: float) -> Note | None:
    """Advice when START was pressed `waiting_s` ago and no frame has come."""
    if waiting_s < frame_wait_s:
        return None
    return Note("warning", NO_FRAME.format(seconds=waiting_s))


def live_notes(status: LiveStatus) -> list[Note]:
    """Everything that is not as it should be in a running session."""
    notes = []
    if status.recorder.error:
        notes.append(Note("error", status.recorder.error))
    if status.recorder.dropped_frames:
        lost = counted(status.recorder.dropped_frames, "analysed frame", "analysed frames")
        notes.append(Note("error", f"{lost} could not be stored and will be missing in the report."))
    if status.errors:
        count, error = counted(status.errors, "frame", "frames"), escaped(str(status.last_error))
        notes.append(Note("warning", f"{count} could not be analysed ({error}); the session goes on."))
    if status.since_frame_s > PICTURE_STOPPED_S:
        notes.append(
            Note(
                "warning",
                f"The picture stopped {status.since_frame_s:.0f} s ago: the camera may be covered by another "
                "program, or the connection is lost. The session goes on as soon as it returns.",
            )
        )
    elif status.since_face_s > NO_FACE_S:
        notes.append(
            Note(
                "info",
                f"No face for {status.since_face_s / 60:.0f} min. Is everybody in the picture and well lit?",
            )
        )
    return notes


def event_notes(now: PeopleNow, limit: int = NOTES_SHOWN) -> list[str]:
    """What happened last, newest first: a sentence each with its time. Of the group alone when individuals
    are hidden; nods of one person that follow each other are one note."""
    told = [e for e in now.events if e.track_id is None or not now.reading.group_only]
    together = groupby(told, lambda e: (e.kind, _person(e, now)) if e.kind is EventKind.NOD else e)
    return [_note([*events], now) for _, events in together][: -limit - 1 : -1]


def _note(events: Sequence[Event], now: PeopleNow) -> str:
    first = events[0]
    said = event_sentence(first, _person(first, now))
    if len(events) > 1:
        said = f"{said.removesuffix('.')} {len(events)} times."
    return f"{ICONS[first.kind]} {clock(events[-1].start_ms / 1000)} {escaped(said)}"


def _person(event: Event, now: PeopleNow) -> str:
    person = None if event.track_id is None else now.who.person_of(event.track_id, event.start_ms)
    return "Somebody" if person is None else person_name(now.who.name_of(person), person)
