"""The parts of a report below its line, one tab each; only the open one is computed."""

from collections.abc import Callable
from functools import partial

import streamlit as st

from dashboard.controls.people import edit_people
from dashboard.report.circumplex import show_circumplex
from dashboard.report.events import show_events
from dashboard.report.markers import show_markers
from dashboard.report.moments import show_moments
from dashboard.report.people import show_people
from dashboard.report.sections import how_computed, show_coverage, show_expressions
from dashboard.report.spread import show_spread
from dashboard.report.tab_tools import TabTools
from dashboard.report.why import show_why
from dashboard.stored.report import SessionReport
from db.reports import SessionSettings
from db.store import Store

TAB = "part"
"""What the address calls the open tab."""


def show_tabs(report: SessionReport, stored: SessionSettings, person: int | None, tools: TabTools) -> None:
    """Draw the tabs that this session and this view have something for."""
    parts = _parts(report, stored, person, tools)
    tabs = st.tabs(list(parts), key=TAB, bind="query-params", on_change="rerun")
    for tab, draw in zip(tabs, parts.values(), strict=True):
        if tab.open:
            with tab:
                draw()


def _parts(
    report: SessionReport, stored: SessionSettings, person: int | None, tools: TabTools
) -> dict[str, Callable[[], None]]:
    parts: dict[str, Callable[[], None]] = {}
    shows = report.large_enough and not report.mix.empty
    if shows:
        parts["Expressions"] = partial(_show_expressions, report, tools.store)
        parts["Moments"] = partial(show_moments, report, person)
        parts["Spread"] = partial(show_spread, report, tools)
    if not report.view.group_only:
        parts["People"] = partial(_show_people, report, tools)
    parts["Markers"] = partial(show_markers, report, tools.store, tools.marker_desk(report.session.id))
    if shows:
        parts["Events"] = partial(show_events, report, stored, tools.events_found)
        parts["Why"] = partial(show_why, report, person)
    parts["Method"] = partial(_show_method, report)
    return parts


def _show_expressions(report: SessionReport, store: Store) -> None:
    show_expressions(report)
    show_circumplex(report, store)


def _show_people(report: SessionReport, tools: TabTools) -> None:
    show_people(report, tools.habits_of)
    with st.expander("Who is who: name, merge, split, leave out, forget", icon=":material/manage_accounts:"):
        if edit_people(report.span.engine, tools.store, report.session.id, report.names, None):
            st.rerun()


def _show_method(report: SessionReport) -> None:
    show_coverage(report)
    st.markdown(how_computed(report, report.view))
