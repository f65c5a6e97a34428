"""Who was there: everybody's time as a map, a table, lines; and saying who is who afterwards."""

import pandas as pd
import streamlit as st
from streamlit.elements.lib.column_types import ColumnConfig

from dashboard import wording
from dashboard.charts.lines import person_lines
from dashboard.palette import KEYS, LABELS
from dashboard.report import maps as report_maps
from dashboard.report.sections import is_line, show_timeline
from dashboard.report.tab_tools import HabitsOf
from dashboard.stored.enough import TOO_LITTLE
from dashboard.stored.findings import people_finding
from dashboard.stored.report import SessionReport
from dashboard.wording import clock, counted, label

STRIPS, MOST_STRIPS = 6, 12
AT_ONCE_FACES = 60_000
"""So many observations are read instant by instant without being asked for: less than a second."""
PERCENT = "%.0f %%"
GREY = "color: #8b95a0"
ENGAGEMENT, LOOKING = "Engagement", "Attention (looking)"


def show_people(report: SessionReport, habits_of: HabitsOf) -> None:
    """Map, table and lines of everybody who is not left out."""
    if report.people.empty:
        st.markdown("Nobody was seen in this time range.")
        return
    _show_map(report)
    st.markdown(people_finding(report.people))
    table = report.people.join(habits_shown(report, habits_of), on="person")
    shown = _for_reading(table, report)
    columns = _columns(report)
    grey = [person in report.hardly_usable for person in report.people["person"]]
    st.dataframe(
        shown.style.apply(lambda row: [GREY * grey[row.name]] * len(row), axis=1) if any(grey) else shown,
        hide_index=True,
        column_config=columns,
        column_order=list(columns),
        placeholder=wording.NOTHING,
    )
    _show_strips(report)


def _show_map(report: SessionReport) -> None:
    tables = {ENGAGEMENT: report.engagement_of, LOOKING: report.looking_of * 100}
    known = [name for name, table in tables.items() if table.notna().to_numpy().any() and len(table) > 1]
    if not known:
        return
    chosen = known[0]
    if len(known) > 1:
        control = st.segmented_control("Map", known, default=chosen, label_visibility="collapsed", key="map")
        chosen = control or chosen
    looking, table = chosen == LOOKING, tables[chosen]
    table = table.loc[:, table.notna().any()]
    unit = " %" if looking else report.reading.unit
    limits = (0.0, 100.0) if looking else report.reading.limits
    figure = report_maps.heat_map(table, report.names, limits, unit)
    show_timeline(report, figure, "map", f"Map of people over time: {chosen}.")


def habits_shown(report: SessionReport, habits_of: HabitsOf) -> pd.DataFrame:
    """`habits`; for a long session only when asked for, as every instant is read."""
    session = report.session
    if session.faces > AT_ONCE_FACES and not st.toggle(
        f"Also count speaking, nods, blinks and read eyes (reads {counted(session.faces, 'row', 'rows')})",
        key=f"habits_{session.id}",
    ):
        return pd.DataFrame(columns=["speaking", "nods", "blinks", "eyes"], dtype="float64")
    return habits_of(report.span, report.span.read_key())


def _show_strips(report: SessionReport) -> None:
    measured = [one for one in report.steps.people.tolist() if is_line(report.engagement_of[one])]
    if not measured:
        return
    names = report.names
    st.markdown("**Each one's line** over the group's in grey")
    chosen = measured[:STRIPS]
    if len(measured) > STRIPS:
        chosen = st.multiselect(
            "People shown",
            measured,
            default=chosen,
            format_func=lambda one: names.get(one, f"P{one}"),
            max_selections=MOST_STRIPS,
        )
    if not chosen:
        st.caption("Choose somebody to see their line.")
        return
    strips = [(names.get(one, f"P{one}"), _strip(report.engagement_of[one])) for one in chosen]
    figure = person_lines(strips, report.timeline, report.reading.limits, report.reading.unit, report.bridged)
    show_timeline(report, figure, "people", "One engagement line for each person.")


def _strip(values: pd.Series) -> pd.DataFrame:
    return pd.DataFrame({"time_ms": values.index, "engagement": values.to_numpy()})


def _for_reading(people: pd.DataFrame, report: SessionReport) -> pd.DataFrame:
    shown = people.drop(columns="person")
    shares = ["in_view", "usable", "looking", "eyes", "speaking", *KEYS]
    shown[shares] = (shown[shares].astype("float64") * 100).round()
    shown["engagement"] = shown["engagement"].round(report.reading.digits)
    for column in ("first_ms", "last_ms"):
        shown[column] = [clock(value / 1000) for value in shown[column]]
    leading = [label(key) if isinstance(key, str) else wording.NOTHING for key in shown["leading"]]
    everybody = zip(people["person"], leading, strict=True)
    shown["leading"] = [TOO_LITTLE if one in report.hardly_usable else led for one, led in everybody]
    return shown


def _columns(report: SessionReport) -> dict[str, ColumnConfig | str | None]:
    number, definition = st.column_config.NumberColumn, report.reading.definition
    value = PERCENT if definition.unit else "%.2f"
    return {
        "name": st.column_config.TextColumn("Person", pinned=True),
        "in_view": st.column_config.ProgressColumn(
            "In view", format=PERCENT, min_value=0, max_value=100, width="small"
        ),
        "usable": number("Clear view", format=PERCENT, help="Usable instants"),
        "engagement": number(definition.plain, format=value, help=definition.title),
        "looking": number("Looking", format=PERCENT, help="Of the instants with a measured gaze"),
        "eyes": number(
            "Eyes read",
            format=PERCENT,
            help="Of the instants with a measured gaze; at the others it is the head's alone",
        ),
        "speaking": number("Speaking", format=PERCENT, help="Lips that open and close; a hint only"),
        "nods": number("Nods", format="%.0f"),
        "blinks": number("Blinks a minute", format="%.0f", help="A lower bound: short ones are missed"),
        "leading": "Most common",
        "first_ms": "First seen",
        "last_ms": "Last seen",
        **{key: number(LABELS[key], format=PERCENT) for key in KEYS},
    }
