"""Who was there, of a session that scores nobody: over time, joined, left, longest absence."""

import numpy as np
import pandas as pd
import streamlit as st

from dashboard.charts.lines import people_line
from dashboard.report.sections import show_timeline
from dashboard.stored.person_steps import PersonSteps
from dashboard.stored.report import SessionReport
from dashboard.wording import NOTHING, clock, counted, duration, percent


def show_attendance(report: SessionReport) -> None:
    """The number of people over time and, but in a view of the group alone, when each came and went."""
    table = over_time(report.steps)
    if not table["people"].any():
        return
    most = int(table["people"].max())
    told = f"at most {counted(most, 'person', 'people')} at once"
    st.markdown(f"**People in view**: {told}")
    show_timeline(report, people_line(table), "attendance", f"Number of people over time: {told}.")
    if not report.view.group_only:
        _show_comings(report)


def over_time(steps: PersonSteps) -> pd.DataFrame:
    """By step: `time_ms` and how many `people` were clearly in view."""
    return pd.DataFrame({"time_ms": steps.times_ms, "people": np.count_nonzero(steps.usable(), axis=1)})


def comings(steps: PersonSteps, step_ms: int) -> pd.DataFrame:
    """By `person`, in the order in which they came: `joined_ms` and `left_ms`, the first step and the end of
    the last in which they were clearly in view; `absent_ms`, the longest time between without; 0: none."""
    rows = []
    for person, seen in zip(steps.people.tolist(), steps.usable().T, strict=True):
        there = np.flatnonzero(seen)
        if len(there):
            longest = int(np.diff(there).max(initial=1)) - 1
            first, last = steps.times_ms[there[[0, -1]]].tolist()
            rows.append((person, first, last + step_ms, longest * step_ms))
    found = pd.DataFrame(rows, columns=["person", "joined_ms", "left_ms", "absent_ms"])
    return found.sort_values(["joined_ms", "person"], ignore_index=True)


def _show_comings(report: SessionReport) -> None:
    found, names = comings(report.steps, report.bucket_ms), report.names
    in_view = report.people.set_index("person")["in_view"]
    found = found[found["person"].isin(in_view.index)]
    shown = found.assign(
        name=found["person"].map(names),
        joined=[clock(one / 1000) for one in found["joined_ms"]],
        left=[clock(min(one, report.session.duration_ms) / 1000) for one in found["left_ms"]],
        in_view=[percent(in_view[person]) for person in found["person"]],
        absent=[duration(one) if one else NOTHING for one in found["absent_ms"]],
    )
    columns = {"name": "Person", "joined": "Joined", "left": "Left", "in_view": "In view"}
    columns["absent"] = "Longest absence"
    st.dataframe(shown[list(columns)].rename(columns=columns), hide_index=True, key="comings")
    st.caption(
        f"To {duration(report.bucket_ms)}; faces that were too small or too dark to tell do not count."
    )
