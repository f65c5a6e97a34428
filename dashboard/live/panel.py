"""Beside and below the stream: what is redrawn every second, and the summary after the end."""

import streamlit as st

from dashboard import navigation, wording
from dashboard.charts import look as charts
from dashboard.consent import Source
from dashboard.links import link
from dashboard.live import charts as live_charts
from dashboard.live.strips import strips_html, strips_of
from dashboard.running.figures import SPAN_MS, LiveFigures
from dashboard.running.notes import Note, event_notes, live_notes
from dashboard.running.status import LiveStatus
from dashboard.running.trend import MINUTE_MS
from dashboard.wording import counted, escaped
from db.store import EndReason
from model.engagement.explanation import NAMED_PARTS, NOTHING

TIMELINE_BUCKET_MS = 2_000
SLOWED = 0.95
CHART_CONFIG = {**charts.CONFIG, "displayModeBar": False}
PRESENCE_NOTE = (
    "Presence only: neither expressions nor heads, eyes and mouths are measured in this session; it counts "
    "who is in view."
)
ENDED = {
    EndReason.STOPPED: "You stopped the session.",
    EndReason.DISCONNECTED: "The session ended because the tab was closed or the connection was lost.",
    EndReason.SOURCE_ENDED: "The session ended because the camera was switched off or unplugged.",
    EndReason.SERVER_STOPPED: "The session ended because Attune was stopped on its machine.",
    EndReason.INTERRUPTED: "The session was interrupted.",
}
STORING = "Storing the last moments. You may go to other pages or start another session meanwhile."
SHARING_ENDED = "The session ended because sharing was stopped, or what was shared was closed."


def ended_sentence(status: LiveStatus, source: Source | None) -> str:
    """Why the session ended, for the person who held it."""
    if status.end_reason is EndReason.SOURCE_ENDED and source is not Source.CAMERA:
        return SHARING_ENDED
    return ENDED[status.end_reason or EndReason.STOPPED]


def show_note(note: Note) -> None:
    """One sentence in the colour of its level."""
    draw = {"error": st.error, "warning": st.warning, "info": st.info}[note.level]
    draw(note.sentence)


def show_state(status: LiveStatus, figures: LiveFigures | None, *, shared: bool = False) -> None:
    """Beside the stream: troubles, people, time, engagement, and how the machine keeps up; no `figures`:
    presence only."""
    for note in live_notes(status, shared=shared):
        show_note(note)
    with st.container(horizontal=True, gap="large"):
        st.metric("In view", status.people.in_view, width="content")
        st.metric("Time", wording.clock(status.elapsed_s), width="content")
        if figures is not None:
            st.metric("Last minute", figures.reading.told(figures.minute, signed=figures.reading.is_change))
    if figures is None:
        st.info(PRESENCE_NOTE, icon=":material/groups:")
    else:
        show_engagement(figures)
    st.caption(_machine(status))


def show_engagement(figures: LiveFigures) -> None:
    """The group's value now with what made it, and its line."""
    reading = figures.reading
    change = f", {reading.neutral}" if reading.is_change else ""
    st.markdown(f"**{escaped(reading.definition.title)}{change}**, of the last 10 s")
    st.plotly_chart(live_charts.gauge(figures), key="live-gauge", config=CHART_CONFIG, alt=_in_words(figures))
    st.plotly_chart(
        live_charts.group_line_figure(figures),
        key="live-line",
        config=CHART_CONFIG,
        alt="The group's line over the last five minutes.",
    )
    st.caption(escaped(why(figures)))


def why(figures: LiveFigures) -> str:
    """What the value now was made of, or why there is none."""
    reading, people = figures.reading, figures.counted
    if people < reading.least_people:
        return f"No line: {people} usable, and {reading.least_people} are wanted at once."
    if reading.is_change and figures.now is None:
        return "No change yet: a person's own neutral is known after 10 usable seconds."
    if not figures.why:
        return NOTHING
    form = f".{reading.digits}f"
    made = "; ".join(f"{part.label} {part.contribution:{form}}" for part in figures.why[:NAMED_PARTS])
    rest = sum(part.contribution for part in figures.why[NAMED_PARTS:])
    more = f"; everything else {rest:{form}}" if figures.why[NAMED_PARTS:] else ""
    return f"Made of: {made}{more}. {counted(people, 'person', 'people')} counted."


