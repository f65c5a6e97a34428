"""The live page: set up, watch, stop."""

import streamlit as st

from dashboard.live.cut_off import show_cut_off
from dashboard.live.form import ask_setup
from dashboard.resources import database, live_tab, settings, store

tab = live_tab()

if tab.now().setup is None:
    st.title("Live")
    show_cut_off(database())
    if answers := ask_setup():
        tab.agree(answers)
        st.rerun()
else:
    # Stream and charts bring pandas, av and aiortc, which the first page does not need.
    from dashboard.live.page import show_session

    show_session(tab, settings(), database(), store())
