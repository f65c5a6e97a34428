"""A session on the Live page, on one screen: bar, picture, number and line, people, markers; and its end."""

from contextlib import suppress

import streamlit as st
from sqlalchemy import Engine

from dashboard.consent import Source
from dashboard.links import link
from dashboard.live.bar import DOT, ask_stop
from dashboard.live.ended import show_end
from dashboard.live.markers import show_markers
from dashboard.live.more import Around, show_more
from dashboard.live.panel import show_machine, show_note, show_notice, show_now
from dashboard.live.screen import LOOKS, bar_html
from dashboard.live.stage import Stage, stage
from dashboard.live.tab import LiveTab, TabNow
from dashboard.live.who import figures_of, show_who
from dashboard.navigation import CONNECTION
from dashboard.running.notes import Note, source_note, waiting_note
from dashboard.settings import Settings
from dashboard.voting.host import show_standing
from dashboard.wording import escaped
from db.errors import DatabaseError
from db.reports import roster
from db.store import Store

BEFORE = {
    False: "Press START and allow the camera.",
    True: (
        "Press START and choose the meeting's tab, window or screen in the browser's picker. You may then "
        "work elsewhere; what is minimised cannot be seen."
    ),
}


def show_session(tab: LiveTab, settings: Settings, engine: Engine, store: Store, origin: str) -> None:
    """Draw the session of this tab in its present state. Call on every run of the page. `origin`: where
    people reach this server."""
    drawn, now = stage(), tab.now()
    if drawn is None:
        show_end(tab, now, engine, store, settings.min_group_size)
        return
    st.html(LOOKS + DOT)
    if drawn.trouble is not None:
        drawn.beside.error(f"The session cannot start: {escaped(drawn.trouble)}")
        drawn.beside.button("Try again", icon=":material/refresh:")
        return
    if now.live is None or now.setup is None:
        _show_before(tab, now, drawn, settings.frame_wait_s)
        return
    with drawn.head:
        _redraw_bar(tab, engine, store, settings.frame_wait_s)
    with drawn.beside:
        _redraw_now(tab)
        show_who(tab, now.live, engine, store)
        show_standing(now.live, engine)
    show_markers(now.live, engine, store)
    scored = now.setup.expressions_allowed
    least = settings.min_group_size
    around = Around(engine, store, origin, least)
    show_more(tab, now.live, around, expressions=scored)


@st.fragment(run_every=1.0)
def _redraw_bar(tab: LiveTab, engine: Engine, store: Store, frame_wait_s: float) -> None:
    """Title, time, people, the machine, STOP; and below, what is not as it should be."""
    now = tab.now()
    if now.live is None or now.setup is None:
        return
    with suppress(DatabaseError):  # who is who may have been said on another page; next second again
        now.live.people.follow(roster(engine, now.live.session_id))
    status = now.live.status()
    # Markers that waited are tried again once frames are stored again; else every redraw would wait, too.
    caught_up = status.recorder.error is None and now.live.markers.catch_up(store)
    if status.end_reason is not None or caught_up:
        st.rerun()
    lost = source_note(now.wait_left_s(), now.source)
    lost = lost or waiting_note(now.waiting_s(), frame_wait_s, shared=_is_shared(now))
    with st.container(horizontal=True, vertical_alignment="center", key="live-bar-now"):
        st.html(bar_html(now.setup.title, status, waiting=lost is not None), width="stretch")
        show_machine(status)
        with st.container(key="live-stop", width="content"):
            if ask_stop(tab, f"stop-{now.attempt}"):
                st.rerun()
    if lost is None and now.refusal:
        lost = Note("warning", f"{now.refusal} The session goes on with the source it had.")
    if lost is None and now.unheard:
        lost = Note("warning", now.unheard)
    scored = now.setup.expressions_allowed
    show_notice(status, lost, scored=scored, shared=_is_shared(now))


@st.fragment(run_every=1.0)
def _redraw_now(tab: LiveTab) -> None:
    now = tab.now()
    if now.live is not None:
        status = now.live.status()
        show_now(status, figures_of(now, status))


def _is_shared(now: TabNow) -> bool:
    agreed = now.setup.source if now.setup is not None else Source.CAMERA
    return (now.source or agreed) is not Source.CAMERA


def _show_before(tab: LiveTab, now: TabNow, drawn: Stage, frame_wait_s: float) -> None:
    assert now.setup is not None
    drawn.head.title(escaped(now.setup.title), anchor=False)
    with drawn.beside:
        _redraw_waiting(tab, frame_wait_s)
        if drawn.stream.playing or drawn.stream.signalling:
            return
        shared = _is_shared(now)
        if now.refusal:
            icon = "stop_screen_share" if shared else "videocam_off"
            st.error(now.refusal, icon=f":material/{icon}:")
        st.write(BEFORE[shared])
        if st.button("Change the set-up", icon=":material/arrow_back:"):
            tab.reset()
            st.rerun()


@st.fragment(run_every=1.0)
def _redraw_waiting(tab: LiveTab, frame_wait_s: float) -> None:
    now = tab.now()
    if note := waiting_note(now.waiting_s(), frame_wait_s, shared=_is_shared(now)):
        show_note(note)
        link(CONNECTION, "Check the connection")
