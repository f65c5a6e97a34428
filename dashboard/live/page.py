"""A session on the Live page: what stands beside and below the stream, and its end."""

from contextlib import suppress

import streamlit as st
from sqlalchemy import Engine

from dashboard.consent import Source
from dashboard.links import link
from dashboard.live.controls import show_controls
from dashboard.live.panel import show_charts, show_note, show_people, show_state, show_summary
from dashboard.live.stage import Stage, stage
from dashboard.live.tab import Host
from dashboard.navigation import CONNECTION
from dashboard.running.figures import LiveFigures, live_figures
from dashboard.running.notes import Note, source_note, waiting_note
from dashboard.running.status import LiveStatus
from dashboard.settings import Settings
from dashboard.wording import escaped
from db.errors import DatabaseError
from db.reports import roster
from db.store import Store

CHARTS_EVERY_S = 5.0
"""What a minute and five minutes were made of. Every second they were a quarter of the browser work: 44 % of
a core instead of 34 with 25 people, and on one machine that delays the analysis."""

BEFORE = {
    False: "Press START and allow the camera. Analysis begins with the picture.",
    True: (
        "Press START and choose the meeting's tab or window in the browser's picker, or the whole screen. "
        "Analysis begins with the picture; you may then work elsewhere. Keep the shared window open: what is "
        "minimised cannot be seen."
    ),
}


def show_session(here: Host, chosen: Settings, engine: Engine, keeper: Store) -> None:
    """Draw the session of this tab in its present state. Call on every run of the page."""
    drawn = stage()
    if drawn is None:
        _show_end(here)
        return
    if drawn.trouble is not None:
        drawn.beside.error(f"The session cannot start: {escaped(drawn.trouble)}")
        drawn.beside.button("Try again", icon=":material/refresh:")
        return
    if here.live is not None and here.setup is not None:
        # Outside of what is redrawn every second, so that nobody types into a field that goes away.
        with drawn.picture:
            show_controls(here.live, here.setup.expressions_allowed, engine, keeper, chosen.min_group_size)
    with drawn.beside:
        _show_before_start(here, drawn)
        _redraw_state(here, engine, keeper, chosen.frame_wait_s)
    _redraw_people(here)
    _redraw_charts(here)


@st.fragment(run_every=1.0)
def _redraw_state(here: Host, engine: Engine, keeper: Store, frame_wait_s: float) -> None:
    if note := waiting_note(here.waiting_s(), frame_wait_s, shared=_is_shared(here)):
        show_note(note)
        link(CONNECTION, "Check the connection")
    if here.live is None or here.setup is None:
        return
    with suppress(DatabaseError):  # who is who may have been said on another page; next second again
        here.live.people.follow(roster(engine, here.live.session_id))
    status = here.live.status()
    # Markers that waited are tried again once frames are stored again; else every redraw would wait, too.
    caught_up = status.recorder.error is None and here.live.markers.catch_up(keeper)
    if status.end_reason is not None or caught_up:
        st.rerun()
    if note := source_note(here.wait_left_s(), here.source):
        show_note(note)
        if st.button("End the session", icon=":material/stop_circle:", key=f"end-{here.attempt}"):
            here.stop()
            st.rerun()
    elif here.refusal:
        show_note(Note("warning", f"{here.refusal} The session goes on with the source it had."))
    show_state(status, _figures(here, status), shared=_is_shared(here))


@st.fragment(run_every=1.0)
def _redraw_people(here: Host) -> None:
    if here.live is None:
        return
    status = here.live.status()
    show_people(status, _figures(here, status))


@st.fragment(run_every=CHARTS_EVERY_S)
def _redraw_charts(here: Host) -> None:
    if here.live is None or here.setup is None or not here.setup.expressions_allowed:
        return
    show_charts(here.live.status())


def _figures(here: Host, status: LiveStatus) -> LiveFigures | None:
    """Engagement, or None where only presence may be counted."""
    allowed = here.setup is not None and here.setup.expressions_allowed
    return live_figures(status.people) if allowed else None


def _is_shared(here: Host) -> bool:
    chosen = here.setup.source if here.setup is not None else Source.CAMERA
    return (here.source or chosen) is not Source.CAMERA


def _redraw_end(here: Host) -> None:
    if here.live is not None:
        show_summary(here.live.status(), here.live.session_id, here.source)


def _show_before_start(here: Host, drawn: Stage) -> None:
    if here.live is not None or drawn.stream.playing or drawn.stream.signalling:
        return
    shared = _is_shared(here)
    if here.refusal:
        icon = "stop_screen_share" if shared else "videocam_off"
        st.error(here.refusal, icon=f":material/{icon}:")
    st.write(BEFORE[shared])
    if st.button("Change the set-up", icon=":material/arrow_back:"):
        here.reset()
        st.rerun()


def _show_end(here: Host) -> None:
    assert here.live is not None and here.setup is not None
    here.end_was_seen = True
    st.header(escaped(here.setup.title), anchor=False)
    # What still waits for a locked database is stored, or given up, within a minute or so.
    waiting = not here.live.status().recorder.finished
    st.fragment(_redraw_end, run_every=1.0 if waiting else None)(here)
    if st.button("Start another session", icon=":material/restart_alt:"):
        here.reset()
        st.rerun()
