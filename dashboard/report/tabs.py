"""The parts of a report below its line, one tab each; only the open one is computed."""

from collections.abc import Callable, Mapping
from functools import partial

import streamlit as st

from dashboard.controls.people import edit_people
from dashboard.controls.state import show_as, shown_by
from dashboard.report.attendance import show_attendance
from dashboard.report.circumplex import show_circumplex
from dashboard.report.events import show_events
from dashboard.report.markers import show_markers
from dashboard.report.moments import show_moments
from dashboard.report.people import show_people
from dashboard.report.sections import (
    how_computed,
    peak_and_end_told,
    show_attention,
    show_coverage,
    show_expressions,
)
from dashboard.report.spread import show_spread
from dashboard.report.tab_tools import TabTools
from dashboard.report.why import show_any
from dashboard.report.words.tab import show_words
from dashboard.stored.answer import Answer
from dashboard.stored.report import SessionReport

TAB, PART = "part", "show"
"""What the address calls the open tab, and the open part of it."""
OVERVIEW, PEOPLE, EXPRESSIONS, MOMENTS = "Overview", "People", "Expressions", "Moments"
WORDS, METHOD = "Words", "Method"
MOVED = {
    "Spread": (PEOPLE, "Spread"),
    "Events": (MOMENTS, "Events"),
    "Markers": (MOMENTS, "Markers"),
    "Why": (OVERVIEW, None),
}
"""Tabs of earlier addresses, and where they are now."""
Parts = Mapping[str, Callable[[], None]]


def asked_tab() -> str:
    """The tab that the address asks for, also by the name that it had before."""
    tab, part = MOVED.get(st.query_params.get(TAB, ""), (None, None))
    if part is not None:
        st.query_params[PART] = part
    return tab or st.query_params.get(TAB, OVERVIEW)


def show_tabs(report: SessionReport, answer: Answer | None, person: int | None, tools: TabTools) -> None:
    """Draw the tabs that this session and this view have something for. `answer` None: nothing to tell of."""
    parts = _parts(report, answer, person, tools)
    key, asked = f"tabs-{report.session.id}-{len(parts)}", asked_tab()
    # Set from the address each time, so that the browser's back and forward move between tabs.
    show_as(key, asked if asked in parts else OVERVIEW)
    tabs = st.tabs(list(parts), key=key, on_change=_tell, args=(key, TAB))
    for tab, draw in zip(tabs, parts.values(), strict=True):
        if tab.open:
            with tab:
                draw()


def _tell(key: str, name: str) -> None:
    st.query_params[name] = shown_by(key)


def _parts(report: SessionReport, answer: Answer | None, person: int | None, tools: TabTools) -> Parts:
    parts: dict[str, Callable[[], None]] = {OVERVIEW: partial(_show_overview, report, answer, person)}
    people: dict[str, Callable[[], None]] = {}
    if not report.view.group_only:
        people["Everybody"] = partial(_show_people, report, tools)
    if answer is not None:
        people["Spread"] = partial(show_spread, report, tools)
        parts[EXPRESSIONS] = partial(_show_expressions, report, tools)
    if people:
        parts[PEOPLE] = partial(_show_one, people)
    moments: dict[str, Callable[[], None]] = {}
    if answer is not None:
        moments = {
            "Found": partial(show_moments, answer),
            "Events": partial(show_events, answer, tools.events_found),
        }
    moments["Markers"] = partial(show_markers, report, tools.store, tools.marker_desk)
    parts[MOMENTS] = partial(_show_one, moments)
    parts[METHOD] = partial(_show_method, report, answer)
    if not report.view.group_only:
        parts[WORDS] = partial(show_words, report, tools)
    order = (OVERVIEW, PEOPLE, EXPRESSIONS, MOMENTS, WORDS, METHOD)
    return {name: parts[name] for name in order if name in parts}


def _show_one(parts: Parts) -> None:
    """One part of a tab, chosen above it; the address says which."""
    names = list(parts)
    chosen = names[0]
    if len(names) > 1:
        asked = st.query_params.get(PART)
        chosen = asked if asked in names else chosen
        key = f"{PART}-{'-'.join(names)}"
        show_as(key, chosen)
        st.segmented_control(
            "Part",
            names,
            required=True,
            key=key,
            label_visibility="collapsed",
            on_change=_tell,
            args=(key, PART),
        )
    parts[chosen]()


def _show_overview(report: SessionReport, answer: Answer | None, person: int | None) -> None:
    if report.presence_only:
        show_attendance(report)
    show_attention(report)
    if answer is not None:
        show_any(answer, person)


def _show_expressions(report: SessionReport, tools: TabTools) -> None:
    show_expressions(report)
    if not report.too_little:
        show_circumplex(report, tools.store)


def _show_people(report: SessionReport, tools: TabTools) -> None:
    show_people(report, tools.habits_of)
    if tools.store is None:
        return
    with st.expander("Who is who: name, merge, split, leave out, forget", icon=":material/manage_accounts:"):
        if edit_people(report.span.engine, tools.store, report.session.id, report.names, None):
            st.rerun()


def _show_method(report: SessionReport, answer: Answer | None) -> None:
    show_coverage(report)
    if answer is not None:
        st.markdown(peak_and_end_told(report))
    st.markdown(how_computed(report, report.view))
