"""Above every page about one session: its other pages, and another session."""

import streamlit as st

from dashboard import navigation
from dashboard.controls.state import show_as, shown_by
from dashboard.links import PARAMETER, link_with, local_time
from dashboard.navigation import PageEntry
from dashboard.wording import session_title
from db.access import Sessions
from db.reports import SessionSummary

PAGES_OF_A_SESSION = (navigation.REPORT, navigation.COMPARE, navigation.EXPORT, navigation.SUMMARY)
COMPARED = "sessions"
"""What the address of the Compare page calls the sessions side by side."""
KEY = "session-bar-choice"
CHOOSABLE = 50


VIEWED = (navigation.REPORT, navigation.SUMMARY)
"""They show the same view, which the address says."""


def show_session_bar(page: PageEntry, session: SessionSummary, sessions: Sessions) -> None:
    """Links to the session's pages, the one that is open marked, and a list to go to another session."""
    st.set_page_config(page_title=f"{session_title(session)} · {page.title} · Attune")
    with st.container(key="session-bar", horizontal=True, vertical_alignment="center", gap="small"):
        for one in PAGES_OF_A_SESSION:
            if one == page:
                st.markdown(f"**{one.icon} {one.title}**", width="content")
            else:
                same_view = page in VIEWED and one in VIEWED
                query = st.query_params.to_dict() if same_view else _query(one, session.id)
                link_with(one, one.title, query, one.icon)
        _switcher(page, session, sessions)


def _query(page: PageEntry, session_id: int) -> dict[str, str]:
    return {COMPARED if page == navigation.COMPARE else PARAMETER: str(session_id)}


def _switcher(page: PageEntry, session: SessionSummary, sessions: Sessions) -> None:
    others = {one.id: one for one in sessions.listed(limit=CHOOSABLE)} | {session.id: session}
    show_as(KEY, session.id)

    def go() -> None:
        st.query_params.from_dict(_query(page, shown_by(KEY)))

    st.selectbox(
        "Another session",
        list(others),
        format_func=lambda one: f"{session_title(others[one])} ({local_time(others[one].started_at)})",
        key=KEY,
        on_change=go,
        label_visibility="collapsed",
        width=360,
    )
