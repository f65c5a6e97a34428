"""Markers on the report: what happened before and after each, and adding, editing and deleting them."""

from collections.abc import Callable
from functools import partial

import pandas as pd
import streamlit as st

from dashboard.consent import PRESENCE_ONLY
from dashboard.controls.marker import NEW, ask_marker
from dashboard.markers.desk import MarkerDesk
from dashboard.markers.typed import told_time, within
from dashboard.reading import Reading
from dashboard.stored.around_markers import Around, Side, around, direction
from dashboard.stored.person_steps import PersonSteps
from dashboard.stored.report import SessionReport
from dashboard.stored.span import FINE_MS, read_steps
from dashboard.wording import counted, escaped
from db.errors import DatabaseError
from db.reports import Marker
from db.store import Store

ROWS_SHOWN = 25
RULE = (
    "Up to 60 s before and after each moment, cut where another marker lies; of a stretch, all of its inside "
    "against what was before it. Values are by the definition chosen above, each person once; the change is "
    "that of the people usable on both sides. With fewer than {least}, or in less than 10 s, nothing is "
    "said. Less than 5 % of the range is steady. That something changed then does not say why."
)


def show_markers(report: SessionReport, store: Store | None, desk_of: Callable[[int], MarkerDesk]) -> None:
    """The tab of a report: the table, and what changes it where anything may be changed."""
    longest_ms = report.session.duration_ms
    shown = in_view(report)
    if shown:
        _show_table(report, shown)
    elif report.markers:
        st.markdown("No marker lies in this time range.")
    else:
        st.markdown(
            "Nothing is marked yet. Mark moments with one key while a session runs, or add them here."
        )
    if store is None:
        return
    desk = desk_of(report.session.id)
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        _add(desk, store, longest_ms)
        if report.markers:
            _edit(desk, store, report.markers, longest_ms)
        undo = f"Undo {escaped(desk.undoes)}" if desk.undoes else None
        if undo and st.button(undo, icon=":material/undo:", key="marker-undo"):
            _do(partial(desk.undo, store))


def in_view(report: SessionReport) -> list[Marker]:
    """The markers of the time range shown, and the stretches that reach into it."""
    return within(report.markers, report.view.start_ms, report.span.end_ms)


def _show_table(report: SessionReport, shown: list[Marker]) -> None:
    rows = [{"Time": told_time(one), "Marker": one.label, "Note": one.note or ""} for one in shown]
    scored = report.session.model_name != PRESENCE_ONLY
    if scored:
        span = report.view.start_ms, report.span.end_ms
        told = around(report.markers, _steps(report), report.reading, span, report.least_people)
        by_id = {one.marker.id: one for one in told}
        rows = [
            {**row, **_figures(by_id[one.id], report.reading), "Note": row["Note"]}
            for row, one in zip(rows, shown, strict=True)
        ]
    st.header("What happened here", anchor=False)
    order = ["Time", "Marker", *(["Before", "After", "Change", "People"] if scored else []), "Note"]
    st.dataframe(
        pd.DataFrame(rows)[order],
        hide_index=True,
        height="content" if len(rows) <= ROWS_SHOWN else "auto",
        width="stretch",
        column_config={
            "After": st.column_config.TextColumn(help="What followed a moment; the inside of a stretch."),
            "People": st.column_config.TextColumn(help="Usable before, after, and on both sides."),
            "Note": st.column_config.TextColumn(width="large"),
        },
    )
    st.caption(
        RULE.format(least=counted(report.least_people, "person", "people"))
        if scored
        else "This session counted presence only, so there is no engagement before and after."
    )


def _steps(report: SessionReport) -> PersonSteps:
    """The report's own steps, or finer ones where those are too long for minutes."""
    if report.bucket_ms <= FINE_MS:
        return report.steps
    least_people = report.least_people if report.view.group_only else 0
    return read_steps(report.span, report.reading, FINE_MS, least_people)


def _figures(one: Around, reading: Reading) -> dict[str, str]:
    said = direction(one.change, reading)
    change = said if one.change is None else f"{reading.told(one.change, signed=True)}, {said}"
    people = f"{one.before.people}, {one.after.people}; both {one.both}"
    return {
        "Before": _value(one.before, reading),
        "After": _value(one.after, reading),
        "Change": change,
        "People": people,
    }


def _value(side: Side, reading: Reading) -> str:
    return "not enough to say" if side.value is None else reading.told(side.value)


def _add(desk: MarkerDesk, store: Store, longest_ms: int) -> None:
    done = desk.changes  # another key after each change: the form is empty and shut again
    panel = st.popover("Add a marker", icon=":material/add:", key=f"marker-add-{done}", on_change="rerun")
    if not panel.open:
        return
    with panel:
        made = ask_marker(NEW, longest_ms, f"marker-new-{done}", "Add")
        if made:
            _do(partial(desk.add, store, made))


def _edit(desk: MarkerDesk, store: Store, stored: list[Marker], longest_ms: int) -> None:
    state = abs(hash(tuple(stored)))
    key = f"marker-edit-{state}"
    panel = st.popover("Edit or delete", icon=":material/edit:", key=key, on_change="rerun")
    if not panel.open:
        return
    with panel:
        by_id = {one.id: one for one in stored}
        chosen = st.selectbox(
            "Which marker",
            list(by_id),
            index=None,
            format_func=lambda number: f"{told_time(by_id[number])} {by_id[number].label}",
            placeholder="Choose one",
            key=f"marker-which-{state}",
        )
        if chosen is None:
            return
        marker = by_id[chosen]
        changed = ask_marker(marker, longest_ms, f"marker-form-{state}-{chosen}", "Save")
        if changed:
            _do(partial(desk.change, store, marker, changed))
        if st.button("Delete this marker", icon=":material/delete:", key=f"marker-delete-{state}-{chosen}"):
            _do(partial(desk.delete, store, marker))


def _do(write: Callable[[], None]) -> None:
    try:
        write()
    except DatabaseError as error:
        st.error(escaped(str(error)))
        return
    st.rerun()
