"""Results that take long, kept for a while: the only cache_data. Of sessions that one may see already."""

from typing import TYPE_CHECKING

import streamlit as st

from dashboard.resources import database, settings
from db.reports import SessionSummary, roster, session_settings

if TYPE_CHECKING:
    import pandas as pd

    from dashboard.reading import Reading
    from dashboard.stored.overview import Overview
    from dashboard.stored.span import Span
    from model.behaviour.events import Event, Thresholds


@st.cache_data(show_spinner="Reading every instant", max_entries=8, ttl=600)
def habits_of(_span: "Span", key: str) -> "pd.DataFrame":  # noqa: ARG001  what it depends on
    """`dashboard.stored.habits.habits` of a stretch; kept for a while, because every instant is read."""
    from dashboard.stored.habits import habits
    from dashboard.stored.instants import read_instants

    every = read_instants(_span.engine, _span.session_id, _span.start_ms, _span.end_ms)
    return habits(every, _span.heard())


@st.cache_data(show_spinner="Reading every instant", max_entries=8, ttl=600)
def events_found(
    _span: "Span",
    _reading: "Reading",
    _thresholds: "Thresholds",
    least_people: int,
    key: str,  # noqa: ARG001  what it depends on
) -> "tuple[Event, ...]":
    """`dashboard.stored.events.events_of` a stretch, kept for a while too. Raises EngagementError."""
    from dashboard.stored.events import events_of
    from dashboard.stored.instants import read_instants

    every = read_instants(_span.engine, _span.session_id, _span.start_ms, _span.end_ms)
    return events_of(every, _reading, _thresholds, least_people)


@st.cache_data(show_spinner=False, max_entries=500)
def _overview(_session: SessionSummary, key: str) -> "Overview | None":  # noqa: ARG001  what it depends on
    from dashboard.stored.overview import read_overview

    return read_overview(database(), _session, settings().min_group_size)


def overview_of(session: SessionSummary) -> "Overview | None":
    """The session in a row of the list; None while it runs. Kept until its rows or people change."""
    if session.ended_at is None:
        return None
    stored = session_settings(database(), session.id)
    return _overview(session, f"{session} {stored} {roster(database(), session.id)}")
