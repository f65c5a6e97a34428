"""What a person is told while a session runs: one sentence each, worst first."""

from dataclasses import dataclass
from typing import Literal

from dashboard.live import LiveStatus
from dashboard.wording import counted, escaped

PICTURE_STOPPED_S = 3.0
NO_FACE_S = 60.0
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
