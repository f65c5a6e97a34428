"""One page of A4 about a session: figures, line, mix, moments, markers, and what it cannot say."""

from typing import Any

import streamlit as st

from dashboard import wording
from dashboard.charts import lines as report_charts
from dashboard.charts.expressions import mix_pie
from dashboard.controls.chart import show_chart
from dashboard.links import local_time
from dashboard.markers.typed import told_time
from dashboard.reading import Reading, stored_reading
from dashboard.report.address import Asked
from dashboard.report.empty import too_small, without_usable
from dashboard.report.markers import in_view
from dashboard.report.sections import CHANGE, COMMON, LOOKING, finding, is_line, marked, measured_figures
from dashboard.stored.answer import Answer, read_answer
from dashboard.stored.enough import TOO_LITTLE
from dashboard.stored.findings import mix_finding
from dashboard.stored.moments import Moment
from dashboard.stored.report import SessionReport
from dashboard.stored.told import first_told, told
from dashboard.voting.afterwards import show_votes
from dashboard.wording import MADE_BY_CODE, clock, counted, escaped
from db.reports import Marker, SessionSettings
from model.engagement.definitions import DEFINITIONS

LINE_PX, MIX_PX, VOTES_PX = 210, 215, 150
MOST_MARKERS, LONGEST_NOTE = 5, 80
NONE = "None stands out."
PRINT_STYLE = """
<style>
.st-key-one-page { max-width: 178mm; margin: 0 auto; gap: 0.5rem; }
.st-key-one-page h2 { font-size: 1.5rem; padding: 0 0 0.6rem; }
.st-key-one-page table { width: 100%; }
.st-key-one-page ul, .st-key-one-page li { margin-top: 0; margin-bottom: 0; }
.st-key-one-page ul { padding-bottom: 1rem; }
@media screen and (max-width: 640px) {
  .st-key-one-page:not(.as-printed) :is(table, tbody) { display: flex; }
  .st-key-one-page:not(.as-printed) tbody { flex: 1 1 0; }
  .st-key-one-page:not(.as-printed) :is(th, td) { white-space: nowrap; }
  .st-key-one-page:not(.as-printed) table tr { display: flex; flex-direction: column; flex: 1 1 0; }
}
.st-key-one-page.as-printed { width: 178mm !important; max-width: none !important; gap: 0.2rem !important; }
.as-printed [data-testid="stHorizontalBlock"] { display: flex !important; flex-flow: row nowrap !important; }
.as-printed [data-testid="stColumn"] { flex: 1 1 0 !important; min-width: 0 !important; }
@page { size: A4; margin: 12mm; }
@media print {
  header, [data-testid="stHeader"], [data-testid="stToolbar"], [data-testid="stSidebar"],
  .st-key-screen-only { display: none !important; }
  html, body, #root, .stApp, .stApp * { color: #1b2530 !important; background-color: transparent !important; }
  html, body, #root, .stApp, [data-testid="stAppViewContainer"], [data-testid="stMain"],
  [data-testid="stMainBlockContainer"] {
    position: static !important; overflow: visible !important; height: auto !important;
    min-height: 0 !important; display: block !important; padding: 0 !important; margin: 0 !important;
  }
  .stApp svg text { fill: #1b2530 !important; }
  .st-key-one-page {
    width: 178mm !important; max-width: none !important; gap: 0.2rem !important; zoom: var(--fit, 0.86);
  }
  .st-key-one-page .gridlayer path { stroke: #d5dce2 !important; }
  .st-key-one-page [data-testid="stHorizontalBlock"] {
    display: flex !important; flex-flow: row nowrap !important; break-inside: avoid;
  }
  .st-key-one-page [data-testid="stColumn"] { flex: 1 1 0 !important; min-width: 0 !important; }
}
</style>
"""


def asked_reading(stored: SessionSettings, asked: Asked) -> Reading:
    """The reading that the address asks for, else the one kept with the session."""
    kept, _ = stored_reading(stored)
    if asked.definition in (None, kept.definition.name):
        return kept
    definition = DEFINITIONS[asked.definition or kept.definition.name]
    return Reading(definition, dict(definition.weights))


def answer_of(report: SessionReport, min_group_size: int) -> Answer | None:
    """What can be told of it; None where too little was seen, or of too few."""
    told = report.large_enough and not report.mix.empty and not report.too_little
    return read_answer(report, None, min_group_size) if told else None


