"""From when on something is noted in a running session: one field for each threshold, in a person's units."""

from dataclasses import dataclass, replace

import streamlit as st

from dashboard.wording import escaped
from model.behaviour.events import Thresholds
from model.errors import EngagementError


@dataclass(frozen=True, slots=True)
class Field:
    """`unit`: how many of the threshold's own unit one of the field's is."""

    name: str
    label: str
    unit: float
    low: float
    high: float
    step: float


FIELDS = (
    Field("fall_points", "Fall of the group's line (points)", 1, 1, 100, 1),
    Field("fall_within_ms", "... within (s)", 1000, 2, 300, 1),
    Field("away_ms", "Looking away for (s)", 1000, 1, 600, 1),
    Field("eyes_closed_ms", "Eyes closed for (s)", 1000, 1, 600, 1),
    Field("laughter_share", "Laughing together (% of people)", 0.01, 1, 100, 5),
    Field("laughter_people", "... and at least (people)", 1, 1, 100, 1),
)


def choose_thresholds(now: Thresholds, key: str) -> Thresholds | None:
    """Draw the fields; other thresholds than `now` once somebody changes them, else None."""
    st.caption("What is noted while the session runs. Nods are noted from three swings of the head on.")
    columns = st.columns(2)
    typed = {
        one.name: columns[number % 2].number_input(
            one.label,
            min_value=float(one.low),
            max_value=float(one.high),
            value=float(min(max(getattr(now, one.name) / one.unit, one.low), one.high)),
            step=float(one.step),
            format="%.0f",
            key=f"threshold-{key}-{one.name}",
        )
        * one.unit
        for number, one in enumerate(FIELDS)
    }
    try:
        chosen = replace(now, **typed)
    except EngagementError as error:
        st.error(escaped(str(error)))
        return None
    return None if chosen == now else chosen
