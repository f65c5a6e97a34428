"""The first page: start, watch, stop."""

from datetime import datetime

import streamlit as st

from dashboard.live.cut_off import show_cut_off
from dashboard.live.front import show_front
from dashboard.resources import database, heart, live_tab, running_here, sessions, settings, store
from dashboard.servers.admission import refusal
from dashboard.sessions.cards import open_demo
from dashboard.signing import origin_of_tab

tab = live_tab()

if tab.now().setup is None:
    full = refusal(heart())
    with st.container():  # also empty: what comes to stand here moves nothing below it
        if full is not None:
            st.warning(full.sentence, icon=":material/hourglass_top:")
            if full.freer:
                st.link_button("Open the freer server", full.freer, icon=":material/open_in_new:")
    show_cut_off(sessions(), running_here, tab.agree, lambda: refusal(heart()) is not None)
    newest = sessions().own(limit=50)
    now = datetime.now().astimezone()
    make_demo, days, own = lambda: open_demo(store()), settings().retention_days, settings().own_neutral
    if setup := show_front(newest, days, now, make_demo, tab.form_stands_open, own_neutral=own):
        if full is not None:
            st.stop()  # the sentence above says why
        tab.agree(setup)
        st.rerun()
else:
    # Stream and charts bring pandas, av and aiortc, which the first page does not need.
    from dashboard.live.page import show_session

    show_session(tab, settings(), database(), store(), origin_of_tab())
