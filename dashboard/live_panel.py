"""Beside the stream: what is redrawn every second, and the summary after STOP."""

import streamlit as st

from dashboard import analytics, charts, navigation, wording
from dashboard.consent import Setup
from dashboard.links import link
from dashboard.live import LiveStatus
from dashboard.live_notes import Note, live_notes
from db.store import EndReason

MINUTE_MS, SPAN_MS = 60_000, 300_000
TIMELINE_BUCKET_MS = 2_000
NOT_YET = "Shows as soon as a usable face is seen"
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


def show_live(status: LiveStatus, setup: Setup) -> None:
    """The figures of a running session."""
    for note in live_notes(status):
        show_note(note)
    _figures(status)
    if not setup.expressions_allowed:
        st.info("Presence only: expressions are not analysed in this session.", icon=":material/groups:")
        return
    timeline = analytics.timeline(status.last_minute, 1000, *_span_ms(status, MINUTE_MS))
    gauge, pie = st.columns(2)
    with gauge:
        st.markdown("**Engagement, last minute**")
        value = analytics.mean_engagement(timeline)
        st.plotly_chart(charts.engagement_gauge(value), key="live-gauge", config=dict(charts.CONFIG))
    with pie:
        st.markdown("**Mix of the last minute**")
        st.plotly_chart(charts.mix_figure(status.last_minute), key="live-mix", config=dict(charts.CONFIG))
    st.caption("Soft concentration index. " + wording.GAZE_ASSUMED)


def show_timeline(status: LiveStatus) -> None:
    """The rolling emotion timeline, under stream and figures."""
    st.markdown("**Last five minutes**")
    figure = charts.timeline_figure(status.last_minutes, TIMELINE_BUCKET_MS, *_span_ms(status, SPAN_MS))
    st.plotly_chart(figure, key="live-timeline", config=dict(charts.CONFIG))


def show_summary(status: LiveStatus, session_id: int) -> None:
    """What remains to say after the end, with the way to the report."""
    reason = status.end_reason or EndReason.STOPPED
    with st.container(border=True):
        st.subheader("Session ended")
        if not status.received:
            st.write("No picture came, so nothing was kept.")
            return
        st.write(ENDED[reason])
        columns = st.columns(3)
        columns[0].metric("Analysed frames", f"{status.analysed:,}")
        columns[1].metric("Stored face rows", f"{status.recorder.written_rows:,}")
        columns[2].metric("Lost", f"{status.recorder.dropped_frames:,}")
        if status.recorder.error:
            st.error(status.recorder.error)
        link(navigation.REPORT, "Open the report", session_id)
        link(navigation.EXPORT, "Export", session_id)


def _figures(status: LiveStatus) -> None:
    top = st.columns(3)
    top[0].metric("In view", status.people)
    top[1].metric("Time", wording.clock(status.elapsed_s))
    top[2].metric("Analysed / s", f"{status.analysed_hz:.1f}")
    latency = "no frame yet"
    if status.latency_p50_ms is not None and status.latency_p95_ms is not None:
        latency = f"latency p50 {status.latency_p50_ms:.0f} ms, p95 {status.latency_p95_ms:.0f} ms"
    width, height = status.size_px or (0, 0)
    st.caption(
        f"{latency} · skipped {status.skipped:,} · stored {status.recorder.written_rows:,} rows, "
        f"dropped {status.recorder.dropped_frames:,} · picture {width} x {height}"
    )


def _span_ms(status: LiveStatus, length_ms: int) -> tuple[int, int]:
    end_ms = round(status.elapsed_s * 1000)
    return max(0, end_ms - length_ms), end_ms
