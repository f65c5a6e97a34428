"""Take a session out as a file, or bring one back: /export?session=12."""

import streamlit as st

from dashboard import navigation, wording
from dashboard.controls.session_bar import show_session_bar
from dashboard.export import downloads
from dashboard.export.import_form import show_import
from dashboard.export.page import show_dictionary, show_formats
from dashboard.links import PARAMETER, chosen_session, local_time
from dashboard.resources import database, sessions, settings
from db.access import Access

asked = None if PARAMETER not in st.query_params else chosen_session(sessions(), navigation.EXPORT)
if asked is not None:
    show_session_bar(navigation.EXPORT, asked, sessions())
st.title("Export")
taken_out, brought_back = st.tabs(["Export", "Import"], default="Import" if asked is None else "Export")
with brought_back:
    show_import(sessions(), settings())

with taken_out:
    session = asked or chosen_session(sessions(), navigation.EXPORT, titled=True)
    st.header(wording.escaped(wording.session_title(session)), anchor=False)
    left_out = downloads.rows_left_out(database(), session)
    count = session.faces - left_out
    rows = wording.counted(count, "row", "rows")
    length = wording.duration(session.duration_ms)
    st.caption(f"{local_time(session.started_at)} · {length} · {rows}")

    if not count:
        nothing = "Everybody is left out of" if left_out else "No face was stored in"
        st.info(f"{nothing} this session, so there is nothing to export.", icon=":material/info:")
        st.stop()

    forced = sessions().access(session.id) < Access.READ
    if session.ended_at is None:
        st.caption("The session is still running: a file holds what is stored when you download it.")
    if left_out and not forced:
        gone = wording.counted(left_out, "row", "rows")
        st.caption(f"Without {gone} of people who are left out of the report.")
    group_only = forced or st.toggle(
        "Group only",
        key=f"export_group_{session.id}",
        help="For a file that you pass on: leaves single people out, and every figure of fewer people than "
        f"{settings().min_group_size} (ATTUNE_MIN_GROUP_SIZE).",
    )
    show_formats(session, count, group_only=group_only)

    if not group_only:
        st.header("First rows", anchor=False)
        st.dataframe(downloads.preview(database(), session), hide_index=True)
    show_dictionary()
