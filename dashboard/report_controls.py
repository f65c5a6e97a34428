"""What to show of a report: time range, smoothing, group only."""

import streamlit as st

from dashboard.analytics import bucket_ms_for
from dashboard.session_report import View
from dashboard.wording import clock
from db.reports import SessionSummary

RANGE_STEPS = 240
SMOOTHING_MS = {"Off": 0, "5 s": 5_000, "10 s": 10_000, "30 s": 30_000, "1 min": 60_000, "5 min": 300_000}


def choose_view(session: SessionSummary) -> View:
    """The controls above a report and the choice made with them."""
    left, middle, right = st.columns([5, 2, 2], vertical_alignment="bottom", gap="medium")
    with left:
        start_ms, end_ms = _range(session)
    smoothing = middle.selectbox("Smoothing", list(SMOOTHING_MS), index=2, key=f"smoothing_{session.id}")
    group_only = right.toggle(
        "Group only",
        key=f"group_{session.id}",
        help="Hides individuals, and every moment with too few people to be a group.",
    )
    return View(start_ms, end_ms, SMOOTHING_MS[smoothing], group_only)


def _range(session: SessionSummary) -> tuple[int, int | None]:
    step_ms = bucket_ms_for(max(session.duration_ms, 1), RANGE_STEPS)
    steps = -(-session.duration_ms // step_ms)
    if steps < 2:
        return 0, None
    edges = [*(step * step_ms for step in range(steps)), session.duration_ms]
    first, last = st.select_slider(
        "Time range",
        options=edges,
        value=(edges[0], edges[-1]),
        format_func=lambda edge: clock(edge / 1000),
        # A session that still runs grows: its slider starts anew rather than hold an end that has moved.
        key=f"range_{session.id}_{'' if session.ended_at is None else session.duration_ms}",
    )
    if first == last:
        last = min(first + step_ms, edges[-1])
        first = min(first, last - step_ms)
    return max(first, 0), None if last == edges[-1] else last
