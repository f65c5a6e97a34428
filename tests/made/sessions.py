"""Small stored sessions made by code, for tests that read them back."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from db.store import Store
from model.observations import FrameRecord
from tests.made.storage import new_session

STARTED_AT = datetime(2026, 3, 5, 9, 30, 0, 250_000, UTC)
SHA256 = "ab" * 32


def stored(
    store: Store,
    frames: Sequence[FrameRecord],
    title: str = "Weekly review",
    *,
    ended: bool = True,
    is_demo: bool = False,
    started_at: datetime = STARTED_AT,
    model_name: str = "compact48",
    sound: bool = False,
) -> int:
    """Stores the frames as a session and gives its number."""
    session_id = store.start_session(
        new_session(
            title=title,
            purpose="research",
            region="elsewhere",
            consent_at=STARTED_AT,
            consent_text="Everybody agreed.",
            started_at=started_at,
            model_name=model_name,
            model_sha256=SHA256,
            analysis_hz=1.0,
            is_demo=is_demo,
            sound=sound,
        )
    )
    store.write_frames(session_id, frames)
    if ended:
        last_ms = max((frame.offset_ms for frame in frames), default=0)
        store.end_session(session_id, started_at + timedelta(milliseconds=last_ms + 1000), "stopped")
    return session_id
