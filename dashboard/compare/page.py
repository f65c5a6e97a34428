"""The parts of the Compare page: lines, differences with a table to copy, groups about a marker."""

import re
from collections.abc import Sequence
from math import isnan

import pandas as pd
import streamlit as st
from sqlalchemy import Engine

from dashboard.compare import charts as compare_charts
from dashboard.compare.at_markers import (
    Window,
    at_markers,
    before_after,
    changes_from_before,
    over_groups,
    shared_labels,
)
from dashboard.compare.bootstrap import Interval
from dashboard.compare.charts import plain, short_names
from dashboard.compare.controls import Choice
from dashboard.compare.lines import Compared, Line, compared, largest, on_one_axis, smoothed
from dashboard.compare.marks import with_marks
from dashboard.controls.chart import show_chart
from dashboard.export.formats.cells import defused
from dashboard.reading import Reading
from dashboard.stored.enough import TOO_LITTLE
from dashboard.wording import NOTHING, duration, escaped, label, percent
from db.reports import Marker, markers

METHOD = (
    "Means are over time, every step once; each person counts once in a step. The intervals (95 %) come from "
    "a circular block bootstrap: 2,000 resamples of whole blocks of time, because neighbouring moments are "
    "alike ([Politis and White 2004](https://doi.org/10.1081/ETC-120028836)), the same on every look. They "
    "say how much the figures vary over the time of these sessions, not how other groups would have done; in "
    "short or slowly changing lines they are still somewhat too narrow, and none is given where fewer than "
    "four blocks fit. Of many comparisons one in twenty leaves out 0 by chance."
)
INTERVALS = "95 % intervals: how these figures vary over the time of these sessions, not over other groups."
NUMBER = re.compile(r"-?\d+(\.\d+)?")


def show_lines(choice: Choice, lines: Sequence[Line], engine: Engine) -> None:
    """All on one axis, and the table of differences to the first."""
    rows = compared(lines)
    if all(pd.isna(row.mean.value) for row in rows):
        st.info(
            "None of these holds what this definition needs, has enough people, or was usable for half a "
            "minute and a tenth of the time. Choose another one."
        )
        return
    st.header(_finding(rows, choice.reading), anchor=False)
    st.caption(
        f"{choice.reading.definition.plain}, by published weights", help=choice.reading.definition.title
    )
    table = smoothed(on_one_axis(lines, choice.share))
    names = [line.name for line in lines]
    figure = compare_charts.comparison_lines(
        table, names, choice.reading, choice.share, max(line.bridged for line in lines)
    )
    noted = _noted(choice, engine)
    with_marks(figure, table, lines, noted, choice.reading.limits[0], share=choice.share)
    show_chart(figure, "compared", f"{len(lines)} lines on one axis. {_finding(rows, choice.reading)}.")
    if figure.data[-1].mode == "markers":
        st.caption("Diamonds: markers")
    differences = [row.less_first for row in rows if row.less_first is not None]
    dots = compare_charts.difference_dots(names, differences, choice.reading)
    show_chart(
        dots, "differences", "Differences to the first with 95 % intervals; the table has the figures."
    )
    _show_table(rows, choice.reading)
    st.caption(INTERVALS, help=METHOD)


def show_markers(choice: Choice, engine: Engine, min_group_size: int) -> None:
    """The groups aligned at a marker that they share."""
    noted = _noted(choice, engine)
    labels = shared_labels(noted)
    if not labels:
        st.markdown(
            "No marker has the same label in two of these sessions. Mark the same advert or slide in each, "
            "live or on the report, and compare again."
        )
        return
    first, second, third, fourth = st.columns([3, 1, 1, 2], vertical_alignment="bottom")
    chosen = first.selectbox("Marker", labels, key="compare_marker")
    before_s = second.number_input("Before (s)", 5, 600, 30, key="compare_before")
    after_s = third.number_input("After (s)", 5, 3600, 60, key="compare_after")
    change = fourth.toggle("Change from before", True, key="compare_change")
    window = Window.of(int(before_s) * 1000, int(after_s) * 1000)
    sessions = [item.session for item in choice.items]
    starts = [[one.offset_ms for one in noted[session.id] if one.label == chosen] for session in sessions]
    least_people = min_group_size if choice.group_only else 0
    with st.spinner("Reading"):
        table = at_markers(engine, sessions, starts, window, choice.reading, least_people=least_people)
    if table.shape[1] < 2 or table.notna().sum(axis=1).max() < 2:
        st.info("Fewer than two groups have anything measured about this marker.")
        return
    _show_groups(choice, table, chosen, change)
    st.caption(_about(window, max(map(len, starts))))


