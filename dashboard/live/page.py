"""A session on the Live page: what stands beside and below the stream, and its end."""

from contextlib import suppress

import streamlit as st
from sqlalchemy import Engine

from dashboard.consent import Source
from dashboard.links import link
from dashboard.live.controls import show_controls
from dashboard.live.panel import show_charts, show_note, show_people, show_state, show_summary
from dashboard.live.stage import Stage, stage
from dashboard.live.tab import LiveTab
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


def show_session(tab: LiveTab, chosen: Settings, engine: Engine, keeper: Store) -> None:
    """Draw the session of this tab in its present state. Call on every run of the page."""
    drawn = stage()
    if drawn is None:
        _show_end(tab)
        return
    if drawn.trouble is not None:
        drawn.beside.error(f"The session cannot start: {escaped(drawn.trouble)}")
        drawn.beside.button("Try again", icon=":material/refresh:")
        return
    if tab.live is not None and tab.setup is not None:
        # Outside of what is redrawn every second, so that nobody types into a field that goes away.
        with drawn.picture:
            show_controls(tab.live, tab.setup.expressions_allowed, engine, keeper, chosen.min_group_size)
    with drawn.beside:
        _show_before_start(tab, drawn)
        _redraw_state(tab, engine, keeper, chosen.frame_wait_s)
    _redraw_people(tab)
    _redraw_charts(tab)


@st.fragment(run_every=1.0)
def _redraw_state(tab: LiveTab, engine: Engine, keeper: Store, frame_wait_s: float) -> None:
    if note := waiting_note(tab.waiting_s(), frame_wait_s, shared=_is_shared(tab)):
        show_note(note)
        link(CONNECTION, "Check the connection")
    if tab.live is None or tab.setup is None:
        return
    with suppress(DatabaseError):  # who is who may have been said on another page; next second again
        tab.live.people.follow(roster(engine, tab.live.session_id))
    status = tab.live.status()
    # Markers that waited are tried again once frames are stored again; else every redraw would wait, too.
    caught_up = status.recorder.error is None and tab.live.markers.catch_up(keeper)
    if status.end_reason is not None or caught_up:
        st.rerun()
    if note := source_note(tab.wait_left_s(), tab.source):
        show_note(note)
        if st.button("End the session", icon=":material/stop_circle:", key=f"end-{tab.attempt}"):
            tab.stop()
            st.rerun()
    elif tab.refusal:
        show_note(Note("warning", f"{tab.refusal} The session goes on with the source it had."))
    show_state(status, _figures(tab, status), shared=_is_shared(tab))


@st.fragment(run_every=1.0)
def _redraw_people(tab: LiveTab) -> None:
    if tab.live is None:
        return
    status = tab.live.status()
    show_people(status, _figures(tab, status))


@st.fragment(run_every=CHARTS_EVERY_S)
def _redraw_charts(tab: LiveTab) -> None:
    if tab.live is None or tab.setup is None or not tab.setup.expressions_allowed:
        return
    show_charts(tab.live.status())


def _figures(tab: LiveTab, status: LiveStatus) -> LiveFigures | None:
    """Engagement, or None where only presence may be counted."""
    allowed = tab.setup is not None and tab.setup.expressions_allowed
    return live_figures(status.people) if allowed else None


def _is_shared(tab: LiveTab) -> bool:
    chosen = tab.setup.source if tab.setup is not None else Source.CAMERA
    return (tab.source or chosen) is not Source.CAMERA


def _redraw_end(tab: LiveTab) -> None:
    if tab.live is not None:
        show_summary(tab.live.status(), tab.live.session_id, tab.source)


def _show_before_start(tab: LiveTab, drawn: Stage) -> None:
    if tab.live is not None or drawn.stream.playing or drawn.stream.signalling:
        return
    shared = _is_shared(tab)
    if tab.refusal:
        icon = "stop_screen_share" if shared else "videocam_off"
        st.error(tab.refusal, icon=f":material/{icon}:")
    st.write(BEFORE[shared])
    if st.button("Change the set-up", icon=":material/arrow_back:"):
        tab.reset()
        st.rerun()


def _show_end(tab: LiveTab) -> None:
    assert tab.live is not None and tab.setup is not None
    tab.end_was_seen = True
    st.header(escaped(tab.setup.title), anchor=False)
    # What still waits for a locked database is stored, or given up, within a minute or so.
    waiting = not tab.live.status().recorder.finished
    st.fragment(_redraw_end, run_every=1.0 if waiting else None)(tab)
    if st.button("Start another session", icon=":material/restart_alt:"):
        tab.reset()
        st.rerun()
