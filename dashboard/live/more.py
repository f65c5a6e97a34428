"""Everything else of a running session, behind "More": how it is read and marked, notes, expressions.

Each part is a fragment of its own; panels are filled when they are opened.
"""

from collections.abc import Callable
from dataclasses import asdict, dataclass, replace

import streamlit as st
from sqlalchemy import Engine

from dashboard import navigation
from dashboard.controls.definition import choose_definition
from dashboard.controls.thresholds import choose_thresholds
from dashboard.links import PARAMETER
from dashboard.live.markers import show_marked
from dashboard.live.panel import show_charts, show_events, why
from dashboard.live.tab import LiveTab
from dashboard.reading import Neutral
from dashboard.running.figures import live_figures
from dashboard.running.reading import Highlights
from dashboard.running.session import LiveSession
from dashboard.voting.host import show_votes_switch
from dashboard.wording import escaped
from db.errors import DatabaseError
from db.store import Store

CHARTS_EVERY_S = 5.0
"""Every second they were a quarter of the browser's work: 44 % of a core instead of 34 with 25 people, and on
one machine that delays the analysis."""
SPEAKING_HELP = (
    "Waves beside the mouth that moves most. Seen, not heard: laughing and chewing move the lips too."
)
ATTENTIVE_HELP = (
    "Brackets about whoever looked at the screen most steadily over the last seconds, among two or more."
)


@dataclass(frozen=True)
class Around:
    """What the page hands in. `origin`: where people reach this server."""

    engine: Engine
    store: Store
    origin: str
    min_group_size: int


@st.fragment
def show_more(tab: LiveTab, live: LiveSession, around: Around, *, expressions: bool) -> None:
    """Closed, it costs nothing. Without `expressions` only markers, votes and the presenter's panel are in
    it."""
    engine, store = around.engine, around.store
    more = st.expander("More", key=f"more-{live.session_id}", on_change="rerun")
    if not more.open:
        return
    with more:
        if expressions:
            _view(live, store, around.min_group_size)
        with st.container(horizontal=True, gap="small", key="live-panels"):
            if expressions:
                _definition(live, store)
                _thresholds(live, store)
            show_votes_switch(live, engine, store, around.origin)
            st.link_button(
                "Presenter",
                f"{navigation.PRESENTER.url}?{PARAMETER}={live.session_id}",
                icon=navigation.PRESENTER.icon,
                help="Large figures for a second screen, in a new tab.",
            )
        noted, marked = st.columns(2, gap="large")
        with marked:
            show_marked(live, engine, store)
        if expressions:
            with noted:
                _redraw_notes(tab)
            _redraw_charts(tab)


@st.fragment(run_every=1.0)
def _redraw_notes(tab: LiveTab) -> None:
    if (live := tab.now().live) is not None:
        status = live.status()
        st.markdown(escaped(why(live_figures(status.people))))
        show_events(status)


@st.fragment(run_every=CHARTS_EVERY_S)
def _redraw_charts(tab: LiveTab) -> None:
    if (live := tab.now().live) is not None:
        show_charts(live.status())


@st.fragment
def _view(live: LiveSession, store: Store, min_group_size: int) -> None:
    key = live.session_id
    with st.container(horizontal=True, gap="medium", key="live-switches"):
        speaking = st.toggle("Mark who speaks", key=f"mark-speaking-{key}", help=SPEAKING_HELP)
        attentive = st.toggle("Mark the most attentive", key=f"mark-attentive-{key}", help=ATTENTIVE_HELP)
        group_only = st.toggle(
            "Group only",
            live.people.reading.group_only,
            key=f"group-only-{key}",
            help="Hides individuals here and on the video, and the group's line with fewer than "
            f"{min_group_size} usable people.",
        )
    live.people.highlight(Highlights(speaking, attentive))
    least_people, was = min_group_size if group_only else 1, live.people.reading.group_only
    live.people.read_by(replace(live.people.reading, group_only=group_only, least_people=least_people))
    if group_only != was:  # panels on other servers shall not be less strict
        _stored(lambda: store.set_group_only(key, least_people if group_only else None))


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


def _stored(write: Callable[[], None]) -> None:
    """What is chosen holds at once; a database that cannot take it is named."""
    try:
        write()
    except DatabaseError as error:
        st.warning(f"This holds now but could not be stored with the session: {escaped(str(error))}")
