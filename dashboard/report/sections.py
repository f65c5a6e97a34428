"""The parts of a report page, top to bottom. Each draws what `SessionReport` holds and computes nothing."""

from typing import Any

import pandas as pd
import streamlit as st

from dashboard import wording
from dashboard.charts import lines as report_charts
from dashboard.charts import look as charts
from dashboard.charts.expressions import change_lines, emotion_area, mix_pie
from dashboard.charts.lines import add_person, coverage_lines
from dashboard.charts.moment_mark import mark_moment
from dashboard.charts.talk_band import talk_told, with_talk
from dashboard.controls.chart import show_chart
from dashboard.links import local_time
from dashboard.palette import SCORES
from dashboard.reading import Reading
from dashboard.stored.answer import Answer
from dashboard.stored.enough import TOO_LITTLE
from dashboard.stored.figures import Headline
from dashboard.stored.findings import (
    GAZE_ASSUMED,
    GAZE_PARTLY,
    GAZE_PARTLY_SHORT,
    HOW_COMPUTED,
    coverage_finding,
    mix_finding,
    scores_told,
    timeline_finding,
)
from dashboard.stored.moments import Kind, Moment
from dashboard.stored.report import SessionReport, View
from dashboard.wording import MADE_BY_CODE, clock, counted, duration, escaped, label, percent
from db.reports import SessionSummary
from model.engagement import peak_and_end

CHANGE = "Change from everybody's own neutral"
LOOKING, COMMON, CLEAR = "Looking", "Most common expression", "Clear view of faces"
TOO_SHORT = "Too short for a timeline: there is only one stretch with a usable face"


def show_heading(session: SessionSummary) -> None:
    """Title, what kind of session it was and when; says so if it is a demo or still running."""
    st.title(escaped(wording.session_title(session)))
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        if session.is_demo:
            st.badge(f"Demo: {MADE_BY_CODE}", color="violet", icon=":material/auto_awesome:")
        if session.ended_at is None:
            st.badge("Still running: reload for the latest", color="green", icon=":material/sync:")
        st.badge(session.kind.capitalize(), color="gray")
        st.caption(f"{local_time(session.started_at)} · {escaped(session.purpose)}", width="content")


def show_facts(report: SessionReport) -> None:
    """The other figures, in one line."""
    told = measured_figures(report)
    number = report.reading.definition.plain
    line = " · ".join(f"{name} **{escaped(value)}**" for name, value, _ in told if name != number)
    say = st.caption if report.too_little else st.markdown
    say(line, help="  \n".join(f"**{name}**: {meaning}" for name, _, meaning in told), width="content")


def measured_figures(report: SessionReport) -> list[tuple[str, str, str]]:
    """As `figures`; of a session that scores nobody, what was measured alone."""
    every = figures(report.headline, report.reading)
    return [one for one in every if one[1] != wording.NOTHING] if report.presence_only else every


def figures(line: Headline, reading: Reading) -> list[tuple[str, str, str]]:
    """Name, value and meaning of each."""
    return [
        ("Duration", duration(line.duration_ms), "Length of the time range shown."),
        ("People", f"{line.people:,}", "Faces followed through the picture. Nobody is recognised."),
        (
            reading.definition.plain,
            reading.told(line.engagement),
            f"{reading.definition.title}: mean over people, then over time.",
        ),
        (LOOKING, percent(line.looking), "Share of the measured gaze that was on the screen."),
        (COMMON, label(line.leading), f"Led {percent(line.leading_share)} of the usable time."),
        (CLEAR, percent(line.usable_share), "Usable: share of all face-instants good enough to be scored."),
    ]


def show_engagement(answer: Answer, person: int | None = None, opened: Moment | None = None) -> None:
    """The group's line with its spread, that of `person`, and what is `opened`."""
    report, reading = answer.report, answer.report.reading
    if not is_line(report.timeline["engagement"]):
        st.info(_without_line(report), icon=":material/show_chart:")
        return
    falls = [(one.start_ms, one.end_ms) for one in answer.falls]
    figure = report_charts.group_line(report.timeline, reading, falls, bridged=report.bridged)
    if person is not None and person in report.engagement_of.columns:
        values, name = report.engagement_of[person], report.names[person]
        add_person(figure, values, name, reading, report.bridged)
    with_talk(figure, report.talk, *_shown_ms(report))
    if opened is not None:
        value = None if reading.is_change else answer.value_of(opened)
        mark_moment(figure, (opened.start_ms, opened.end_ms), opened.at_ms, value, reading.told(value))
    show_timeline(report, figure, "engagement", f"Line over time: {finding(answer)}.")
    said, meaning = _left_out(report, bool(falls))
    if said or report.talk:
        st.caption(f"{said} {talk_told(report.talk)}".strip(), help=meaning or None)
    if report.unheard:
        st.caption(escaped(report.unheard))


def _shown_ms(report: SessionReport) -> tuple[int, int]:
    times_ms = report.timeline["time_ms"]
    return int(times_ms.iloc[0]), int(times_ms.iloc[-1]) + report.bucket_ms


