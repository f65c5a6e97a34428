"""The controls of a running session: what is marked, how it is read, who is who. Never redrawn by themselves.

Each is a fragment of its own; panels are filled when they are opened.
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, replace

import streamlit as st
from sqlalchemy import Engine

from dashboard import navigation
from dashboard.controls.definition import choose_definition
from dashboard.controls.people import edit_people
from dashboard.controls.thresholds import choose_thresholds
from dashboard.links import PARAMETER
from dashboard.live.markers import show_markers
from dashboard.reading import Neutral
from dashboard.running.reading import Highlights
from dashboard.running.session import LiveSession
from dashboard.wording import escaped
from db.errors import DatabaseError
from db.reports import roster
from db.store import Store

SPEAKING_HELP = (
    "Waves beside the mouth that moves most. Seen, not heard: laughing and chewing move the lips too."
)
ATTENTIVE_HELP = (
    "Brackets about whoever looked at the screen most steadily over the last seconds, among two or more."
)


def show_controls(
    live: LiveSession, expressions: bool, engine: Engine, store: Store, min_group_size: int
) -> None:
    """Markers, switches and panels; without `expressions` only markers and who is who."""
    show_markers(live, engine, store)
    if expressions:
        _view(live, min_group_size)
    with st.container(horizontal=True, gap="small", key="live-panels"):
        if expressions:
            _definition(live, store)
            _thresholds(live, store)
        _people(live, engine, store)
        st.link_button(
            "Presenter",
            f"{navigation.PRESENTER.url}?{PARAMETER}={live.session_id}",
            icon=navigation.PRESENTER.icon,
            help="Large figures for a second screen, in a new tab.",
        )


@st.fragment
def _view(live: LiveSession, min_group_size: int) -> None:
    key = live.session_id
    with st.container(horizontal=True, gap="medium", key="live-switches"):
        speaking = st.toggle("Mark who speaks", key=f"mark-speaking-{key}", help=SPEAKING_HELP)
        attentive = st.toggle("Mark the most attentive", key=f"mark-attentive-{key}", help=ATTENTIVE_HELP)
        group_only = st.toggle(
            "Group only",
            key=f"group-only-{key}",
            help="Hides individuals here and on the video, and the group's line with fewer than "
            f"{min_group_size} usable people.",
        )
    live.people.highlight(Highlights(speaking, attentive))
    least_people = min_group_size if group_only else 1
    live.people.read_by(replace(live.people.reading, group_only=group_only, least_people=least_people))


@st.fragment
def _definition(live: LiveSession, store: Store) -> None:
    panel = st.popover("Engagement", icon=":material/tune:", key="panel-definition", on_change="rerun")
    if not panel.open:
        return
    with panel:
        neutral = st.segmented_control(
            "Shown",
            list(Neutral),
            default=live.people.reading.neutral,
            required=True,
            format_func=lambda one: str(one)[:1].upper() + str(one)[1:],
            key=f"neutral-{live.session_id}",
            help="Faces differ at rest. A change from a person's own neutral says more than the value.",
        )
        live.people.read_by(replace(live.people.reading, neutral=neutral))
        chosen = choose_definition(live.people.reading, f"{live.session_id}")
        if chosen is None:
            return
        definition, weights = chosen
        live.people.read_by(replace(live.people.reading, definition=definition, weights=weights))
        _stored(lambda: store.set_engagement(live.session_id, definition.name, weights))
        st.rerun(scope="fragment")


@st.fragment
def _thresholds(live: LiveSession, store: Store) -> None:
    panel = st.popover("Notes", icon=":material/notifications:", key="panel-notes", on_change="rerun")
    if not panel.open:
        return
    with panel:
        thresholds = choose_thresholds(live.people.reading.thresholds, f"{live.session_id}")
        if thresholds is None:
            return
        live.people.read_by(replace(live.people.reading, thresholds=thresholds))
        _stored(lambda: store.set_thresholds(live.session_id, asdict(thresholds)))


@st.fragment
def _people(live: LiveSession, engine: Engine, store: Store) -> None:
    panel = st.popover("People", icon=":material/group:", key="panel-people", on_change="rerun")
    if not panel.open:
        return
    now = live.people.now()
    here = {person for seen in now.seen if (person := now.person(seen)) is not None}
    with panel:
        if edit_people(engine, store, live.session_id, here, now.offset_ms + 1):
            with suppress(DatabaseError):  # it is stored; the state beside the stream reads it again
                live.people.follow(roster(engine, live.session_id))
            st.rerun(scope="fragment")


def _stored(write: Callable[[], None]) -> None:
    """What is chosen holds at once; a database that cannot take it is named."""
    try:
        write()
    except DatabaseError as error:
        st.warning(f"This holds now but could not be stored with the session: {escaped(str(error))}")
