"""Who is in the picture: the list of people, or, in its place, the fields to name them beside a sketch of
where they are. Neither covers the picture."""

from contextlib import suppress

import streamlit as st
from sqlalchemy import Engine

from dashboard.controls.people import edit_people
from dashboard.live.panel import show_people
from dashboard.live.sketch import sketch_html
from dashboard.live.tab import LiveTab, TabNow
from dashboard.running.figures import LiveFigures, live_figures
from dashboard.running.session import LiveSession
from dashboard.running.status import LiveStatus
from db.errors import DatabaseError
from db.reports import roster
from db.store import Store

NAMING_HELP = "Names, leaving out, merging and forgetting, in the place of this list."


@st.fragment
def show_who(tab: LiveTab, live: LiveSession, engine: Engine, store: Store) -> None:
    """The list, or its fields: outside of what is redrawn every second, so that nobody types into a field
    that goes away."""
    with st.container(horizontal=True, vertical_alignment="center", key="live-who-head"):
        st.markdown("**People**, longest away first", width="stretch")
        naming = st.toggle("Name people", key=f"naming-{live.session_id}", help=NAMING_HELP)
    with st.container(key="live-who"):
        if naming:
            _redraw_sketch(tab)
            name_people(live, engine, store)
        else:
            _redraw_people(tab)


@st.fragment
def name_people(live: LiveSession, engine: Engine, store: Store) -> None:
    """The fields of everybody who is here, and what else can be said of them."""
    now = live.people.now()
    here = {person for seen in now.seen if (person := now.person(seen)) is not None}
    over = live.end_reason is not None
    if edit_people(engine, store, live.session_id, here, None if over else now.offset_ms + 1):
        with suppress(DatabaseError):  # it is stored; the state beside the stream reads it again
            live.people.follow(roster(engine, live.session_id))
        st.rerun(scope="app" if over else "fragment")


def figures_of(now: TabNow, status: LiveStatus) -> LiveFigures | None:
    """Engagement, or None where only presence may be counted."""
    allowed = now.setup is not None and now.setup.expressions_allowed
    return live_figures(status.people) if allowed else None


@st.fragment(run_every=1.0)
def _redraw_people(tab: LiveTab) -> None:
    now = tab.now()
    if now.live is not None:
        status = now.live.status()
        show_people(status, figures_of(now, status))


@st.fragment(run_every=1.0)
def _redraw_sketch(tab: LiveTab) -> None:
    now = tab.now()
    if now.live is not None:
        status = now.live.status()
        if sketch := sketch_html(status.people, status.size_px):
            st.html(sketch)
