"""The live page: set up, watch, stop."""

import streamlit as st

from dashboard.camera_watch import watch_camera
from dashboard.live_form import ask_setup
from dashboard.live_notes import waiting_note
from dashboard.live_panel import show_charts, show_note, show_state, show_summary
from dashboard.resources import host, settings
from dashboard.stream import open_stream
from dashboard.wording import escaped
from db.errors import DatabaseError
from model.errors import ModelError

here = host()

if here.setup is None:
    st.title("Live")
    if answers := ask_setup():
        here.agree(answers)
        st.rerun()
    st.stop()

st.header(escaped(here.setup.title))

if here.live is not None and here.live.end_reason is not None:
    show_summary(here.live.status(), here.live.session_id)
    if st.button("Start another session", icon=":material/restart_alt:"):
        here.reset()
        st.rerun()
    st.stop()

picture, beside = st.columns(2, gap="medium")
below = st.container()
with picture:
    here.refusal = watch_camera(f"watch-{here.attempt}") or here.refusal
    state = open_stream(
        f"stream-{here.attempt}", here.on_frame, here.on_ended, here.on_error, settings().ice_servers
    )
try:
    here.follow(state.playing, state.signalling)
except (DatabaseError, ModelError) as error:
    beside.error(f"The session cannot start: {error}")
    beside.button("Try again", icon=":material/refresh:")
    st.stop()
if here.live is not None and here.live.end_reason is not None:
    st.rerun()


@st.fragment(run_every=1.0)
def redraw_state() -> None:
    if here.live is None or here.setup is None:
        if note := waiting_note(here.waiting_s(), settings().frame_wait_s):
            show_note(note)
        return
    status = here.live.status()
    if status.end_reason is not None:
        st.rerun()
    show_state(status, here.setup.expressions_allowed)
    if note := waiting_note(here.waiting_s(), settings().frame_wait_s):
        show_note(note)


@st.fragment(run_every=1.0)
def redraw_charts() -> None:
    if here.live is not None and here.setup is not None and here.setup.expressions_allowed:
        show_charts(here.live.status())


with beside:
    if here.live is None and not (state.playing or state.signalling):
        if here.refusal:
            st.error(here.refusal)
        st.write("Press START and allow the camera. Analysis begins with the picture.")
        if st.button("Change the set-up", icon=":material/arrow_back:"):
            here.reset()
            st.rerun()
    redraw_state()
with below:
    redraw_charts()
