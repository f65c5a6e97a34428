"""The parts of a report page, top to bottom. Each draws what `SessionReport` holds and computes nothing."""

import pandas as pd
import streamlit as st
from streamlit.elements.lib.column_types import ColumnConfig

from dashboard import charts, wording
from dashboard.analytics import SCORES, Headline
from dashboard.consent import PRESENCE_ONLY
from dashboard.links import local_time
from dashboard.palette import KEYS, LABELS
from dashboard.session_report import SessionReport, View
from dashboard.wording import clock, counted, duration, escaped, label, percent
from db.reports import SessionSummary

STRIPS = 6
TOO_SHORT = "Too short for a timeline: there is only one stretch with a usable face"
PERCENT = "%.0f %%"


def show_heading(session: SessionSummary) -> None:
    """Title, what kind of session it was and when; says so if it is a demo or still running."""
    st.title(escaped(wording.session_title(session)))
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        if session.is_demo:
            st.badge("Demo: made by code, nobody was filmed", color="violet", icon=":material/auto_awesome:")
        if session.ended_at is None:
            st.badge("Still running: reload for the latest", color="green", icon=":material/sync:")
        st.badge(session.kind.capitalize(), color="gray")
        st.caption(f"{local_time(session.started_at)} · purpose: {escaped(session.purpose)}", width="content")


def show_headline(report: SessionReport) -> None:
    """The figures everybody asks for first."""
    with st.container(horizontal=True, gap="small", key="headline"):
        for name, value, meaning in _figures(report.headline):
            st.metric(name, value, help=meaning, border=True, width="stretch")


def _figures(line: Headline) -> list[tuple[str, str, str]]:
    engagement = wording.NOTHING if line.engagement is None else percent(line.engagement / 100)
    return [
        ("Duration", duration(line.duration_ms), "Length of the time range shown."),
        ("People", f"{line.people:,}", "Faces followed through the picture. Nobody is recognised."),
        ("Frames", f"{line.frames:,}", "Analysed frames; between them only the picture went on."),
        ("Usable", percent(line.usable_share), "Share of all face-instants good enough to be scored."),
        ("Engagement", engagement, "Mean of the engagement line. " + wording.GAZE_ASSUMED),
        ("Leading", label(line.leading), f"Led {percent(line.leading_share)} of the usable time."),
    ]


def show_mix_and_timeline(report: SessionReport) -> None:
    """Pie of emotions beside their stacked timeline."""
    left, right = st.columns([2, 3], gap="large")
    with left:
        finding = wording.mix_finding(report.mix)
        st.subheader("Mix of expressions", anchor=False)
        st.markdown(finding)
        _chart(charts.mix_pie(report.mix), "mix", f"Donut chart: {finding}.")
    with right:
        st.subheader("Expressions over time", anchor=False)
        if not _is_line(report.timeline):
            st.markdown(TOO_SHORT)
            return
        finding = wording.timeline_finding(report.timeline, SCORES)
        st.markdown(finding)
        _chart(charts.emotion_area(report.timeline), "timeline", f"Stacked areas over time: {finding}.")


def show_engagement(report: SessionReport) -> None:
    """The engagement line with its bands and what it leaves out."""
    if report.headline.engagement is None or not _is_line(report.timeline):
        return
    finding = wording.engagement_finding(report.timeline, report.headline.engagement)
    st.subheader("Engagement", anchor=False)
    st.markdown(finding)
    _chart(charts.engagement_line(report.timeline), "engagement", f"Line over time: {finding}.")
    st.caption(wording.GAZE_ASSUMED)


def show_coverage(report: SessionReport) -> None:
    """How much of the time anything could be measured."""
    if len(report.coverage) < 2:
        return
    st.subheader("Share of usable time", anchor=False)
    finding = wording.coverage_finding(report.headline)
    st.markdown(finding)
    _chart(charts.coverage_lines(report.coverage), "coverage", f"Lines over time: {finding}")


