"""A participant's own data: /me?session=12."""

import streamlit as st

from dashboard.export.formats.cells import defused
from dashboard.resources import database, identities, settings
from dashboard.rights.me_page import ask_code, show_own
from dashboard.signing import opened_by_code
from db.access import LOCAL, Sessions
from db.errors import SessionNotFoundError

NOBODY = "Nobody signs in on this server. Ask whoever runs it to show you what is kept, or to erase it."

st.title("Your own data", anchor=False)
if not identities().are_asked:
    st.info(NOBODY, icon=":material/info:")
    st.stop()
opened = opened_by_code()
if opened is None:
    if (found := ask_code(database())) is not None:
        opened_by_code(found)
        st.rerun()  # without the form
    st.stop()
try:
    # Whoever has the code sees one person's rows, of the session that the code names.
    session = Sessions(database(), LOCAL).get(opened.session_id)
except SessionNotFoundError:
    st.info("This session was deleted, and with it everything that was kept of you.")
    st.stop()
show_own(database(), session, opened, settings().retention_days, defused)