def finding(answer: Answer) -> str:
    """What the line says: its mean, its lowest step and the largest fall."""
    report, reading = answer.report, answer.report.reading
    if reading.is_change:
        return CHANGE
    parts = [f"{reading.told(report.headline.engagement)} on average"]
    parts += [
        f"lowest at {clock(one.start_ms / 1000)} with {reading.told(answer.value_of(one))}"
        for one in answer.of(Kind.LOWEST)
    ]
    parts += [
        f"the largest fall began at {clock(one.start_ms / 1000)} ({one.points:.0f} points)"
        for one in answer.falls[:1]
    ]
    return ", ".join(parts)


def show_attention(report: SessionReport) -> None:
    """Who looks at the screen, over time; also of a session that scores nothing."""
    if is_line(report.timeline["looking"]):
        share = f"{percent(report.headline.looking)} of the measured gaze was on the screen"
        st.markdown(f"**Attention**: {TOO_LITTLE.lower() if report.too_little else share}")
        figure = report_charts.looking_line(report.timeline, report.bridged)
        show_timeline(report, figure, "looking", "Share of people looking, over time.")


def peak_and_end_told(report: SessionReport) -> str:
    """One figure for the line, as Realeyes has it for films."""
    value = peak_and_end(report.timeline["engagement"])
    told = report.reading.told(value, signed=report.reading.is_change)
    return f"Peak and end, the mean of the highest point and of the last quarter: {told}."


def _left_out(report: SessionReport, falls: bool) -> tuple[str, str]:
    """What the line leaves out, in few words, and what these mean."""
    short, long = [], []
    if report.timeline["upper"].notna().any():
        short.append("Band: the middle half of the people.")
    if falls:
        short.append("Shaded: falls.")
    if report.least_people > 1:
        long.append(f"No line while fewer than {report.least_people} people are usable.")
    known = report.headline.gaze_known
    if known is not None and known < 0.995 and report.reading.uses_gaze:
        short.append(GAZE_PARTLY_SHORT.format(known=percent(known)) if known else GAZE_ASSUMED)
        long += [GAZE_PARTLY.format(known=percent(known))] * bool(known)
    return " ".join(short), " ".join(long)


def _without_line(report: SessionReport) -> str:
    if report.timeline["people"].any() and report.headline.engagement is None:
        return (
            "This definition needs what this session does not hold: how the head is turned, for instance, "
            "which small faces and older sessions lack. Choose another one."
        )
    if report.reading.is_change:
        return "Nobody was usable long enough to know their own neutral."
    return TOO_SHORT + "."


def show_expressions(report: SessionReport) -> None:
    """Pie of emotions beside their stacked timeline."""
    left, right = st.columns([2, 3], gap="large")
    with left:
        st.header("Mix of expressions", anchor=False)
        if report.too_little:
            st.caption(TOO_LITTLE)
            return
        finding = mix_finding(report.mix)
        st.markdown(finding)
        show_chart(mix_pie(report.mix), "mix", f"Donut chart: {finding}.")
    with right:
        st.header("Expressions over time", anchor=False)
        if not is_line(report.timeline[SCORES[0]]):
            st.markdown(TOO_SHORT)
            return
        if report.changes is not None:
            _show_changes(report, report.changes)
        else:
            finding = timeline_finding(report.timeline, SCORES)
            st.markdown(finding)
            figure = emotion_area(report.timeline, report.bridged)
            show_timeline(report, figure, "timeline", f"Stacked areas over time: {finding}.")


def _show_changes(report: SessionReport, changes: pd.DataFrame) -> None:
    if not is_line(changes[SCORES[0]]):
        st.markdown("Nobody was usable long enough to know their own neutral")
        return
    st.markdown("Mean change of each score from everybody's own neutral")
    figure = change_lines(changes)
    show_timeline(report, figure, "timeline", "Seven lines: changes of the scores over time.")


def show_coverage(report: SessionReport) -> None:
    """How much of the time anything could be measured."""
    st.header("Share of usable time", anchor=False)
    finding = coverage_finding(report.headline)
    known = report.headline.gaze_known
    gaze = "" if known is None else f"; gaze is known for {percent(known)} of the usable ones"
    st.markdown(f"{finding}{gaze}. {counted(report.headline.frames, 'frame was', 'frames were')} analysed.")
    if len(report.coverage) > 1:
        figure = coverage_lines(report.coverage)
        show_timeline(report, figure, "coverage", f"Lines over time: {finding}")


def how_computed(report: SessionReport, view: View) -> str:
    """The expander's text with this report's own bucket and smoothing."""
    return HOW_COMPUTED.format(
        bucket=duration(report.bucket_ms),
        scores=scores_told(report.session.own_neutral),
        least=counted(report.least_people, "person", "people"),
        window="no time (off)"
        if not view.smoothing_ms
        else duration(max(view.smoothing_ms, report.bucket_ms)),
    )


def marked(report: SessionReport, figure: Any) -> Any:
    """A figure over time with the host's markers."""
    end_ms = report.session.duration_ms if report.view.end_ms is None else report.view.end_ms
    return charts.with_markers(figure, report.markers, report.view.start_ms, end_ms)


def is_line(values: pd.Series) -> bool:
    """There are two known values, so that a line can be drawn."""
    return int(values.notna().sum()) > 1


def show_timeline(report: SessionReport, figure: Any, key: str, alt: str) -> None:
    """A chart over the time of `report`, with its markers."""
    times = report.steps.times_ms
    end_ms = int(times[-1]) + report.bucket_ms if len(times) else 0
    show_chart(charts.with_markers(figure, report.markers, report.view.start_ms, end_ms), key, alt)