def show_summary(report: SessionReport, answer: Answer | None, accuracy: str, min_group_size: int) -> None:
    """Everything on the page. A group-only view names nobody."""
    _show_title(report)
    _show_figures(report)
    if not report.large_enough:
        st.info(too_small(min_group_size))
    elif report.mix.empty:
        st.info(without_usable(report))
    elif answer is None:
        st.info(f"{TOO_LITTLE}: less than half a minute, or a tenth of the time, was usable.")
    else:
        _show_line(answer)
        _show_mix_and_moments(answer)
    least_voices = min_group_size if report.view.group_only else 1
    show_votes(report.span.engine, report.session, report.view, least_voices, VOTES_PX)
    _show_markers(report)
    st.caption(f"{wording.SHORT_LIMITS} {accuracy}")


def _show_title(report: SessionReport) -> None:
    session = report.session
    st.header(escaped(wording.session_title(session)), anchor=False)
    purpose = f"**{MADE_BY_CODE}**" if session.is_demo else escaped(session.purpose)
    running = " · still running" if session.ended_at is None else ""
    things = f" · {told}, and nobody" if (told := wording.things_told(session.things)) else ""
    st.caption(f"{local_time(session.started_at)} · {purpose}{_part(report)}{things}{running}")


def _part(report: SessionReport) -> str:
    """Which part of the session is shown; nothing of all of it."""
    start_ms, end_ms = report.view.start_ms, report.view.end_ms
    if not start_ms and end_ms is None:
        return ""
    last_ms = report.session.duration_ms if end_ms is None else end_ms
    return f" · shown: {clock(start_ms / 1000)} to {clock(last_ms / 1000)}"


def _show_figures(report: SessionReport) -> None:
    told = measured_figures(report)
    if report.too_little:
        unsaid = (report.reading.definition.plain, LOOKING, COMMON)
        told = [(name, TOO_LITTLE if name in unsaid else value, meaning) for name, value, meaning in told]
    heads, values = ("".join(f"| {escaped(one[place])} " for one in told) for place in (0, 1))
    st.markdown(f"{heads}|\n{'| --- ' * len(told)}|\n{values}|")


def _show_line(answer: Answer) -> None:
    report, reading = answer.report, answer.report.reading
    line = report.timeline["engagement"]
    if not is_line(line):
        st.markdown("This session does not hold what the definition needs for a line over time.")
        return
    told_line = finding(answer)
    over_time = f": {CHANGE.lower()}" if reading.is_change else " over time"
    st.markdown(f"**{escaped(reading.definition.plain)}**{over_time}")
    figure = marked(report, report_charts.group_line(report.timeline, reading, bridged=report.bridged))
    show_chart(_lower(figure, LINE_PX), "summary_line", f"Line over time: {told_line}.")


def _show_mix_and_moments(answer: Answer) -> None:
    left, right = st.columns(2, gap="small")
    with left:
        mix = mix_finding(answer.report.mix)
        st.markdown("**Expressions**")
        show_chart(_lower(mix_pie(answer.report.mix), MIX_PX), "summary_mix", f"Donut chart: {mix}.")
    with right:
        st.markdown("**Moments**")
        st.markdown("\n".join(f"- {escaped(told(answer, one))}" for one in _in_order(answer)) or NONE)


def _in_order(answer: Answer) -> list[Moment]:
    """What the report tells first, in order of time."""
    return sorted(first_told(answer), key=lambda one: one.start_ms)


def _show_markers(report: SessionReport) -> None:
    shown = in_view(report)
    if not shown:
        return
    st.markdown("**Markers and notes**")
    lines = [_noted(one) for one in shown[:MOST_MARKERS]]
    more = len(shown) - MOST_MARKERS
    if more > 0:
        lines.append(f"and {counted(more, 'marker', 'markers')} more")
    st.markdown("\n".join(f"- {line}" for line in lines))


def _noted(one: Marker) -> str:
    note = (one.note or "").strip()
    short = note if len(note) <= LONGEST_NOTE else f"{note[: LONGEST_NOTE - 1]}…"
    return escaped(f"{told_time(one)} {one.label}" + (f": {short}" if short else ""))


def _lower(figure: Any, height: int) -> Any:
    return figure.update_layout(height=height, legend={"font": {"size": 12}})
