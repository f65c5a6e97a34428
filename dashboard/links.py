"""Where the pages are, and which session a page is about: the selection lives in the URL."""

from collections.abc import Mapping
from datetime import date, datetime, time
from typing import NoReturn
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import streamlit as st

from dashboard import navigation
from dashboard.navigation import PageEntry
from dashboard.settings import ROOT
from dashboard.wording import escaped, session_title
from db.access import Access, Sessions, Who
from db.errors import SessionNotFoundError
from db.reports import SessionSummary
from db.rights.audit import OPENED

PARAMETER = "session"
FROM, TO, DEFINITION, PERSON, GROUP = "from", "to", "definition", "person", "group"
"""What addresses call the session, its range in seconds, and how it is read."""
DIGITS = 9
"""More than any session has seconds; longer numbers are no numbers."""
NO_SESSION = 0
MISSING = ":material/search_off:"


def target(page: PageEntry) -> str:
    """What st.page_link and st.switch_page take for a page."""
    return str(ROOT / page.path)


def link(page: PageEntry, label: str, session_id: int | None = None) -> None:
    """A link to a page, about a session if one is given."""
    link_with(page, label, {} if session_id is None else {PARAMETER: str(session_id)}, page.icon)


def link_with(page: PageEntry, label: str, query: Mapping[str, str], icon: str = "") -> None:
    """A link to a page with all that its address shall say."""
    st.page_link(target(page), label=label, icon=icon, query_params=dict(query))


def started_of_day_ms(moment: datetime) -> int:
    """The time of day of an instant, in ms since midnight, by the same clock."""
    seen = moment.astimezone(_zone())
    return ((seen.hour * 60 + seen.minute) * 60 + seen.second) * 1000 + seen.microsecond // 1000


def local_time(moment: datetime, *, near: bool = False) -> str:
    """An instant as the clock on the wall of the person who looks: 21 Nov 2026, 14:05; `near`: without this
    year."""
    seen = moment.astimezone(_zone())
    this_year = seen.year == datetime.now(_zone()).year
    return f"{seen:%d %b, %H:%M}" if near and this_year else f"{seen:%d %b %Y, %H:%M}"


def begin_of(day: date) -> datetime:
    """When a day begins by the same clock."""
    return datetime.combine(day, time(), _zone())


def local_day(moment: datetime) -> date:
    """Its day by the clock on the wall of the person who looks."""
    return moment.astimezone(_zone()).date()


def _zone() -> ZoneInfo:
    try:
        return ZoneInfo(st.context.timezone or "UTC")
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")


def chosen_session(
    sessions: Sessions, page: PageEntry, *, titled: bool = False, least: Access = Access.GROUP
) -> SessionSummary:
    """The session named in the URL of `page`, if one may do at least as much with it as `least`.

    Ends the run with a picker if none is named, with a sentence if it is unknown, deleted or no number;
    under the page's title, unless it is `titled` already. Unknown and forbidden read alike.
    """
    wanted = st.query_params.get(PARAMETER)
    if wanted is None:
        _ask(sessions, page, titled)
    # A link to the page one is on reaches the script alone: Streamlit leaves the browser's address as it was.
    st.query_params[PARAMETER] = wanted
    try:
        found = sessions.get(whole_number(wanted) or NO_SESSION, least)
        sessions.visit(found.id, OPENED)
    except SessionNotFoundError:
        _sorry(sessions.who, page, wanted, titled)
    return found


def _sorry(who: Who, page: PageEntry, wanted: str, titled: bool) -> NoReturn:
    if not titled:
        st.title(page.title, anchor=False)
    st.warning(f"There is no session {escaped(repr(wanted))}{for_whom(who)}", icon=MISSING)
    choose_another(who)
    st.stop()


def for_whom(who: Who) -> str:
    """Why there is no session for `who`, after words that say so: the same of unknown and forbidden ones."""
    if who.is_local:
        return ": it was deleted, or the link is wrong."
    return " for you: it was deleted, is not shared with you any more, or the link is wrong."


def choose_another(who: Who) -> None:
    """The way on, for those who have a list of sessions."""
    if who.may_record:
        link(navigation.SESSIONS, "Choose another session")


def show_nothing_recorded() -> None:
    """Of a list without sessions: the way on."""
    st.info("Nothing is recorded yet. Start a live session, or make a demo session on the Sessions page.")
    link(navigation.SESSIONS, "Go to Sessions")


def _ask(sessions: Sessions, page: PageEntry, titled: bool) -> NoReturn:
    if not titled:
        st.title(page.title, anchor=False)
    listed = sessions.listed()
    if not listed:
        show_nothing_recorded()
        st.stop()
    titles = {s.id: f"{session_title(s)} ({local_time(s.started_at)})" for s in listed}
    chosen = st.selectbox(
        "Session", list(titles), index=None, format_func=titles.__getitem__, placeholder="Choose a session"
    )
    if chosen is None:
        st.caption("Choose one of the latest sessions, or search for an older one on the Sessions page.")
        st.stop()
    st.query_params[PARAMETER] = str(chosen)
    st.rerun()


def whole_number(text: str) -> int | None:
    """`text` as a number of at most nine plain digits; None if it is none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= DIGITS else None
