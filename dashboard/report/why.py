"""Why the line is what it is at any moment, chosen by hand."""

import streamlit as st

from dashboard.controls.state import show_as, shown_by
from dashboard.report.address import MOMENT
from dashboard.report.answer import show_moment
from dashboard.stored.answer import Answer
from dashboard.stored.moments import Kind
from dashboard.wording import clock


def show_any(answer: Answer, person: int | None) -> None:
    """A slider over the line's steps; the chosen one opens as every moment does."""
    report = answer.report
    known = [
        at_ms
        for at_ms, people in zip(report.steps.times_ms.tolist(), report.timeline["people"], strict=True)
        if people >= report.least_people
    ]
    if report.too_little or len(known) < 2:
        return
    key = f"why_{report.session.id}"
    opened = answer.named(st.query_params.get(MOMENT))
    if opened is not None:
        show_as(key, min(known, key=lambda at_ms: abs(at_ms - opened.at_ms)))

    def tell() -> None:
        st.query_params[MOMENT] = answer.at(shown_by(key), person).name

    st.select_slider(
        "Why at any moment",
        known,
        format_func=lambda at_ms: clock(at_ms / 1000),
        key=key,
        on_change=tell,
        help="Opens what made the value of that moment beside the line.",
    )
    if opened is not None and opened.kind is Kind.ANY:
        show_moment(answer, opened, "any")
