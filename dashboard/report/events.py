"""What happened and when: the events that were noted, or found again under other thresholds."""

from collections import Counter
from collections.abc import Sequence

import pandas as pd
import streamlit as st

from dashboard.controls.thresholds import choose_thresholds
from dashboard.report.tab_tools import EventsFound
from dashboard.stored.answer import Answer
from dashboard.stored.report import SessionReport
from dashboard.wording import clock, counted, duration, escaped, percent
from db.reports import StoredEvent
from model.behaviour.events import EventKind, Thresholds
from model.errors import EngagementError

MANY_NODS = 10
WHAT = {
    EventKind.GROUP_FALL: "The group's line fell",
    EventKind.AWAY: "Looked away for long",
    EventKind.EYES_CLOSED: "Eyes closed for long",
    EventKind.NOD: "Nodded",
    EventKind.LAUGHTER: "Laughed together",
}


def show_events(answer: Answer, find: EventsFound) -> None:
    """The list, what is counted, and the thresholds to look again with."""
    report, again = answer.report, False
    events = noted(answer)
    with st.expander("Look again with other thresholds", icon=":material/tune:"):
        begun = answer.levels.limits
        chosen = choose_thresholds(begun, f"report-{report.session.id}")
        if st.toggle(
            f"Look through all {counted(report.session.faces, 'row', 'rows')} again",
            key=f"again_{report.session.id}",
        ):
            again = True
            events = _found(report, chosen or begun, find)
    _show_list(report, events, again)


def noted(answer: Answer) -> list[StoredEvent]:
    """What was noted while the session ran, and the group's falls by the reading chosen: by the definition,
    thresholds and people of the running session these are what was noted then."""
    report = answer.report
    others = [one for one in report.events if one.kind != EventKind.GROUP_FALL]
    falls = [
        StoredEvent(one.start_ms, one.end_ms, EventKind.GROUP_FALL, None, one.points) for one in answer.falls
    ]
    return sorted([*others, *falls], key=lambda one: one.start_ms)


def _found(report: SessionReport, thresholds: Thresholds, find: EventsFound) -> list[StoredEvent]:
    try:
        key = f"{report.span.read_key()} {report.reading.key} {thresholds}"
        found = find(report.span, report.reading, thresholds, report.least_people, key)
    except EngagementError as error:
        st.error(escaped(str(error)))
        return report.events
    return [
        StoredEvent(one.start_ms, one.end_ms, one.kind, one.track_id, one.value)
        for one in found
        if one.track_id is None or not report.view.group_only
    ]


def _show_list(report: SessionReport, events: Sequence[StoredEvent], again: bool) -> None:
    if not events:
        st.markdown(
            "Nothing was found with these thresholds." if again else "Nothing was noted in this time range."
        )
        return
    events = _chosen(events, f"kinds_{report.session.id}_{again}")
    names = report.names
    rows = [
        (
            clock(event.start_ms / 1000),
            "" if event.end_ms is None else duration(event.end_ms - event.start_ms),
            _what(event.kind),
            "The group" if event.person is None else names.get(event.person, f"P{event.person}"),
            measure(event),
        )
        for event in events
    ]
    st.dataframe(pd.DataFrame(rows, columns=["At", "Lasted", "What", "Who", "How much"]), hide_index=True)
    if again:
        st.caption("Found again for this look; what was noted while the session ran stays stored.")


def _chosen(events: Sequence[StoredEvent], key: str) -> Sequence[StoredEvent]:
    """Those of the kinds a person wants to see; many nods are hidden at first, for they bury the rest."""
    counts = Counter(event.kind for event in events)
    begin = [kind for kind in counts if kind != EventKind.NOD] or list(counts)
    kinds = st.pills(
        "Kinds",
        sorted(counts),
        selection_mode="multi",
        default=sorted(counts) if counts[EventKind.NOD] < MANY_NODS else sorted(begin),
        format_func=lambda kind: f"{_what(kind)}: {counts[kind]}",
        label_visibility="collapsed",
        key=key,
    )
    return [event for event in events if event.kind in kinds]


def _what(kind: str) -> str:
    return WHAT.get(EventKind(kind), kind) if kind in set(EventKind) else kind


def measure(event: StoredEvent) -> str:
    """What an event's value says."""
    if event.value is None or event.kind in (EventKind.AWAY, EventKind.EYES_CLOSED):
        return ""
    if event.kind == EventKind.LAUGHTER:
        return f"{percent(event.value)} of the people"
    if event.kind == EventKind.NOD:
        return f"{event.value:.0f} swings"
    return f"{event.value:.0f} points" if event.kind == EventKind.GROUP_FALL else f"{event.value:g}"