def show_people(status: LiveStatus, figures: LiveFigures | None) -> None:
    """One strip a person, and what happened last."""
    now = status.people
    if now.reading.group_only:
        st.caption("Individuals are hidden in a group-only view.")
    elif strips := strips_of(now, figures):
        st.html(strips_html(strips))
    else:
        st.caption("Nobody is in view yet.")
    if figures is not None:
        _show_events(status)


def show_charts(status: LiveStatus) -> None:
    """Below the strips: the mix of the last minute and the timeline of the last five."""
    now, end_ms = status.people, round(status.elapsed_s * 1000)
    whose = now.recent.people(now.who)
    least_people = now.reading.least_people
    buckets = now.recent.buckets(whose, least_people)
    minute = [bucket for bucket in buckets if bucket.start_ms >= now.offset_ms - MINUTE_MS]
    mix, timeline = st.columns([2, 3], gap="medium")
    with mix:
        st.markdown("**Mix of the last minute**")
        st.plotly_chart(live_charts.mix_figure(minute), key="live-mix", config=CHART_CONFIG)
    with timeline:
        st.markdown("**Last five minutes**")
        start_ms = max(0, end_ms - SPAN_MS)
        figure = live_charts.timeline_figure(buckets, TIMELINE_BUCKET_MS, start_ms, end_ms, now.markers)
        st.plotly_chart(figure, key="live-timeline", config=CHART_CONFIG)


def show_storing(status: LiveStatus) -> None:
    """The session has ended and something of it still waits for the database."""
    waiting = status.recorder.queued_frames
    many = f" {counted(waiting, 'analysed frame waits', 'analysed frames wait')}." if waiting else ""
    st.info(f"{STORING}{many}", icon=":material/hourglass_top:")
    if status.recorder.error:
        st.warning(status.recorder.error)


def show_summary(status: LiveStatus, session_id: int, source: Source | None) -> None:
    """What remains to say after the end, with the way to the report."""
    with st.container(border=True):
        st.subheader("Session ended")
        if not status.received:
            st.write("No picture came, so nothing was kept.")
            return
        st.write(ended_sentence(status, source))
        with st.container(horizontal=True, gap="large"):
            st.metric("Analysed frames", f"{status.analysed:,}", width="content")
            st.metric("Stored face rows", f"{status.recorder.written_rows:,}", width="content")
            st.metric("Lost frames", f"{status.recorder.dropped_frames:,}", width="content")
        if status.recorder.error:
            st.error(status.recorder.error)
        with st.container(horizontal=True):
            link(navigation.REPORT, "Open the report", session_id)
            link(navigation.EXPORT, "Export the data", session_id)


def _show_events(status: LiveStatus) -> None:
    with st.container(border=True, gap="xsmall", key="live-notes"):
        notes = event_notes(status.people)
        for note in notes:
            st.caption(note)
        if not notes:
            st.caption(
                "Notes appear here: a fall of the group's line, somebody away for long, nods, laughter."
            )


def _in_words(figures: LiveFigures) -> str:
    return f"{figures.reading.definition.title}: {figures.reading.told(figures.now)}"


def _machine(status: LiveStatus) -> str:
    parts = [_rate(status)]
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


def _rate(status: LiveStatus) -> str:
    """How often faces are analysed, and why not as often as wanted."""
    now = f"{status.analysed_hz:.1f} analysed a second"
    if status.cost_ms is None or status.aimed_hz > SLOWED * status.wanted_hz:
        return now
    return (
        f"{now}, slowed from {status.wanted_hz:g}: one analysis takes this machine "
        f"{status.cost_ms:.0f} ms on average"
    )
