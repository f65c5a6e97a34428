"""Begin a live session: its row, its recorder, its pipeline."""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from dashboard.consent import PRESENCE_ONLY, Setup
from dashboard.palette import KEYS, bgr
from dashboard.running.event_writer import EventWriter
from dashboard.running.memory import give_back_while, keep_pictures_apart
from dashboard.running.recorder import Recorder
from dashboard.running.session import LiveSession, LiveStatus
from dashboard.settings import Settings
from db.errors import DatabaseError, SessionNotFoundError
from db.store import EndReason, NewSession, Store
from model.card import ModelCard, load_card
from model.lanes import SpareCores
from model.pipeline import make_pipeline

LOGGER = logging.getLogger(__name__)
# A score is on disk well before the next one is due; a transaction costs about a millisecond.
STORE_EVERY_S = 0.02
LIVE_THREADS = 2
"""For a crowd, while a core is free: more would take the video's."""
STAMP_EVERY_S, STAMP_TRIES = 2.0, 300


def open_live(
    setup: Setup, consent_at: datetime, settings: Settings, store: Store, server_id: str | None = None
) -> LiveSession:
    """Begin a session on the server `server_id`, or go on with the one that was cut off: its row, its
    recorder, its pipeline. Raises DatabaseError or ModelError."""
    keep_pictures_apart()
    scored = setup.expressions_allowed
    pipeline = make_pipeline(
        settings.detector,
        settings.artifact,
        smoothing_ms=settings.smoothing_ms,
        expressions=scored,
        signals=scored,
        cores=SpareCores(LIVE_THREADS),
        own_neutral=setup.own_neutral,
    )
    card = load_card(settings.artifact) if scored else None
    began = _begin(store, setup.goes_on_with, _new(setup, consent_at, settings, card, server_id))
    pipeline.number_from(began.track_id)
    session_id, started_at = began.session_id, began.started_at
    recorder = Recorder(store, session_id, batch_s=STORE_EVERY_S)

    def end(reason: EndReason, status: LiveStatus) -> None:
        # A closed tab is noticed half a minute late; the session ended with its last picture. The clock on
        # the wall may have been set meanwhile, so its length is by the monotonic one.
        ended_at = started_at + timedelta(seconds=status.elapsed_s - status.since_frame_s)

        def stamp() -> None:
            if status.received:
                live.markers.close(store, round((status.elapsed_s - status.since_frame_s) * 1000))
                lost = began.dropped + recorder.status().dropped_frames
                store.end_session(session_id, ended_at, reason, lost)
            else:
                began.give_up(store)

        _end_when_possible(recorder, stamp)

    live = LiveSession(
        session_id,
        pipeline,
        recorder,
        EventWriter(store, session_id),
        end,
        analysis_hz=settings.analysis_hz,
        colours={key: bgr(key) for key in KEYS},
        first_frame=began.frame,
        began_ms=began.offset_ms,
    )
    give_back_while(lambda: live.end_reason is None)
    return live


@dataclass(frozen=True)
class _Began:
    """A session's row, and where in it frames, tracks and clock begin; `ended`: how it had ended before."""

    session_id: int
    started_at: datetime
    frame: int = 0
    track_id: int = 1
    offset_ms: int = 0
    dropped: int = 0
    ended: tuple[datetime, str] | None = None

    def give_up(self, store: Store) -> None:
        """No picture ever came: nothing is kept of a new session, and one that was cut off ends as it had."""
        if self.ended is None:
            store.delete_session(self.session_id)
        else:
            store.end_session(self.session_id, *self.ended, self.dropped)


def _begin(store: Store, goes_on_with: int | None, new: NewSession) -> _Began:
    if goes_on_with is None:
        return _Began(store.start_session(new), new.started_at)
    old = store.go_on(goes_on_with, new.started_at, new.model_sha256, new.server_id)
    return _Began(
        goes_on_with,
        old.started_at,
        old.frame,
        old.track_id,
        old.offset_ms,
        old.dropped,
        (old.ended_at, old.end_reason),
    )


def _new(
    setup: Setup, consent_at: datetime, settings: Settings, card: ModelCard | None, server_id: str | None
) -> NewSession:
    return NewSession(
        title=setup.title,
        kind=setup.kind,
        purpose=setup.purpose,
        region=setup.region,
        ground=setup.ground,
        consent_at=consent_at,
        consent_text=setup.consent_text,
        source=setup.source,
        started_at=datetime.now(UTC),
        model_name=card.name if card else PRESENCE_ONLY,
        model_sha256=card.files[card.runtime_file] if card else "",
        analysis_hz=settings.analysis_hz,
        detector=settings.detector,
        series=setup.series,
        server_id=server_id,
        own_neutral=setup.own_neutral and card is not None,
        sound=setup.sound and card is not None,
    )


def _ended(recorder: Recorder, stamp: Callable[[], None]) -> bool:
    """Stamp the end once everything is stored or given up; False when that cannot be done now."""
    if not recorder.status().finished:
        return False
    try:
        stamp()
    except SessionNotFoundError:
        return True
    except DatabaseError as error:
        LOGGER.warning("the end of a session could not be stored yet: %s", error)
        return False
    return True


def _end_when_possible(recorder: Recorder, stamp: Callable[[], None]) -> None:
    for _ in range(STAMP_TRIES):
        if _ended(recorder, stamp):
            return
        time.sleep(STAMP_EVERY_S)
    LOGGER.error("a session ended without its stamp; it will be closed as interrupted")
