"""Accounts, for an administrator: whose sessions there are, what is shared, what was done."""

import streamlit as st

from dashboard.resources import sessions, store
from dashboard.rights.accounts_page import show_accounts

st.title("Accounts", anchor=False)
if not sessions().who.is_administrator:
    st.info("Nobody signs in on this server, so there are no accounts.", icon=":material/info:")
    st.stop()
show_accounts(sessions(), store())