def _noted(choice: Choice, engine: Engine) -> dict[int, list[Marker]]:
    return {number: markers(engine, number) for number in {item.session.id for item in choice.items}}


def _show_groups(choice: Choice, table: pd.DataFrame, chosen: str, change: bool) -> None:
    reading, names = choice.reading, [choice.items[int(str(column))].name for column in table.columns]
    shown = changes_from_before(table) if change else table
    sides = before_after(table).set_axis(names)
    finding = _marker_finding(sides, chosen, reading)
    st.header(finding, anchor=False)
    figure = compare_charts.about_marker(shown, over_groups(shown), names, reading, change)
    show_chart(figure, "about_marker", f"Groups about the marker. {finding}.")
    sides.loc["Mean over groups"] = sides.mean()
    sides.loc["Their standard deviation"] = sides.iloc[:-1].std(ddof=1)
    digits = 1 if reading.definition.unit else 3
    rows = sides.round(digits).rename_axis("Group").reset_index()
    show_copied(rows.rename(columns={"before": "Before", "after": "After", "change": "Change"}), "groups")


def _about(window: Window, times: int) -> str:
    most = window.most_times
    first = f" Of the {times} such markers of one session the first {most} are read." if times > most else ""
    return (
        f"Before: {duration(window.before_ms)} up to the marker; after: {duration(window.after_ms)} from it, "
        f"in steps of {duration(window.step_ms)}. The step that the marker falls into is in neither.{first} "
        "Thick: mean over groups, each once. Shaded: one standard deviation over groups."
    )


def _marker_finding(sides: pd.DataFrame, chosen: str, reading: Reading) -> str:
    change, spread = sides["change"].mean(), sides["change"].std(ddof=1)
    amount, low = plain(abs(float(change)), reading), plain(0, reading)
    if amount == low:
        return f"After “{escaped(chosen)}” engagement did not change on average"
    direction = "rose" if change > 0 else "fell"
    amount += " points" if reading.definition.unit else ""
    unsure = "" if pd.isna(spread) or abs(change) > spread else ", less than groups differ"
    return f"After “{escaped(chosen)}” engagement {direction} by {amount} on average{unsure}"


def _finding(rows: Sequence[Compared], reading: Reading) -> str:
    most = largest(rows)
    if most is None or most.less_first is None:
        return "No difference to the first is clear"
    less = most.less_first
    where = "above" if less.value > 0 else "below"
    amount = plain(abs(less.value), reading) + (" points" if reading.definition.unit else "")
    bounds = sorted([abs(less.low), abs(less.high)])
    span = f"{plain(bounds[0], reading)} to {plain(bounds[1], reading)}"
    return f"{escaped(most.name)} is {amount} {where} {escaped(rows[0].name)} ({span})"


def _show_table(rows: Sequence[Compared], reading: Reading) -> None:
    table = pd.DataFrame(
        [
            (
                row.name,
                TOO_LITTLE if row.little else plain(row.mean.value, reading),
                _bounds(row.mean, reading),
                NOTHING if row.less_first is None else plain(row.less_first.value, reading),
                NOTHING if row.less_first is None else _bounds(row.less_first, reading),
                percent(row.looking),
                label(row.lead),
                duration(row.measured_ms),
            )
            for row in rows
        ],
        columns=[*_columns(reading), "Looking", "Most common expression", "Measured"],
    )
    show_copied(table, "comparison")


def _columns(reading: Reading) -> list[str]:
    unit = f" ({reading.definition.unit})" if reading.definition.unit else ""
    return ["Name", f"Mean{unit}", "95 % interval", "Less the first", "Its 95 % interval"]


def show_copied(table: pd.DataFrame, key: str) -> None:
    """A table, its first column names; and the same, with whole names, as text with a button that copies it
    into a spreadsheet."""
    name = str(table.columns[0])
    shown = table.assign(**{name: short_names(table[name].tolist())})
    st.dataframe(shown, hide_index=True, key=f"table_{key}", placeholder=NOTHING)
    with st.expander("Copy the table", icon=":material/content_copy:"):
        st.code(table.map(_safe).to_csv(sep="\t", index=False), language=None)


def _safe(cell: object) -> object:
    """A cell that no spreadsheet takes for a formula; a number stays one."""
    if not isinstance(cell, str) or NUMBER.fullmatch(cell):
        return cell
    return defused(cell)


def _bounds(one: Interval, reading: Reading) -> str:
    if isnan(one.low):
        return "too short to say"
    return f"{plain(one.low, reading)} to {plain(one.high, reading)}"
