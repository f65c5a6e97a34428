"""What is redrawn while a session runs: bar, notice, number and line, people, charts."""

import streamlit as st

from dashboard.charts import look as charts
from dashboard.charts.talk_band import talk_told
from dashboard.live import charts as live_charts
from dashboard.live.screen import CHIP, is_slow, machine_word, number_html, presence_html
from dashboard.live.strips import strips_html, strips_of
from dashboard.running.figures import SPAN_MS, LiveFigures
from dashboard.running.notes import Note, event_notes, happened, live_notes
from dashboard.running.status import LiveStatus
from dashboard.running.trend import MINUTE_MS
from dashboard.stored.enough import bridged_steps, step_ms_for
from dashboard.wording import counted
from model.engagement.explanation import NAMED_PARTS, NOTHING

PINNED = 12
SLOWED = 0.95
TIMELINE_STEPS_MS = (2_000, 5_000, 10_000, 20_000, 30_000)
CHART_CONFIG = {**charts.CONFIG, "displayModeBar": False}
PRESENCE_NOTE = (
    "Presence only: neither expressions nor heads, eyes and mouths are measured in this session; it counts "
    "who is in view."
)
NO_NOTES = "Notes appear here: a fall of the group's line, somebody away for long, nods, laughter."


def show_note(note: Note) -> None:
    """One sentence in the colour of its level."""
    draw = {"error": st.error, "warning": st.warning, "info": st.info}[note.level]
    draw(note.sentence)


def show_notice(status: LiveStatus, first: Note | None, *, scored: bool, shared: bool) -> None:
    """What is not as it should be, worst first; else what happened last. Its place keeps its height."""
    notes = [first] if first is not None else []
    notes += live_notes(status, shared=shared)
    with st.container(key="live-notice"):
        for note in notes:
            show_note(note)
        if not notes:
            st.markdown(_last(status) if scored else PRESENCE_NOTE)


def _last(status: LiveStatus) -> str:
    return next(iter(event_notes(status.people, 1)), NO_NOTES)


def show_machine(status: LiveStatus) -> None:
    """Whether the machine keeps up, with the figures behind it."""
    slow = is_slow(status)
    st.html(CHIP[slow])
    icon = ":material/hourglass_bottom:" if slow else ":material/check_circle:"
    with st.popover(machine_word(status), icon=icon, key="live-machine"):
        for figure in machine_figures(status):
            st.markdown(figure)


def show_now(status: LiveStatus, figures: LiveFigures | None) -> None:
    """The one large number and the line of five minutes; no `figures`: presence only."""
    if figures is None:
        st.html(presence_html(status))
        return
    st.html(number_html(figures))
    notes = happened(status.people, PINNED)
    told = figures.reading.told(figures.now)
    heard = () if status.people.reading.group_only else status.people.talk
    st.plotly_chart(
        live_charts.group_line_figure(figures, notes, heard),
        key="live-line",
        config=CHART_CONFIG,
        alt=f"The group's line over the last five minutes, now {told}: {figures.trend}. {talk_told(heard)}",
    )


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
    """One strip a person, longest away first."""
    now = status.people
    if now.reading.group_only:
        st.markdown("Individuals are hidden in a group-only view.")
    elif strips := strips_of(now, figures):
        st.html(strips_html(strips))
    else:
        st.markdown("Nobody is in view yet.")


def show_events(status: LiveStatus) -> None:
    """What happened last, newest first."""
    st.markdown("**Notes**")
    st.markdown("\n".join(f"- {note}" for note in event_notes(status.people)) or NO_NOTES)


def show_charts(status: LiveStatus) -> None:
    """The mix of the last minute and the expressions of the last five."""
    now, end_ms = status.people, round(status.elapsed_s * 1000)
    whose = now.recent.people(now.who)
    buckets = now.recent.buckets(whose, now.reading.least_people)
    minute = [bucket for bucket in buckets if bucket.start_ms >= now.offset_ms - MINUTE_MS]
    step_ms = step_ms_for(now.interval_ms, TIMELINE_STEPS_MS)
    mix, timeline = st.columns([2, 3], gap="medium")
    with mix:
        st.markdown("**Mix of the last minute**")
        st.plotly_chart(live_charts.mix_figure(minute), key="live-mix", config=CHART_CONFIG)
    with timeline:
        st.markdown("**Last five minutes**")
        start_ms = max(0, end_ms - SPAN_MS)
        bridged = bridged_steps(now.interval_ms, step_ms)
        figure = live_charts.timeline_figure(buckets, step_ms, start_ms, end_ms, now.markers, bridged=bridged)
        st.plotly_chart(figure, key="live-timeline", config=CHART_CONFIG)


def machine_figures(status: LiveStatus) -> list[str]:
    """What the machine does, figure by figure."""
    parts = [_rate(status)]
    if status.latency_p50_ms is not None and status.latency_p95_ms is not None:
        parts.append(f"Latency p50 {status.latency_p50_ms:.0f} ms, p95 {status.latency_p95_ms:.0f} ms")
    if status.recorder.stored_p95_ms is not None:
        parts.append(f"Stored p95 {status.recorder.stored_p95_ms:.0f} ms")
    parts.append(f"Skipped {status.skipped:,}, dropped {status.recorder.dropped_frames:,}")
    parts.append(f"Stored {status.recorder.written_rows:,} rows")
    if status.size_px:
        width, height = status.size_px
        parts.append(f"Picture {width} x {height} at {status.received_hz:.0f} a second")
    return parts


def _rate(status: LiveStatus) -> str:
    """How often faces are analysed, and why not as often as wanted."""
    now = f"{status.analysed_hz:.1f} analysed a second"
    if status.cost_ms is None or status.aimed_hz > SLOWED * status.wanted_hz:
        return now
    return (
        f"{now}, slowed from {status.wanted_hz:g}: one analysis takes this machine "
        f"{status.cost_ms:.0f} ms on average"
    )
