"""A session on the Live page: the stream, what stands beside and below it, and its end."""

import streamlit as st

from dashboard.camera_watch import watch_camera
from dashboard.host import Host
from dashboard.live_notes import waiting_note
from dashboard.live_panel import show_charts, show_note, show_state, show_summary
from dashboard.settings import Settings
from dashboard.stream import open_stream
from dashboard.wording import escaped
from db.errors import DatabaseError
from model.errors import ModelError


def show_session(here: Host, chosen: Settings) -> None:
    """Draw the session of this tab in its present state. Call on every run of the page."""
    if here.live is not None and here.live.end_reason is not None:
        _show_end(here)
        return
    picture, beside = st.columns(2, gap="medium")
    with picture:
        key = f"stream-{here.attempt}"
        state = open_stream(key, here.on_frame, here.on_ended, here.on_error, chosen.ice_servers)
        here.refusal = watch_camera(f"watch-{here.attempt}") or here.refusal
    try:
        here.follow(state.playing, state.signalling)
    except (DatabaseError, ModelError) as error:
        beside.error(f"The session cannot start: {escaped(str(error))}")
        beside.button("Try again", icon=":material/refresh:")
        return
    if here.live is not None and here.live.end_reason is not None:
        st.rerun()
    with beside:
        if here.live is None and not (state.playing or state.signalling):
            _show_before_start(here)
        _redraw_state(here, chosen.frame_wait_s)
    _redraw_charts(here)


@st.fragment(run_every=1.0)
def _redraw_state(here: Host, frame_wait_s: float) -> None:
    if note := waiting_note(here.waiting_s(), frame_wait_s):
        show_note(note)
    if here.live is None or here.setup is None:
        return
    status = here.live.status()
    if status.end_reason is not None:
        st.rerun()
    show_state(status, here.setup.expressions_allowed)


@st.fragment(run_every=1.0)
def _redraw_charts(here: Host) -> None:
    if here.live is not None and here.setup is not None and here.setup.expressions_allowed:
        show_charts(here.live.status())


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
