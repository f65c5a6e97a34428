"""The list of recorded sessions: /sessions?kind=class&since=2026-11-01. Find, open, rename, delete."""

import streamlit as st

from dashboard import navigation
from dashboard.kept_results import overview_of
from dashboard.links import link, whole_number
from dashboard.resources import sessions as my_sessions
from dashboard.resources import settings, store
from dashboard.sessions.cards import LOOKS, Row, open_demo, show_row
from dashboard.sessions.dialogs import show_chosen
from dashboard.sessions.filters import ask_filters, filters_of, find, show_none
from dashboard.stored.series import series_of
from dashboard.wording import counted

PAGE_SIZE, MOST_PAGES = 20, 999


st.html(LOOKS)
st.title("Sessions")
asked, known = filters_of(st.query_params.to_dict()), my_sessions().labels()
if known:
    ask_filters(asked, known)
pages = st.query_params.get("pages", "")
shown = PAGE_SIZE * min(whole_number(pages) or 1, MOST_PAGES)
sessions, every = find(my_sessions(), asked, max(shown, PAGE_SIZE))

if not sessions and known:
    show_none(asked)
    st.stop()

if not sessions:
    with st.container(border=True):
        st.header("Nothing is recorded yet")
        st.write(
            "Sessions appear here as soon as they start. To see what a report looks like, make a demo: three "
            "sessions of six people, made by code and marked as a demo everywhere."
        )
        with st.container(horizontal=True):
            if st.button("Make a demo", type="primary", icon=":material/auto_awesome:"):
                open_demo(store())
            link(navigation.LIVE, "Start a live session")
            link(navigation.EXPORT, "Import a file")
    st.stop()

with st.container(horizontal=True, vertical_alignment="center"):
    st.caption(counted(every, "session", "sessions"), width="stretch")
    link(navigation.EXPORT, "Import")
# Results bring pandas, which an empty list does not need.
from dashboard.stored.overview import AMONG, less_usual  # noqa: E402

courses = {series_of(one) for one in sessions}
among = [one for one in my_sessions().own(limit=AMONG) if series_of(one) in courses]
me = my_sessions().who
mine = {one.id for one in sessions if me.owns(one.owner)}
shown_here = [one for one in sessions if one.id in mine]
overviews = {one.id: found for one in (*shown_here, *among) if (found := overview_of(one))}
above, chosen, writes = st.container(), [], store()
for session in sessions:
    row = Row(session, overviews.get(session.id), less_usual(session, overviews, among))
    if show_row(row, writes if session.id in mine else None, settings().retention_days):
        chosen.append(session)
if chosen:
    with above:
        show_chosen(chosen, store() if all(one.id in mine for one in chosen) else None)

if every > len(sessions) and st.button(f"Show more ({every - len(sessions):,} left)", width="stretch"):
    st.query_params["pages"] = str(max(shown, PAGE_SIZE) // PAGE_SIZE + 1)
    st.rerun()

if not any(session.is_demo for session in sessions) and not asked.some:
    st.divider()
    if st.button("Add a demo", type="tertiary", icon=":material/auto_awesome:"):
        open_demo(store())
