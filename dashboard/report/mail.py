"""A report in plain text, to be pasted into a mail."""

import streamlit as st

from dashboard.links import local_time
from dashboard.markers.typed import told_time
from dashboard.report.markers import in_view
from dashboard.report.sections import COMMON, LOOKING, figures
from dashboard.stored.answer import Answer
from dashboard.stored.enough import TOO_LITTLE
from dashboard.stored.report import SessionReport
from dashboard.stored.told import first_told, told, words_of
from dashboard.wording import MADE_BY_CODE, SHORT_LIMITS, clock, counted, session_title

MOST_MARKERS = 8


def show_mail(report: SessionReport, answer: Answer | None) -> None:
    """The text with a button that copies it."""
    with st.popover("Text for a mail", icon=":material/mail:"):
        st.code(plain_text(report, answer), language=None, wrap_lines=True)


def plain_text(report: SessionReport, answer: Answer | None) -> str:
    """Title, the answer in one line, its sentences, the other figures, markers, and one line of limits."""
    session, view = report.session, report.view
    heading = f"{session_title(session)}, {local_time(session.started_at)}"
    if session.is_demo:
        heading += f" (demo: {MADE_BY_CODE})"
    lines = [heading]
    if view.start_ms or view.end_ms is not None:
        end_ms = session.duration_ms if view.end_ms is None else view.end_ms
        lines.append(f"Of it: {clock(view.start_ms / 1000)} to {clock(end_ms / 1000)}")
    facts = figures(report.headline, report.reading)
    lines += ["", *_answer(report, answer), ""]
    number = report.reading.definition.plain
    unsaid = (number, LOOKING, COMMON) if report.too_little else (number,)
    lines.append(", ".join(f"{name} {value}" for name, value, _ in facts if name not in unsaid))
    lines += _markers(report)
    return "\n".join([*lines, "", SHORT_LIMITS])


def _answer(report: SessionReport, answer: Answer | None) -> list[str]:
    if answer is None or report.too_little:
        return [f"{TOO_LITTLE}."]
    value, word = report.reading.told(report.headline.engagement), words_of(report, None)
    title = report.reading.definition.plain
    first = f"{value}{f' ({word})' if word else ''}: {title}, mean over people and time"
    return [first, *(f"- {told(answer, one)}" for one in first_told(answer))]


def _markers(report: SessionReport) -> list[str]:
    marked = in_view(report)
    told = [f"- {told_time(one)} {one.label}{f': {one.note}' if one.note else ''}" for one in marked]
    more = len(told) - MOST_MARKERS
    rest = [f"- and {counted(more, 'marker', 'markers')} more"] if more > 0 else []
    return ["", "Marked:", *told[:MOST_MARKERS], *rest] if told else []
