"""A session on the Live page: what stands beside and below the stream, and its end."""

from contextlib import suppress

import streamlit as st
from sqlalchemy import Engine

from dashboard.consent import Source
from dashboard.links import link
from dashboard.live.controls import show_controls
from dashboard.live.panel import (
    show_charts,
    show_note,
    show_people,
    show_state,
    show_storing,
    show_summary,
)
from dashboard.live.stage import Stage, stage
from dashboard.live.tab import LiveTab, TabNow
from dashboard.navigation import CONNECTION
from dashboard.running.figures import LiveFigures, live_figures
from dashboard.running.notes import Note, source_note, waiting_note
from dashboard.running.session import LiveSession
from dashboard.running.status import LiveStatus
from dashboard.settings import Settings
from dashboard.wording import escaped
from db.errors import DatabaseError
from db.reports import roster
from db.store import Store

CHARTS_EVERY_S = 5.0
"""What a minute and five minutes were made of. Every second they were a quarter of the browser work: 44 % of
a core instead of 34 with 25 people, and on one machine that delays the analysis."""

STORING_EVERY_S = 0.5

BEFORE = {
    False: "Press START and allow the camera. Analysis begins with the picture.",
    True: (
        "Press START and choose the meeting's tab or window in the browser's picker, or the whole screen. "
        "Analysis begins with the picture; you may then work elsewhere. Keep the shared window open: what is "
        "minimised cannot be seen."
    ),
}


def show_session(tab: LiveTab, settings: Settings, engine: Engine, store: Store) -> None:
    """Draw the session of this tab in its present state. Call on every run of the page."""
    drawn, now = stage(), tab.now()
    if drawn is None:
        _show_end(tab, now)
        return
    if drawn.trouble is not None:
        drawn.beside.error(f"The session cannot start: {escaped(drawn.trouble)}")
        drawn.beside.button("Try again", icon=":material/refresh:")
        return
    if now.live is not None and now.setup is not None:
        # Outside of what is redrawn every second, so that nobody types into a field that goes away.
        with drawn.picture:
            show_controls(now.live, now.setup.expressions_allowed, engine, store, settings.min_group_size)
    with drawn.beside:
        _show_before_start(tab, now, drawn)
        _redraw_state(tab, engine, store, settings.frame_wait_s)
    _redraw_people(tab)
    _redraw_charts(tab)


@st.fragment(run_every=1.0)
def _redraw_state(tab: LiveTab, engine: Engine, store: Store, frame_wait_s: float) -> None:
    now = tab.now()
    if note := waiting_note(now.waiting_s(), frame_wait_s, shared=_is_shared(now)):
        show_note(note)
        link(CONNECTION, "Check the connection")
    if now.live is None or now.setup is None:
        return
    with suppress(DatabaseError):  # who is who may have been said on another page; next second again
        now.live.people.follow(roster(engine, now.live.session_id))
    status = now.live.status()
    # Markers that waited are tried again once frames are stored again; else every redraw would wait, too.
    caught_up = status.recorder.error is None and now.live.markers.catch_up(store)
    if status.end_reason is not None or caught_up:
        st.rerun()
    _show_source(tab, now)
    show_state(status, _figures(now, status), shared=_is_shared(now))


def _show_source(tab: LiveTab, now: TabNow) -> None:
    """What to do about a source that is lost, or was refused."""
    if note := source_note(now.wait_left_s(), now.source):
        show_note(note)
        if st.button("End the session", icon=":material/stop_circle:", key=f"end-{now.attempt}"):
            tab.stop()
            st.rerun()
    elif now.refusal:
        show_note(Note("warning", f"{now.refusal} The session goes on with the source it had."))


@st.fragment(run_every=1.0)
def _redraw_people(tab: LiveTab) -> None:
    now = tab.now()
    if now.live is None:
        return
    status = now.live.status()
    show_people(status, _figures(now, status))


@st.fragment(run_every=CHARTS_EVERY_S)
def _redraw_charts(tab: LiveTab) -> None:
    now = tab.now()
    if now.live is None or now.setup is None or not now.setup.expressions_allowed:
        return
    show_charts(now.live.status())


def _figures(now: TabNow, status: LiveStatus) -> LiveFigures | None:
    """Engagement, or None where only presence may be counted."""
    allowed = now.setup is not None and now.setup.expressions_allowed
    return live_figures(status.people) if allowed else None


def _is_shared(now: TabNow) -> bool:
    agreed = now.setup.source if now.setup is not None else Source.CAMERA
    return (now.source or agreed) is not Source.CAMERA


def _show_before_start(tab: LiveTab, now: TabNow, drawn: Stage) -> None:
    if now.live is not None or drawn.stream.playing or drawn.stream.signalling:
        return
    shared = _is_shared(now)
    if now.refusal:
        icon = "stop_screen_share" if shared else "videocam_off"
        st.error(now.refusal, icon=f":material/{icon}:")
    st.write(BEFORE[shared])
    if st.button("Change the set-up", icon=":material/arrow_back:"):
        tab.reset()
        st.rerun()


def _show_end(tab: LiveTab, now: TabNow) -> None:
    assert now.live is not None and now.setup is not None
    tab.see_end()
    st.header(escaped(now.setup.title), anchor=False)
    status = now.live.status()
    if status.stored:
        show_summary(status, now.live.session_id, now.source)
    else:
        _redraw_storing(now.live)
    if st.button("Start another session", icon=":material/restart_alt:"):
        tab.reset()
        st.rerun()


@st.fragment(run_every=STORING_EVERY_S)
def _redraw_storing(live: LiveSession) -> None:
    """What still waits for a locked database is stored, or given up, within a minute or so."""
    status = live.status()
    if status.stored:
        st.rerun()
    show_storing(status)
