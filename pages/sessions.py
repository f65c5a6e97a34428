"""The list of recorded sessions: search, open, rename, delete."""

from datetime import UTC, datetime

import streamlit as st

from dashboard import navigation
from dashboard.links import PARAMETER, link, target, whole_number
from dashboard.resources import database, store
from dashboard.sessions.cards import show_card
from dashboard.sessions.demo import write_demo
from dashboard.wording import escaped
from db.reports import count_sessions, list_sessions

PAGE_SIZE, MOST_PAGES = 20, 999


def make_demo() -> None:
    with st.spinner("Making a demo session"):
        session_id = write_demo(store(), datetime.now(UTC))
    st.switch_page(target(navigation.REPORT), query_params={PARAMETER: str(session_id)})


st.title("Sessions")
search = st.text_input(
    "Search", placeholder="Title or kind of session", icon=":material/search:", label_visibility="collapsed"
)
pages = st.query_params.get("pages", "")
shown = PAGE_SIZE * min(whole_number(pages) or 1, MOST_PAGES)
sessions = list_sessions(database(), search=search, limit=max(shown, PAGE_SIZE))
every = count_sessions(database(), search=search)

if not sessions and search.strip():
    st.info(
        f"No session has {escaped(repr(search.strip()))} in its title or kind.",
        icon=":material/search_off:",
    )
    st.stop()

if not sessions:
    with st.container(border=True):
        st.subheader("Nothing is recorded yet")
        st.write(
            "Sessions appear here as soon as they start. To see what a report looks like, make a demo "
            "session: twenty minutes of six people, made by code and marked as a demo everywhere."
        )
        with st.container(horizontal=True):
            if st.button("Make a demo session", type="primary", icon=":material/auto_awesome:"):
                make_demo()
            link(navigation.LIVE, "Start a live session")
    st.stop()

st.caption(f"{every:,} sessions, newest first" if every > 1 else "1 session")
for session in sessions:
    show_card(session, store())

if every > len(sessions) and st.button(f"Show more ({every - len(sessions):,} left)", width="stretch"):
    st.query_params["pages"] = str(max(shown, PAGE_SIZE) // PAGE_SIZE + 1)
    st.rerun()

if not any(session.is_demo for session in sessions) and not search:
    st.divider()
    if st.button("Add a demo session", type="tertiary", icon=":material/auto_awesome:"):
        make_demo()
