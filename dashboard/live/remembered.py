"""The set-ups of the last sessions, to start again with one press. No Streamlit."""

from collections.abc import Sequence

from dashboard.consent import Ground, Kind, Purpose, Region, Setup, Source
from dashboard.stored.series import series_of
from db.reports import SessionSummary

MOST = 3


def remembered(sessions: Sequence[SessionSummary]) -> list[Setup]:
    """The latest different set-ups among `sessions` (newest first), at most three, one for each course."""
    found: dict[tuple[object, ...], Setup] = {}
    for session in sessions:
        setup = None if session.is_demo else setup_of(session)
        if setup is not None:
            alike = (series_of(session) or setup.title, setup.kind, setup.purpose, setup.region, setup.source)
            found.setdefault(alike, setup)
        if len(found) == MOST:
            break
    return list(found.values())


def setup_of(session: SessionSummary) -> Setup | None:
    """As it was stated; None of an import or a file, whose words are others."""
    try:
        source = Source(session.source)
        return Setup(
            session.title,
            Kind(session.kind),
            Purpose(session.purpose),
            Region(session.region),
            None if session.ground is None else Ground(session.ground),
            Source.CAMERA if source is Source.CAMERA else Source.WINDOW,
            session.series,
            own_neutral=bool(session.own_neutral),
        )
    except ValueError:
        return None
