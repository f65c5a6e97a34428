"""Why a report has nothing to show, in a sentence each."""

from dashboard.consent import PRESENCE_ONLY
from dashboard.stored.report import SessionReport
from dashboard.wording import counted, duration, things_told
from db.reports import SessionSummary


def without_faces(session: SessionSummary) -> str:
    """Why there is nothing to show, for a session in which no face was stored."""
    if session.ended_at is None:
        return "No face has been seen yet. The report fills as soon as there is one; reload to look again."
    if not session.frames:
        return "No frame was analysed in this session: it ended before the camera delivered a picture."
    analysed = counted(session.frames, "frame was", "frames were")
    told = f"{analysed} analysed in {duration(session.duration_ms)}, and none showed a face that counts."
    return f"{told} {things_told(session.things)}." if session.things else told


def too_small(min_group_size: int) -> str:
    """Why a group-only view is empty."""
    return (
        f"The group-only view shows nothing while fewer than {min_group_size} people have a usable face, "
        "because it would show individuals."
    )


def without_usable(report: SessionReport) -> str:
    """Why there are faces but no figures."""
    if not report.session.people:
        return "Everybody is left out of this report. Take somebody in again under People."
    if not report.headline.people:
        return "No face was seen in this time range. Choose a longer one."
    if report.session.model_name == PRESENCE_ONLY:
        return "This session counted presence only, as its purpose and place ask for: no face was scored."
    return (
        "Faces were seen, but at no instant was one scored: they were too small, blurred, dark or turned "
        "away."
    )
