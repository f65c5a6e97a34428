"""Small stored sessions made by code, for tests that read them back."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from db.store import NewSession, Store
from model.emotions import EMOTIONS, Emotion
from model.observations import USABLE, FrameRecord, Observation, QualityFlag

STARTED_AT = datetime(2026, 3, 5, 9, 30, 0, 250_000, UTC)
SHA256 = "ab" * 32


def scores_of(leading: Emotion, share: float = 0.7) -> tuple[float, ...]:
    """Seven scores, `share` for one expression and the rest spread evenly."""
    rest = (1 - share) / (len(EMOTIONS) - 1)
    return tuple(share if emotion == leading else rest for emotion in EMOTIONS)


def face(
    track_id: int = 1,
    leading: Emotion | None = Emotion.NEUTRAL,
    flags: QualityFlag = USABLE,
    share: float = 0.7,
) -> Observation:
    """One scored face; `leading` None means that nothing leads."""
    scores = scores_of(leading, share) if leading else (1 / 7,) * 7
    return Observation(track_id, (10.0, 20.0, 110.5, 145.25), 0.91, flags, scores, leading)


def seconds(faces: Sequence[Sequence[Observation]], step_ms: int = 1000) -> list[FrameRecord]:
    """One frame for each entry, `step_ms` apart."""
    return [FrameRecord(i, i * step_ms, tuple(found)) for i, found in enumerate(faces)]


def stored(
    store: Store,
    frames: Sequence[FrameRecord],
    title: str = "Weekly review",
    *,
    ended: bool = True,
    is_demo: bool = False,
    started_at: datetime = STARTED_AT,
    model_name: str = "compact48",
) -> int:
    """Stores the frames as a session and gives its number."""
    session_id = store.start_session(
        NewSession(
            title=title,
            kind="meeting",
            purpose="research",
            region="elsewhere",
            ground=None,
            consent_at=STARTED_AT,
            consent_text="Everybody agreed.",
            source="camera",
            started_at=started_at,
            model_name=model_name,
            model_sha256=SHA256,
            analysis_hz=1.0,
            detector="yunet",
            is_demo=is_demo,
        )
    )
    store.write_frames(session_id, frames)
    if ended:
        last_ms = max((frame.offset_ms for frame in frames), default=0)
        store.end_session(session_id, started_at + timedelta(milliseconds=last_ms + 1000), "stopped")
    return session_id
