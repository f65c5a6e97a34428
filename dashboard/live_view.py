"""A session on the Live page: the stream, what stands beside and below it, and its end."""

from contextlib import suppress

import streamlit as st
from sqlalchemy import Engine

from dashboard.camera_watch import watch_camera
from dashboard.host import Host
from dashboard.ice import rtc_configuration
from dashboard.live_controls import show_controls
from dashboard.live_figures import LiveFigures, live_figures
from dashboard.live_notes import waiting_note
from dashboard.live_panel import show_charts, show_note, show_people, show_state, show_summary
from dashboard.live_status import LiveStatus
from dashboard.settings import Settings
from dashboard.stream import open_stream
from dashboard.wording import escaped
from db.errors import DatabaseError
from db.reports import roster
from db.store import Store
from model.errors import ModelError


def show_session(here: Host, chosen: Settings, engine: Engine, keeper: Store) -> None:
    """Draw the session of this tab in its present state. Call on every run of the page."""
    if here.live is not None and here.live.end_reason is not None:
        _show_end(here)
        return
    picture, beside = st.columns(2, gap="medium")
    with picture:
        key = f"stream-{here.attempt}"
        state = open_stream(key, here.on_frame, here.on_ended, here.on_error, rtc_configuration(chosen))
        here.refusal = watch_camera(f"watch-{here.attempt}") or here.refusal
    try:
        here.follow(state.playing, state.signalling)
    except (DatabaseError, ModelError) as error:
        beside.error(f"The session cannot start: {escaped(str(error))}")
        beside.button("Try again", icon=":material/refresh:")
        return
    if here.live is not None and here.live.end_reason is not None:
        st.rerun()
    if here.live is not None and here.setup is not None:
        # Outside of what is redrawn every second, so that nobody types into a field that goes away.
        with picture:
            show_controls(here.live, here.setup.expressions_allowed, engine, keeper, chosen.min_group_size)
    with beside:
        if here.live is None and not (state.playing or state.signalling):
            _show_before_start(here)
        _redraw_state(here, engine, chosen.frame_wait_s)
    _redraw_people(here)


@st.fragment(run_every=1.0)
def _redraw_state(here: Host, engine: Engine, frame_wait_s: float) -> None:
    if note := waiting_note(here.waiting_s(), frame_wait_s):
        show_note(note)
    if here.live is None or here.setup is None:
        return
    with suppress(DatabaseError):  # who is who may have been said on another page; next second again
        here.live.people.follow(roster(engine, here.live.session_id))
    status = here.live.status()
    if status.end_reason is not None:
        st.rerun()
    show_state(status, _figures(here, status))


@st.fragment(run_every=1.0)
def _redraw_people(here: Host) -> None:
    if here.live is None:
        return
    status = here.live.status()
    figures = _figures(here, status)
    show_people(status, figures)
    if figures is not None:
        show_charts(status)


def _figures(here: Host, status: LiveStatus) -> LiveFigures | None:
    """Engagement, or None where only presence may be counted."""
    allowed = here.setup is not None and here.setup.expressions_allowed
    return live_figures(status.people) if allowed else None


def _redraw_end(here: Host) -> None:
    if here.live is not None:
        show_summary(here.live.status(), here.live.session_id)


def _show_before_start(here: Host) -> None:
    if here.refusal:
        st.error(here.refusal, icon=":material/videocam_off:")
    st.write("Press START and allow the camera. Analysis begins with the picture.")
    if st.button("Change the set-up", icon=":material/arrow_back:"):
        here.reset()
        st.rerun()


def _show_end(here: Host) -> None:
    assert here.live is not None
    # What still waits for a locked database is stored, or given up, within a minute or so.
    waiting = not here.live.status().recorder.finished
    st.fragment(_redraw_end, run_every=1.0 if waiting else None)(here)
    if st.button("Start another session", icon=":material/restart_alt:"):
        here.reset()
        st.rerun()
