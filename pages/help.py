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
    "**T**, **Q**, **B** and **P** mark a topic, a question, a break and a poll, **M** your own label; with "
    "Shift a stretch begins and ends. Other pages are yours meanwhile: the session goes on, under a bar with "
    "STOP."
)
st.header("Something does not work", anchor=False)
st.markdown("No picture comes, or the connection breaks: page, browser, camera and servers are checked here.")
link(navigation.CONNECTION, "Check the connection")
link(navigation.PRESENTER, "Presenter's panel for a second screen")
