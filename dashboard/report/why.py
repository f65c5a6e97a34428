"""Why a score is what it is: the parts of one moment, of the group or of one person."""

import streamlit as st

from dashboard.controls.chart import show_chart
from dashboard.controls.definition import label_of
from dashboard.palette import LABELS
from dashboard.reading import Reading
from dashboard.report.maps import parts_bars
from dashboard.stored.person_steps import PersonSteps, parts_of
from dashboard.stored.report import SessionReport
from dashboard.wording import clock, counted, duration, escaped, percent


@st.fragment
def show_why(report: SessionReport, person: int | None) -> None:
    """Choose a moment; see what made its score, the group's or that of `person`."""
    times = report.steps.times_ms.tolist()
    known = [
        time
        for time, people in zip(times, report.timeline["people"], strict=True)
        if people >= report.least_people
    ]
    if not known:
        st.markdown("There is no moment with enough usable people.")
        return
    lowest = report.timeline["engagement"].argmin() if report.timeline["engagement"].notna().any() else 0
    moment = times[int(lowest)] if times[int(lowest)] in known else known[0]
    if len(known) > 1:
        moment = st.select_slider(
            "Moment",
            known,
            moment,
            format_func=lambda at_ms: clock(at_ms / 1000),
            key=f"why_{report.session.id}",
        )
    _show_parts(report, times.index(moment), person)


def _show_parts(report: SessionReport, row: int, person: int | None) -> None:
    reading = report.reading
    step = report.steps.at(row, person)
    parts = parts_of(step, reading.definition, reading.weights)
    if parts.empty:
        st.markdown("At this moment nothing was usable that this definition needs.")
        return
    whose = "The group's score" if person is None else f"{escaped(report.names[person])}'s score"
    total = reading.told(float(parts["adds"].sum()))
    stretch = f"{clock(report.steps.times_ms[row] / 1000)}, {duration(report.bucket_ms)} long"
    st.markdown(f"{whose} is **{total}** (at {stretch}, not smoothed): the sum of its parts")
    named = parts.assign(key=parts["part"], part=[LABELS.get(key, label_of(key)) for key in parts["part"]])
    show_chart(parts_bars(named, reading), "why", "Bars: what each part adds to the score.")
    gaze = ", ".join(f"{words(state)} {percent(share)}" for state, share in step.gaze_shares().items())
    st.caption(
        f"Counted: {counted(len(step.people), 'person', 'people')}. Gaze: {gaze}. "
        f"{_if_looking(step, reading) if reading.uses_gaze else ''}"
    )


def _if_looking(step: PersonSteps, reading: Reading) -> str:
    parts = parts_of(step.all_looking(), reading.definition, reading.weights)
    return (
        "Each part is weighed by its own weight and by that of the gaze; had everybody looked at the screen, "
        f"the score would be {reading.told(float(parts['adds'].sum()))}."
    )


def words(state: str) -> str:
    """A state of gaze in words."""
    return state.replace("_", " ")
