"""Composition root: builds the real collaborators; the only cache_resource and session_state."""

import atexit
import logging
import threading
import time
import weakref
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st
from sqlalchemy import Engine
from streamlit import config

from dashboard.connection.check import ConnectionCheck
from dashboard.consent import Setup
from dashboard.errors import DashboardError, SettingsError
from dashboard.front_door import LOCAL as LOCAL_NAMES
from dashboard.live.tab import LiveTab
from dashboard.servers.heart import Heart
from dashboard.servers.load import LoadMeter
from dashboard.settings import Settings, load_settings
from dashboard.sign_in.identity import Identities
from dashboard.sign_in.rules import NOT_LOCAL
from dashboard.upkeep.threads import Upkeep
from db.access import LOCAL, Sessions, Who
from db.engine import open_database
from db.errors import DatabaseError
from db.store import EndReason, Store

if TYPE_CHECKING:
    from dashboard.explain.explainer import Explainer
    from dashboard.markers.desk import MarkerDesk
    from dashboard.recordings.tab import RecordingsTab
    from dashboard.running.session import LiveSession
    from dashboard.servers.followed import Elsewhere, FollowedSession

LOGGER = logging.getLogger(__name__)

_running: "weakref.WeakSet[LiveSession]" = weakref.WeakSet()
_recordings: "weakref.WeakSet[RecordingsTab]" = weakref.WeakSet()
_running_lock = threading.Lock()
_behind: list[Upkeep | Heart] = []
"""What goes on behind the pages, in the order in which it began."""
END_S = 20.0
"""So long the program's own end waits for its sessions to be stored."""


@st.cache_resource(show_spinner=False)
def settings() -> Settings:
    return load_settings()


@st.cache_resource(show_spinner=False)
def database() -> Engine:
    """The one engine of this server, migrated."""
    return open_database(settings().database_url, settings().archive_folder)


@st.cache_resource(show_spinner=False)
def start_upkeep() -> Upkeep:
    """Begins what goes on behind the pages, once; it ends with the server, and running sessions do."""
    begun = Upkeep(database(), settings(), _running_ids, heart())
    begun.start()
    _behind.append(begun)
    atexit.register(end_all)
    return begun


@st.cache_resource(show_spinner=False)
def heart() -> Heart:
    """Tells those that share the database that this server is alive."""
    meter = LoadMeter(running, full_at=settings().full_at)
    begun = Heart(database(), _running_ids, meter, settings().server_url or None)
    _behind.append(begun)
    begun.start()
    return begun


@st.cache_resource(show_spinner=False)
def elsewhere() -> "Elsewhere":
    """The sessions that run on other servers."""
    from dashboard.servers.followed import Elsewhere  # brings pandas, which the first page does not need

    return Elsewhere(database(), heart().server_id)


def watched() -> "list[LiveSession | FollowedSession]":
    """The sessions that run on this server and, while the database can be read, on the others."""
    try:
        return [*running(), *elsewhere().sessions()]
    except (DashboardError, DatabaseError):
        return [*running()]


@st.cache_resource(show_spinner=False)
def identities() -> Identities:
    """Tells whose request or tab it is."""
    return Identities(settings(), database)


def who(*, anew: bool = False) -> Who:
    """Whose browser tab this is: asked once a run (`anew`) and when other cookies come, never by every part
    of a page. Raises DatabaseError."""
    asked = identities()
    if not asked.are_asked:
        return LOCAL
    came = (dict(st.context.cookies), asked.named_by(st.context.headers))
    kept: tuple[object, Who] | None = st.session_state.get("who")
    if anew or kept is None or kept[0] != came:
        kept = st.session_state["who"] = came, asked.who(st.context.cookies, st.context.headers)
    return kept[1]


def sessions() -> Sessions:
    """What whoever looks at this tab may see: the only way from a page to a session."""
    return Sessions(database(), who())


def store() -> Store:
    """Writes for whoever looks at this tab."""
    return Store(database(), who())


