"""The live page: set up, watch, stop."""

import streamlit as st

from dashboard.live_form import ask_setup
from dashboard.live_notes import waiting_note
from dashboard.live_panel import show_live, show_note, show_summary, show_timeline
from dashboard.resources import host, settings
from dashboard.stream import open_stream
from db.errors import DatabaseError
from model.errors import ModelError

here = host()
st.title("Live")

if here.setup is None:
    if answers := ask_setup():
        here.agree(answers)
        st.rerun()
    st.stop()

if here.live is not None and here.live.end_reason is not None:
    show_summary(here.live.status(), here.live.session_id)
    if st.button("Start another session", icon=":material/restart_alt:"):
        here.reset()
        st.rerun()
    st.stop()

picture, figures = st.columns([3, 2], gap="medium")
with picture:
    state = open_stream(
        f"stream-{here.attempt}", here.on_frame, here.on_ended, here.on_error, settings().ice_servers
    )
below = st.container()
try:
    here.follow(state.playing, state.signalling)
except (DatabaseError, ModelError) as error:
    st.error(f"The session cannot start: {error}")
    st.stop()
if here.live is not None and here.live.end_reason is not None:
    st.rerun()


@st.fragment(run_every=1.0)
def redraw() -> None:
    if here.live is None or here.setup is None:
        if note := waiting_note(here.waiting_s(), settings().frame_wait_s):
            show_note(note)
        return
    status = here.live.status()
    if status.end_reason is not None:
        st.rerun()
    show_live(status, here.setup)
    show_timeline(status)


with figures:
    if here.live is None and not state.signalling:
        st.write("Press START and allow the camera. Analysis begins with the picture.")
        if st.button("Change the set-up", icon=":material/arrow_back:"):
            here.reset()
            st.rerun()
    redraw()
