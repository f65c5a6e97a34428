"""The formats of the Export page: what each is, about how large it gets, whom it is for, and its button."""

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from dashboard import wording
from dashboard.export.formats import ALL, EXPORTERS, Exporter
from dashboard.export.formats.columns import Column
from dashboard.export.routes import download_address
from db.reports import SessionSummary

OF_ROWS = (".csv", "-people.csv")
TOO_LONG = (
    "Spreadsheets stop at 1,048,576 rows and this file has more: open it with pandas or R, or take the Excel "
    "workbook, which holds seconds."
)
WHO_GOES = "Files name people as you named them."
COLUMNS = 2
FORMULAS = (
    "Text that a spreadsheet would run as a formula (it begins with = + - @) gets an apostrophe in front."
)


def show_formats(session: SessionSummary, rows: int, *, group_only: bool) -> None:
    """A card for each format that may leave; all of them in one first."""
    offered = {key: one for key, one in EXPORTERS.items() if not (group_only and one.of_people)}
    if not group_only:
        st.caption(WHO_GOES)
    for number, key in enumerate(sorted(offered, key=lambda key: key != ALL)):
        if number % COLUMNS == 0:
            columns = st.columns(COLUMNS, gap="small")
        with columns[number % COLUMNS]:
            _show(session, key, offered[key], rows, group_only)


def _show(session: SessionSummary, key: str, exporter: Exporter, rows: int, group_only: bool) -> None:
    told = [wording.size(exporter.size.of(rows, session.duration_ms / 1000))]
    if exporter.dictionary_suffix:
        beside = download_address(session.id, key, group_only=group_only, dictionary=True)
        told.append(f"[columns]({beside})")
    with st.container(
        border=True, horizontal=True, vertical_alignment="center", key=f"format_{key}", gap="medium"
    ):
        with st.container(gap=None):
            st.markdown(f"**{exporter.label}** :small[{' · '.join(told)}]", help=exporter.whom)
            if rows > wording.SPREADSHEET_ROWS and exporter.suffix in OF_ROWS:
                st.caption(TOO_LONG)
        st.link_button(
            exporter.type,
            download_address(session.id, key, group_only=group_only),
            type="primary" if key == ALL else "secondary",
            icon=":material/download:",
            width=116,
        )


def show_dictionary() -> None:
    """What the columns of every table mean; every file holds that of its own, or has it beside it."""
    tables: dict[str, Sequence[Column]] = {}
    for exporter in EXPORTERS.values():
        tables |= exporter.contents
    with st.expander("What the columns mean", icon=":material/menu_book:"):
        name = st.selectbox("Table", list(tables), format_func=lambda one: one.capitalize())
        told = [(column.name, column.meaning, column.unit) for column in tables[name]]
        table = pd.DataFrame(told, columns=["Column", "Meaning", "Unit"])
        st.table(table, hide_index=True, border="horizontal")
        st.caption(FORMULAS)