def start_up_problem() -> str | None:
    """A sentence about settings or database that keeps every page from working, or None: then upkeep runs."""
    try:
        if settings().user_header and (address := config.get_option("server.address")) not in LOCAL_NAMES:
            raise SettingsError(NOT_LOCAL.format(address))
        start_upkeep()
    except (DashboardError, DatabaseError) as error:
        LOGGER.error("cannot start: %s", error)
        return str(error)
    return None


@st.cache_resource(show_spinner=False, max_entries=2)
def explainer(artifact: Path, sha256: str) -> "Explainer":  # noqa: ARG001  a changed network is another entry
    """Detector and network for single photos, loaded with the first. Raises ModelError."""
    from dashboard.explain.explainer import open_explainer

    return open_explainer(settings().detector, artifact)


def live_tab() -> LiveTab:
    """What this browser tab is doing on the Live page."""
    if "live_tab" not in st.session_state:
        st.session_state["live_tab"] = LiveTab(_open_live)
    found: LiveTab = st.session_state["live_tab"]
    return found


def recordings_tab() -> "RecordingsTab":
    """What this browser tab does on the Recordings page."""
    from dashboard.recordings.tab import RecordingsTab

    if "recordings_tab" not in st.session_state:
        made = st.session_state["recordings_tab"] = RecordingsTab()
        with _running_lock:
            _recordings.add(made)
    found: RecordingsTab = st.session_state["recordings_tab"]
    return found


def connection_check() -> ConnectionCheck:
    """What this browser tab checks on the Connection page."""
    if "connection" not in st.session_state:
        st.session_state["connection"] = ConnectionCheck()
    found: ConnectionCheck = st.session_state["connection"]
    return found


def marker_desk(session_id: int) -> "MarkerDesk":
    """Where a session's markers are changed: the running session's own desk, else one of this browser tab,
    which knows what can be undone."""
    from dashboard.markers.desk import MarkerDesk

    if (live := running_here(session_id)) is not None:
        return live.markers
    key = f"marker-desk-{session_id}"
    if key not in st.session_state:
        st.session_state[key] = MarkerDesk(session_id)
    found: MarkerDesk = st.session_state[key]
    return found


def _open_live(setup: Setup, consent_at: datetime) -> "LiveSession":
    # Perception brings OpenCV and the networks' runtime, which the first page does not need.
    from dashboard.running.opening import open_live

    live = open_live(setup, consent_at, settings(), store(), heart().server_id)
    with _running_lock:
        _running.add(live)
    return live


def running() -> "list[LiveSession]":
    """The sessions that run on this server now. Call from any thread."""
    return [live for live in _opened() if live.end_reason is None]


def running_here(session_id: int) -> "LiveSession | None":
    """The session of that number, if it runs on this server."""
    return next((live for live in running() if live.session_id == session_id), None)


def _running_ids() -> set[int]:
    return {live.session_id for live in running()}


def _opened() -> "list[LiveSession]":
    with _running_lock:
        return list(_running)


def end_all() -> None:
    """End every session, store what waits and delete what was uploaded; what could not be stored is told in
    the log. Call from any thread, any number of times, when the program ends."""
    opened, until_s = _opened(), time.monotonic() + END_S
    for live in opened:  # all at once, then wait
        live.end(EndReason.SERVER_STOPPED)
    with _running_lock:
        recordings = list(_recordings)
    for tab in recordings:
        tab.clear()
    for live in opened:
        live.finish(EndReason.SERVER_STOPPED, max(0.1, until_s - time.monotonic()))
        _tell_lost(live)
    stop_behind()


def stop_behind() -> None:
    """End what goes on behind the pages; nothing is begun where the server ends before that."""
    while _behind:
        _behind.pop().stop()


def _tell_lost(live: "LiveSession") -> None:
    stored = live.status().recorder
    if lost := stored.queued_frames + stored.dropped_frames:
        LOGGER.error(
            "session %d: %d frames with %d observations could not be stored",
            live.session_id,
            lost,
            stored.queued_rows + stored.dropped_rows,
        )
