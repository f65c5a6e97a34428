"""What a person is told while a session runs: one sentence each, worst first."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Literal

from dashboard.consent import Source
from dashboard.running.people_now import PeopleNow
from dashboard.running.recorder_status import DELETED
from dashboard.running.status import LiveStatus
from dashboard.wording import clock, counted, escaped, person_name
from model.behaviour.events import Event, EventKind
from model.behaviour.words import event_sentence

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
    "the browser has not refused {source}, and, where server and browser are in different networks, that a "
    "STUN or TURN server is set (ATTUNE_ICE_SERVERS)."
)
REFUSED_SOURCE = {
    False: "the camera (the sign in the address bar)",
    True: "sharing (its picker may wait for you)",
}
STOPPED_PICTURE = {
    False: "the camera may be covered by another program, or the connection is lost",
    True: "the shared window may be minimised or covered, or the connection is lost",
}
LOST_SOURCE = {
    False: "The camera was switched off or unplugged. ",
    True: "Sharing was stopped, or what was shared was closed. ",
}
GO_ON = (
    "Go on with another source by the buttons under the picture, or press STOP; the session ends by itself "
    "in {seconds:.0f} s. Everything so far is stored."
)
IN_THE_PICTURE = {
    False: "Is everybody in the picture and well lit?",
    True: "Does the shared window show the meeting's gallery, with tiles of 40 px and more?",
}


@dataclass(frozen=True)
class Note:
    level: Literal["error", "warning", "info"]
    sentence: str


@dataclass(frozen=True, slots=True)
class Happened:
    """An event in words. `at_ms`: when it, or the last of several alike, began."""

    at_ms: int
    kind: EventKind
    sentence: str


def waiting_note(waiting_s: float, frame_wait_s: float, *, shared: bool = False) -> Note | None:
    """Advice when START was pressed `waiting_s` ago and no frame has come."""
    if waiting_s < frame_wait_s:
        return None
    return Note("warning", NO_FRAME.format(seconds=waiting_s, source=REFUSED_SOURCE[shared]))


def source_note(left_s: float | None, source: Source | None) -> Note | None:
    """What to do when the source has ended and the session waits `left_s` more for another."""
    if left_s is None:
        return None
    told = LOST_SOURCE[source is not Source.CAMERA]
    return Note("warning", told + GO_ON.format(seconds=left_s))


def live_notes(status: LiveStatus, *, shared: bool = False) -> list[Note]:
    """Everything that is not as it should be in a running session."""
    if status.recorder.error == DELETED:  # nothing else matters any more, and there will be no report
        return [Note("error", f"{DELETED} Press STOP.")]
    notes = []
    if status.recorder.error:
        notes.append(Note("error", status.recorder.error))
    if status.recorder.dropped_frames:
        lost = counted(status.recorder.dropped_frames, "analysed frame", "analysed frames")
        notes.append(Note("error", f"{lost} could not be stored and will be missing in the report."))
    if status.errors:
        count, error = counted(status.errors, "frame", "frames"), escaped(str(status.last_error))
        notes.append(Note("warning", f"{count} could not be analysed ({error}); the session goes on."))
    if status.received and status.since_frame_s > PICTURE_STOPPED_S:
        notes.append(
            Note(
                "warning",
                f"The picture stopped {status.since_frame_s:.0f} s ago: {STOPPED_PICTURE[shared]}. "
                "The session goes on as soon as it returns.",
            )
        )
    elif status.since_face_s > NO_FACE_S:
        notes.append(
            Note(
                "info",
                f"No face for {status.since_face_s / 60:.0f} min. {IN_THE_PICTURE[shared]}",
            )
        )
    return notes


def event_notes(now: PeopleNow, limit: int = NOTES_SHOWN) -> list[str]:
    """What happened last, newest first: a sentence each with its time, as `happened` has them."""
    return [
        f"{ICONS[one.kind]} {clock(one.at_ms / 1000)} {escaped(one.sentence)}" for one in happened(now, limit)
    ]


def happened(now: PeopleNow, limit: int = NOTES_SHOWN) -> list[Happened]:
    """What happened last, newest first. Of the group alone when individuals are hidden; nods of one person
    that follow each other are one."""
    told = [e for e in now.events if e.track_id is None or not now.reading.group_only]
    together = groupby(told, lambda e: (e.kind, _person(e, now)) if e.kind is EventKind.NOD else e)
    return [_happened([*events], now) for _, events in together][: -limit - 1 : -1]


def _happened(events: Sequence[Event], now: PeopleNow) -> Happened:
    first = events[0]
    said = event_sentence(first, _person(first, now))
    if len(events) > 1:
        said = f"{said.removesuffix('.')} {len(events)} times."
    return Happened(events[-1].start_ms, first.kind, said)


def _person(event: Event, now: PeopleNow) -> str:
    person = None if event.track_id is None else now.who.person_of(event.track_id, event.start_ms)
    return "Somebody" if person is None else person_name(now.who.name_of(person), person)
