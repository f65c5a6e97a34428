"""Marking a running session: buttons and keys in one row, and, apart from it, what was marked last."""

from collections.abc import Callable, Sequence
from functools import partial

import streamlit as st
from sqlalchemy import Engine
from streamlit.errors import StreamlitAPIException

from dashboard.controls.marker import ask_marker
from dashboard.live.marker_keys import ask_presses
from dashboard.markers.desk import OWN_LABEL, MarkerDesk
from dashboard.markers.keys import LABELS, OWN_KEY, presses_of
from dashboard.markers.typed import LONGEST_LABEL, told_time
from dashboard.running.session import LiveSession
from dashboard.wording import clock, counted, escaped
from db.errors import DatabaseError
from db.reports import Marker, markers
from db.store import Store

LAST_SHOWN = 6
MARKED_EVERY_S = 2.0
HELP = (
    "A key alone marks the moment you press it; with Shift it begins a stretch, or ends the one begun. "
    "Keys are left alone while you type. Markers stand on every timeline and in the exports."
)


@st.fragment
def show_markers(live: LiveSession, engine: Engine, store: Store) -> None:
    """One row of buttons, and trouble if there is any. Also in a session that counts presence only."""
    desk = live.markers
    _stored(live, engine)
    labels = {**LABELS, OWN_KEY: desk.own_label}
    now_ms = round(live.status().elapsed_s * 1000)
    since = {label: clock(one.offset_ms / 1000) for label, one in desk.running.items()}
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="live-markers"):
        told = ask_presses(f"keys-{live.session_id}", live.session_id, now_ms, labels, since)
        if desk.take(store, presses_of(told, labels, now_ms)):
            _again()
        _own_label(desk)
        _undo(desk, store)
    _show_waiting(desk, store)


@st.fragment(run_every=MARKED_EVERY_S)
def show_marked(live: LiveSession, engine: Engine, store: Store) -> None:
    """The last markers, each to be changed or deleted."""
    st.markdown("**Markers**")
    now_ms = round(live.status().elapsed_s * 1000)
    stored = _stored(live, engine)
    if not stored:
        st.markdown("Nothing is marked yet.")
    for marker in sorted(stored, key=lambda one: one.id)[: -LAST_SHOWN - 1 : -1]:
        _show_row(live, store, marker, now_ms)


def _stored(live: LiveSession, engine: Engine) -> Sequence[Marker]:
    """What is marked, shown on the timelines from now on."""
    try:
        stored = live.markers.learn(lambda: markers(engine, live.session_id))
    except DatabaseError as error:
        st.markdown(f"The markers cannot be read now: {escaped(str(error))}")
        return []
    live.people.mark(stored)
    return stored


def _show_waiting(desk: MarkerDesk, store: Store) -> None:
    if desk.problem is None:
        return
    waiting = desk.waiting
    many = counted(len(waiting), "marker is", "markers are") if waiting else "A marker was"
    kept = ", ".join(press.told for press in waiting)
    st.warning(f"{many} not stored{': ' if kept else ''}{escaped(kept)}. {escaped(desk.problem)}")
    with st.container(horizontal=True):
        if waiting and st.button("Store now", icon=":material/refresh:", key="marker-again"):
            desk.store_waiting(store)
            _again()
        if st.button("Leave out" if waiting else "Dismiss", key="marker-give-up"):
            desk.give_up_waiting()
            _again()


def _show_row(live: LiveSession, store: Store, marker: Marker, now_ms: int) -> None:
    key = f"marker-{marker.id}-{hash(marker)}"
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        note = f" · {escaped(marker.note)}" if marker.note else ""
        st.markdown(f"**{told_time(marker)}** {escaped(marker.label)}{note}", width="stretch")
        panel = st.popover("Edit", icon=":material/edit:", type="tertiary", key=key, on_change="rerun")
        if panel.open:
            with panel:
                changed = ask_marker(marker, now_ms, f"form-{key}", "Save")
            if changed:
                _do(partial(live.markers.change, store, marker, changed))
        delete = st.button(
            "Delete",
            icon=":material/delete:",
            type="tertiary",
            key=f"delete-{key}",
            help="Undo brings it back.",
        )
        if delete:
            _do(partial(live.markers.delete, store, marker))


def _undo(desk: MarkerDesk, store: Store) -> None:
    if desk.undoes is None:
        return
    if st.button(f"Undo {escaped(desk.undoes)}", icon=":material/undo:", type="tertiary", key="marker-undo"):
        _do(partial(desk.undo, store))


def _own_label(desk: MarkerDesk) -> None:
    panel = st.popover(
        "Own label",
        icon=":material/label:",
        type="tertiary",
        key="panel-own-label",
        on_change="rerun",
        help=HELP,
    )
    if not panel.open:
        return
    with panel:
        typed = st.text_input(
            f"What {OWN_KEY.upper()} marks", desk.own_label, max_chars=LONGEST_LABEL, key="own-label"
        )
    if (wanted := " ".join(typed.split()) or OWN_LABEL) != desk.own_label:
        desk.own_label = wanted
        _again()


def _do(write: Callable[[], None]) -> None:
    try:
        write()
    except DatabaseError as error:
        st.error(escaped(str(error)))
        return
    _again()


def _again() -> None:
    """Draw the markers anew: alone where they are drawn alone, else with the page."""
    try:
        st.rerun(scope="fragment")
    except StreamlitAPIException:
        st.rerun()
