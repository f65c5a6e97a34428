"""The moments of a session: falls, rises and long stretches, each a button that opens its reason."""

import streamlit as st

from dashboard.report.answer import show_moment
from dashboard.stored import moments
from dashboard.stored.answer import Answer
from dashboard.stored.moments import Kind
from dashboard.wording import duration
from model.behaviour.falls import STEP_MS

HEADINGS = {
    Kind.FALL: "Fell most",
    Kind.RISE: "Rose most",
    Kind.AWAY: "Looked away longest",
    Kind.LED: "One expression longest",
    Kind.BELOW: "Below the own mean longest",
}
NONE = {
    Kind.FALL: "No clear fall",
    Kind.RISE: "No clear rise",
    Kind.AWAY: "Nobody looked away for long",
    Kind.LED: "Nothing but neutral for long",
    Kind.BELOW: "Nobody stayed below their mean for long",
}
HOW = (
    "A fall goes from its last peak to its lowest step of {step}: {points:.0f} points of the range "
    "within {within} at least, as while the session ran; a rise is the same upside down. Looking away: less "
    f"than {moments.LOOKING_FROM:.0%} of the measured gaze on the screen. A gap ends a stretch."
)


def show_moments(answer: Answer) -> None:
    """Five lists of buttons, as long as what is pressed stays shown above."""
    columns = st.columns(2, gap="large")
    for number, (kind, heading) in enumerate(HEADINGS.items()):
        with columns[number % 2], st.container(gap=None):
            st.markdown(f"**{heading}**")
            mine = answer.of(kind)
            if not mine:
                st.caption(f"{NONE[kind]} in this time range.")
            for one in mine:
                show_moment(answer, one, "moments")
    limits = answer.levels.limits
    within = duration(round(limits.fall_within_ms))
    st.caption(HOW.format(step=duration(STEP_MS), points=limits.fall_points, within=within))
