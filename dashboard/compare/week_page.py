"""The weekly digest of a series on the Compare page: a text to paste into a mail, links to its reports."""

from collections.abc import Callable, Sequence
from datetime import date

import streamlit as st

from dashboard import navigation
from dashboard.compare.trend_page import SERIES, choose_series
from dashboard.compare.week import WeekSession, digest, monday_of, read_session, weeks_of
from dashboard.controls.state import show_as, shown_by
from dashboard.links import link, local_day, local_time
from dashboard.stored.overview import AMONG, Overview, less_course
from dashboard.stored.series import series_of
from dashboard.wording import counted, escaped, session_title
from db.access import Access, Sessions
from db.reports import SessionSummary

DIGEST, WEEK, KEY = "Week of a series", "week", "compare_week"
"""The tab's name, and what the address calls the Monday of the week."""
MOST_SESSIONS = 20
HOW = (
    "Each session by the definition that it keeps, with the figures of its own report: mean over people and "
    "time; usual is the mean of the other sessions of its course."
)
OverviewOf = Callable[[SessionSummary], Overview | None]


def show_week(sessions: Sessions, overview_of: OverviewOf, min_group_size: int, *, group_only: bool) -> None:
    """Choose a series and a week; the text with a button that copies it."""
    members = choose_series(sessions)
    if not members:
        return
    weeks = weeks_of(members, local_day)
    monday = _choose_week({one: len(found) for one, found in weeks.items()})
    shown = weeks[monday][-MOST_SESSIONS:]
    with st.spinner(f"Reading {counted(len(shown), 'session', 'sessions')}"):
        read = [_read(sessions, one, overview_of, min_group_size, group_only) for one in shown]
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        for one in shown:
            link(navigation.REPORT, escaped(session_title(one)), one.id)
    when = {one.id: local_time(one.started_at) for one in shown}
    st.code(digest(_named(members), monday, read, when), language=None, wrap_lines=True)
    st.caption(HOW)


def week_query(session: SessionSummary) -> dict[str, str]:
    """The address of the week of `session` in its series."""
    monday = monday_of(local_day(session.started_at))
    return {"part": DIGEST, SERIES: series_of(session), WEEK: monday.isoformat()}


def _choose_week(sizes: dict[date, int]) -> date:
    by_name = {one.isoformat(): one for one in sizes}
    newest = next(iter(by_name))
    asked = st.query_params.get(WEEK, newest)
    if asked not in by_name:
        st.warning(f"This series has no session in the week “{escaped(asked[:20])}”; its last one is shown.")
        asked = newest
    show_as(KEY, asked)

    def tell() -> None:
        st.query_params[WEEK] = shown_by(KEY)

    chosen = st.selectbox(
        "Week",
        list(by_name),
        format_func=lambda one: (
            f"From {by_name[one]:%d %b %Y} ({counted(sizes[by_name[one]], 'session', 'sessions')})"
        ),
        key=KEY,
        on_change=tell,
    )
    return by_name[chosen]


def _read(
    sessions: Sessions,
    session: SessionSummary,
    overview_of: OverviewOf,
    min_group_size: int,
    group_only: bool,
) -> WeekSession:
    access = sessions.access(session.id)
    of_group = group_only or access < Access.READ
    held = access is Access.OWN and not of_group
    less = less_course(session, sessions.own(limit=AMONG), overview_of) if held else None
    return read_session(sessions.engine, session, less, min_group_size, group_only=of_group)


def _named(members: Sequence[SessionSummary]) -> str:
    """The series as the host wrote it last, else as it is read from titles."""
    last = members[-1]
    return last.series or series_of(last).capitalize()