def show_people(report: SessionReport) -> None:
    """One row a person, and one strip of engagement each."""
    if report.people.empty:
        return
    st.subheader("People", anchor=False)
    st.markdown(wording.people_finding(report.people))
    table = _people_for_reading(report.people)
    st.dataframe(table, hide_index=True, column_config=_people_columns(), placeholder=wording.NOTHING)
    names: dict[int, str] = dict(zip(report.people["track_id"], report.people["name"], strict=True))
    measured = [track_id for track_id, frame in report.person_timelines.items() if _is_line(frame)]
    if not measured:
        return
    chosen = measured[:STRIPS]
    if len(measured) > STRIPS:
        chosen = st.multiselect(
            "People shown",
            measured,
            default=chosen,
            format_func=lambda track_id: names.get(track_id, f"P{track_id}"),
            max_selections=12,
        )
    if not chosen:
        st.caption("Choose somebody to see their engagement line.")
        return
    st.markdown("Engagement of each person over the group's line in grey")
    strips = [(names.get(track_id, f"P{track_id}"), report.person_timelines[track_id]) for track_id in chosen]
    _chart(charts.person_lines(strips, report.timeline), "people", "One engagement line for each person.")


def how_computed(report: SessionReport, view: View) -> str:
    """The expander's text with this report's own bucket and smoothing."""
    return wording.HOW_COMPUTED.format(
        bucket=duration(report.bucket_ms),
        window="no time (off)"
        if not view.smoothing_ms
        else duration(max(view.smoothing_ms, report.bucket_ms)),
    )


def without_faces(session: SessionSummary) -> str:
    """Why there is nothing to show, for a session in which no face was stored."""
    if session.ended_at is None:
        return "No face has been seen yet. The report fills as soon as there is one; reload to look again."
    if not session.frames:
        return "No frame was analysed in this session: it ended before the camera delivered a picture."
    analysed = counted(session.frames, "frame was", "frames were")
    return f"{analysed} analysed in {duration(session.duration_ms)}, and none showed a face."


def without_usable(report: SessionReport) -> str:
    """Why there are faces but no figures."""
    if not report.headline.people:
        return "No face was seen in this time range. Choose a longer one."
    if report.session.model_name == PRESENCE_ONLY:
        return "This session counted presence only, as its purpose and place ask for: no face was scored."
    return (
        "Faces were seen, but at no instant was one scored: they were too small, blurred, dark or turned "
        "away."
    )


def _is_line(timeline: pd.DataFrame) -> bool:
    return int(timeline["engagement"].notna().sum()) > 1


def _people_for_reading(people: pd.DataFrame) -> pd.DataFrame:
    shown = people.drop(columns="track_id")
    shares = ["in_view", "usable", *KEYS]
    shown[shares] = (shown[shares].astype("float64") * 100).round()
    for column in ("first_ms", "last_ms"):
        shown[column] = [clock(value / 1000) for value in shown[column]]
    shown["leading"] = [label(key) if isinstance(key, str) else wording.NOTHING for key in shown["leading"]]
    return shown


def _people_columns() -> dict[str, ColumnConfig | str | None]:
    share: dict[str, ColumnConfig | str | None] = {
        key: st.column_config.NumberColumn(LABELS[key], format=PERCENT) for key in KEYS
    }
    return {
        "name": st.column_config.TextColumn("Person", pinned=True),
        "first_ms": "First seen",
        "last_ms": "Last seen",
        "in_view": st.column_config.ProgressColumn(
            "In view", format=PERCENT, min_value=0, max_value=100, width="small"
        ),
        "usable": st.column_config.NumberColumn("Usable", format=PERCENT),
        "leading": "Leading",
        "engagement": st.column_config.NumberColumn("Engagement", format=PERCENT),
        **share,
    }


def _chart(figure: object, key: str, alt: str) -> None:
    st.plotly_chart(figure, key=f"chart_{key}", config=dict(charts.CONFIG), alt=alt)
