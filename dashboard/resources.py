"""Composition root: builds the real collaborators; the only cache_resource and session_state."""

import atexit
import logging
import threading
import weakref
from datetime import UTC, datetime, timedelta

import streamlit as st
from sqlalchemy import Engine

from dashboard.consent import CONSENT_TEXT, Setup
from dashboard.errors import DashboardError
from dashboard.host import Host
from dashboard.live import LiveSession, LiveStatus
from dashboard.palette import KEYS, bgr
from dashboard.recorder import Recorder
from dashboard.retention import Retention
from dashboard.settings import Settings, load_settings
from db.engine import open_database
from db.errors import DatabaseError
from db.store import EndReason, NewSession, Store
from model.card import load_card
from model.pipeline import make_pipeline

LOGGER = logging.getLogger(__name__)
PRESENCE_ONLY = "presence only"
# A score is on disk well before the next one is due; a transaction costs about a millisecond.
STORE_EVERY_S = 0.05
TIDY_EVERY_S = 15.0

_running: weakref.WeakSet[LiveSession] = weakref.WeakSet()


@st.cache_resource(show_spinner=False)
def settings() -> Settings:
    return load_settings()


@st.cache_resource(show_spinner=False)
def database() -> Engine:
    """The one engine of this server, migrated; retention runs from here on."""
    engine = open_database(settings().database_url)
    retention = Retention(Store(engine), settings().retention_days or None)
    stop = threading.Event()
    threading.Thread(
        target=retention.run, args=(stop,), kwargs={"every_s": TIDY_EVERY_S}, name="retention", daemon=True
    ).start()
    atexit.register(_end_all)
    atexit.register(stop.set)
    return engine


def store() -> Store:
    return Store(database())


def start_up_problem() -> str | None:
    """A sentence about settings or database that keeps every page from working, or None."""
    try:
        database()
    except (DashboardError, DatabaseError) as error:
        LOGGER.error("cannot start: %s", error)
        return str(error)
    return None


def host() -> Host:
    """What this browser tab is doing on the Live page."""
    if "host" not in st.session_state:
        st.session_state["host"] = Host(open_live)
    found: Host = st.session_state["host"]
    return found


def open_live(setup: Setup, consent_at: datetime) -> LiveSession:
    """Begin a session: its row, its recorder, its pipeline. Raises DatabaseError or ModelError."""
    chosen, keeper = settings(), store()
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

    live = LiveSession(
        session_id,
        pipeline,
        Recorder(keeper, session_id, batch_s=STORE_EVERY_S),
        end,
        analysis_hz=chosen.analysis_hz,
        colours={key: bgr(key) for key in KEYS},
    )
    _running.add(live)
    return live


def _end_all() -> None:
    for live in list(_running):
        live.finish(EndReason.INTERRUPTED)
