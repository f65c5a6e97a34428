"""Begin a live session: its row, its recorder, its pipeline."""

import logging
from datetime import UTC, datetime, timedelta

from dashboard.consent import CONSENT_TEXT, Setup
from dashboard.live import LiveSession, LiveStatus
from dashboard.palette import KEYS, bgr
from dashboard.recorder import Recorder
from dashboard.settings import Settings
from db.errors import DatabaseError
from db.store import EndReason, NewSession, Store
from model.card import load_card
from model.pipeline import make_pipeline

LOGGER = logging.getLogger(__name__)
PRESENCE_ONLY = "presence only"
# A score is on disk well before the next one is due; a transaction costs about a millisecond.
STORE_EVERY_S = 0.02


def open_live(setup: Setup, consent_at: datetime, chosen: Settings, keeper: Store) -> LiveSession:
    """Begin a session: its row, its recorder, its pipeline. Raises DatabaseError or ModelError."""
    scored = setup.expressions_allowed
    pipeline = make_pipeline(
        chosen.detector, chosen.artifact, smoothing_ms=chosen.smoothing_ms, expressions=scored
    )
    card = load_card(chosen.artifact) if scored else None
    session_id = keeper.start_session(
        NewSession(
            title=setup.title,
            kind=setup.kind,
            purpose=setup.purpose,
            region=setup.region,
            ground=setup.ground,
            consent_at=consent_at,
            consent_text=CONSENT_TEXT,
            source="camera",
            started_at=datetime.now(UTC),
            model_name=card.name if card else PRESENCE_ONLY,
            model_sha256=card.files[card.runtime_file] if card else "",
            analysis_hz=chosen.analysis_hz,
            detector=chosen.detector,
        )
    )

    def end(reason: EndReason, status: LiveStatus) -> None:
        try:
            if status.received:
                # A closed tab is noticed half a minute late; the session ended with its last picture.
                ended_at = datetime.now(UTC) - timedelta(seconds=status.since_frame_s)
                keeper.end_session(session_id, ended_at, reason, status.recorder.dropped_frames)
            else:
                keeper.delete_session(session_id)  # no picture ever came: nothing to keep
        except DatabaseError as error:
            LOGGER.error("session %s ended without its stamp; the next start adds it: %s", session_id, error)

    return LiveSession(
        session_id,
        pipeline,
        Recorder(keeper, session_id, batch_s=STORE_EVERY_S),
        end,
        analysis_hz=chosen.analysis_hz,
        colours={key: bgr(key) for key in KEYS},
    )
