"""Beside and below the stream: what is redrawn every second, and the summary after the end."""

import streamlit as st

from dashboard import analytics, charts, navigation, wording
from dashboard.links import link
from dashboard.live import LiveStatus
from dashboard.live_notes import Note, live_notes
from db.store import EndReason

MINUTE_MS, SPAN_MS = 60_000, 300_000
TIMELINE_BUCKET_MS = 2_000
CHART_CONFIG = {**charts.CONFIG, "displayModeBar": False}
ENDED = {
    EndReason.STOPPED: "You stopped the session.",
    EndReason.DISCONNECTED: "The session ended because the page was left or the connection was lost.",
    EndReason.SOURCE_ENDED: "The session ended because the camera was switched off or unplugged.",
    EndReason.INTERRUPTED: "The session was interrupted.",
}


def show_note(note: Note) -> None:
    """One sentence in the colour of its level."""
    draw = {"error": st.error, "warning": st.warning, "info": st.info}[note.level]
    draw(note.sentence)


def show_state(status: LiveStatus, expressions: bool) -> None:
    """Beside the stream: troubles, people, time, engagement, and how the machine keeps up."""
    for note in live_notes(status):
        show_note(note)
    with st.container(horizontal=True, gap="large"):
        st.metric("In view", status.people, width="content")
        st.metric("Time", wording.clock(status.elapsed_s), width="content")
        st.metric("Analysed a second", f"{status.analysed_hz:.1f}", width="content")
    if expressions:
        _show_engagement(status)
    else:
        st.info("Presence only: expressions are not analysed in this session.", icon=":material/groups:")
    st.caption(_machine(status))


def show_charts(status: LiveStatus) -> None:
    """Below the stream: the mix of the last minute and the timeline of the last five."""
    mix, timeline = st.columns([2, 3], gap="medium")
    with mix:
        st.markdown("**Mix of the last minute**")
        st.plotly_chart(charts.mix_figure(status.last_minute), key="live-mix", config=CHART_CONFIG)
    with timeline:
        st.markdown("**Last five minutes**")
        figure = charts.timeline_figure(status.last_minutes, TIMELINE_BUCKET_MS, *_span_ms(status, SPAN_MS))
        st.plotly_chart(figure, key="live-timeline", config=CHART_CONFIG)


def show_summary(status: LiveStatus, session_id: int) -> None:
    """What remains to say after the end, with the way to the report."""
    with st.container(border=True):
        st.subheader("Session ended")
        if not status.received:
            st.write("No picture came, so nothing was kept.")
            return
        st.write(ENDED[status.end_reason or EndReason.STOPPED])
        with st.container(horizontal=True, gap="large"):
            st.metric("Analysed frames", f"{status.analysed:,}", width="content")
            st.metric("Stored face rows", f"{status.recorder.written_rows:,}", width="content")
            st.metric("Lost frames", f"{status.recorder.dropped_frames:,}", width="content")
        if status.recorder.error:
            st.error(status.recorder.error)
        with st.container(horizontal=True):
            link(navigation.REPORT, "Open the report", session_id)
            link(navigation.EXPORT, "Export the data", session_id)


def _show_engagement(status: LiveStatus) -> None:
    minute = analytics.timeline(status.last_minute, 1000, *_span_ms(status, MINUTE_MS))
    st.markdown("**Engagement, last minute**")
    gauge = charts.engagement_gauge(analytics.mean_engagement(minute))
    st.plotly_chart(gauge, key="live-gauge", config=CHART_CONFIG)
    st.caption(f"Soft concentration index. {wording.GAZE_ASSUMED}")


def _machine(status: LiveStatus) -> str:
    parts = []
    if status.latency_p50_ms is not None and status.latency_p95_ms is not None:
        parts.append(f"Latency p50 {status.latency_p50_ms:.0f} ms, p95 {status.latency_p95_ms:.0f} ms")
    if status.recorder.stored_p95_ms is not None:
        parts.append(f"stored p95 {status.recorder.stored_p95_ms:.0f} ms")
    parts.append(f"skipped {status.skipped:,}")
    parts.append(f"stored {status.recorder.written_rows:,} rows")
    parts.append(f"dropped {status.recorder.dropped_frames:,}")
    if status.size_px:
        width, height = status.size_px
        parts.append(f"picture {width} x {height} at {status.received_hz:.0f}/s")
    return " · ".join(parts)


def _span_ms(status: LiveStatus, length_ms: int) -> tuple[int, int]:
    end_ms = round(status.elapsed_s * 1000)
    return max(0, end_ms - length_ms), end_ms
