"""Help: how far to trust the figures, what is kept, and where to go when something does not work."""

from datetime import date

import streamlit as st

from dashboard import navigation
from dashboard.consent import NOTHING_STORED, kept_until
from dashboard.controls.trust import show_trust
from dashboard.links import link
from dashboard.model_card.facts import accuracy_sentence
from dashboard.resources import settings

st.title("Help", anchor=False)
st.header("What is kept", anchor=False)
st.markdown(f"{NOTHING_STORED} {kept_until(settings().retention_days, date.today())}")
show_trust(accuracy_sentence(settings().artifact))
st.header("While a session runs", anchor=False)
st.markdown(
    "**T** topic, **Q** question, **B** break, **P** poll, **M** your own label; "
    "Shift begins and ends a stretch."
)
link(navigation.PRESENTER, "Presenter's panel")
link(navigation.CONNECTION, "Check the connection")
