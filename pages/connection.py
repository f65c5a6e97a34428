"""Why does the picture not come? A check of page, browser, camera, STUN and TURN."""

import streamlit as st

from dashboard.connection.page import show_connection
from dashboard.resources import connection_check, settings

st.title("Connection", anchor=False)
show_connection(connection_check(), settings())
