"""Take a session out as a file: /export?session=12."""

import pandas as pd
import streamlit as st

from dashboard import downloads, navigation, wording
from dashboard.exporters import EXPORTERS, file_name
from dashboard.links import chosen_session, link, local_time
from dashboard.resources import database
from dashboard.routes import download_address

BYTES_A_ROW = 280

session = chosen_session(database(), navigation.EXPORT)
exporter = EXPORTERS["long"]
name = file_name(session, exporter)

st.title("Export")
st.subheader(wording.escaped(wording.session_title(session)), anchor=False)
left_out = downloads.rows_left_out(database(), session)
count = session.faces - left_out
rows = wording.counted(count, "row", "rows")
st.caption(f"{local_time(session.started_at)} · {wording.duration(session.duration_ms)} · {rows}")

if not count:
    nothing = "Everybody is left out of" if left_out else "No face was stored in"
    st.info(f"{nothing} this session, so there is nothing to export.", icon=":material/info:")
    link(navigation.REPORT, "Back to the report", session.id)
    st.stop()

with st.container(border=True):
    st.markdown(
        f"**{exporter.label}**: one row for each face in each analysed frame, for pandas, R or a spreadsheet"
    )
    st.caption(f"{name} · about {wording.size(count * BYTES_A_ROW)} · UTF-8, decimal points")
    address = download_address(session.id)
    st.link_button("Download CSV", address, type="primary", icon=":material/download:")
    if session.ended_at is None:
        st.caption("The session is still running: the file holds what is stored when you download it.")
    if left_out:
        gone = wording.counted(left_out, "row", "rows")
        st.caption(f"Without {gone} of people who are left out of the report.")
    if count > wording.SPREADSHEET_ROWS:
        st.caption(
            "Spreadsheets stop at 1,048,576 rows; this file has more. Use pandas or R for the whole of it."
        )

st.subheader("First rows", anchor=False)
st.dataframe(downloads.preview(database(), session), hide_index=True)

with st.expander("What the columns mean", icon=":material/menu_book:"):
    columns = [(column.name, column.meaning, column.unit) for column in exporter.contents["long"]]
    st.table(
        pd.DataFrame(columns, columns=["Column", "Meaning", "Unit"]), hide_index=True, border="horizontal"
    )
st.caption(
    "Text that a spreadsheet would run as a formula (it begins with = + - @) gets an apostrophe in front."
)
link(navigation.REPORT, "Back to the report", session.id)
