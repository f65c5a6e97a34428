"""Help: how far to trust the figures, what is kept, and where to go when something does not work."""

from datetime import date

import streamlit as st

from dashboard import navigation
from dashboard.consent import NOTHING_STORED, kept_until
from dashboard.links import link
from dashboard.model_card.facts import accuracy_sentence
from dashboard.resources import settings
from dashboard.wording import LIMITS

st.title("Help", anchor=False)
st.header("How far to trust this", anchor=False)
st.markdown(LIMITS.format(accuracy=accuracy_sentence(settings().artifact)))
st.header("What is kept", anchor=False)
st.markdown(f"{NOTHING_STORED} {kept_until(settings().retention_days, date.today())}")
st.header("While a session runs", anchor=False)
st.markdown(
    "**T** topic, **Q** question, **B** break, **P** poll, **M** your own label; Shift begins and ends a "
    "stretch. Other pages may be opened."
)
st.header("Something does not work", anchor=False)
link(navigation.CONNECTION, "Check the connection")
link(navigation.PRESENTER, "Presenter's panel for a second screen")
