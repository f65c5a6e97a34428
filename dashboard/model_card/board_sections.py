"""The scoreboard on the Model page: faces of other origin, groups, and what sureness is worth."""

import pandas as pd
import streamlit as st
from streamlit.elements.lib.column_types import ColumnConfig

from dashboard.controls.chart import show_chart
from dashboard.model_card import charts as model_charts
from dashboard.model_card.board import Board, board_finding, groups_finding
from dashboard.wording import NOTHING, escaped

TENTH = "%.1f %%"
NO_CURVE = ("blurred", "JPEG")
"""Readings of a set made harder, whose lines would hide the others'."""
GROUP_COLUMNS: dict[str, ColumnConfig | str | None] = {
    "set": st.column_config.TextColumn("Faces", pinned=True),
    "group": "Group",
    "n": "Faces in it",
    "kept": st.column_config.NumberColumn("Called neutral", format=TENTH),
    "low": st.column_config.NumberColumn("from", format=TENTH, help="95 % interval (Wilson)."),
    "high": st.column_config.NumberColumn("to", format=TENTH, help="95 % interval (Wilson)."),
}
HOW_READ = "How these figures were read, and what flatters them"
SHOWN = "Live, reports and Explain show the first column; the accuracy above is by FER2013's labels."
WHAT = (
    "Where a set names its people, a figure is the mean recall of its expressions, with a 95 % interval over "
    "people; otherwise the share named right."
)


def show_board(board: Board | None) -> None:
    """Every set, every head and other networks; then groups and the price of being sure."""
    if board is None:
        return
    st.header("On faces of other origin", anchor=False)
    st.markdown(escaped(board_finding(board)))
    st.dataframe(
        _shown(board.sets, board.networks),
        hide_index=True,
        column_config=_set_columns(board.networks),
        placeholder=NOTHING,
    )
    with st.expander(HOW_READ, icon=":material/straighten:"):
        st.markdown(" ".join([SHOWN] * (len(board.networks) > 1) + [WHAT, *map(escaped, board.notes)]))
    _show_groups(board.groups)
    _show_curves(board.curves)


def _show_groups(groups: pd.DataFrame) -> None:
    if groups.empty:
        return
    st.header("Neutral faces by group", anchor=False)
    st.markdown(escaped(groups_finding(groups)))
    table = groups.copy()
    table[["kept", "low", "high"]] *= 100
    st.dataframe(table, hide_index=True, column_config=GROUP_COLUMNS)


def _show_curves(curves: pd.DataFrame) -> None:
    if curves.empty:
        return
    kept = curves[~curves["set"].str.contains("|".join(NO_CURVE))]
    st.header("What it is worth to say less", anchor=False)
    said = "Share named right, from the surest faces to all"
    st.markdown(said)
    show_chart(model_charts.coverage_lines(kept), "coverage", f"Lines: {said}.")


def _shown(sets: pd.DataFrame, networks: tuple[str, ...]) -> pd.DataFrame:
    table = sets.copy()
    table[list(networks)] *= 100
    return table


def _set_columns(networks: tuple[str, ...]) -> dict[str, ColumnConfig | str | None]:
    columns: dict[str, ColumnConfig | str | None] = {
        "set": st.column_config.TextColumn("Faces", pinned=True),
        "n": st.column_config.NumberColumn("Images", format="localized"),
        "people": st.column_config.NumberColumn("People", format="localized"),
    }
    for name in networks:
        columns[name] = st.column_config.NumberColumn(name, format=TENTH)
        columns[f"{name}: interval"] = st.column_config.TextColumn("95 % interval")
    return columns
