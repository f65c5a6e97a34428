"""Recordings: the live pipeline over uploaded videos and photos."""

import streamlit as st

from dashboard.errors import RecordingError
from dashboard.recordings.form import ask_files
from dashboard.resources import database, explainer, recordings_tab, sessions, settings, store

tab = recordings_tab()
st.title("Recordings", anchor=False)

if tab.run is None:
    st.markdown("Each video or photo becomes a session with a report.")
    if answers := ask_files(settings(), sessions(), tab.batch):
        try:
            with st.spinner("Copying the files"):
                tab.begin(answers.uploads, answers.order, store(), annotate=answers.annotate)
        except RecordingError as error:
            st.error(str(error), icon=":material/error:")
            st.stop()
        st.rerun()
elif not tab.run.status().finished:
    from dashboard.recordings.page import show_progress

    show_progress(tab.run)
else:
    # Charts and perception bring pandas and OpenCV, which the form does not need.
    from dashboard.recordings.page import show_results
    from dashboard.recordings.photos import show_photos

    show_results(tab, sessions())
    show_photos(tab, database(), settings(), explainer)
