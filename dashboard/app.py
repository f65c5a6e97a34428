"""Entry point: `streamlit run dashboard/app.py`."""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
# `streamlit run dashboard/app.py` puts dashboard/ first, where its modules would shadow the packages.
if sys.path[0] != str(ROOT):
    sys.path.insert(0, str(ROOT))

import streamlit as st  # noqa: E402

from dashboard.navigation import PAGES  # noqa: E402
from dashboard.resources import start_up_problem  # noqa: E402

st.set_page_config(page_title="Attune", page_icon=":material/hearing:", layout="wide")
page = st.navigation(
    [
        st.Page(ROOT / entry.path, title=entry.title, icon=entry.icon, default=entry.default)
        for entry in PAGES
    ]
)
if problem := start_up_problem():
    st.error(problem, icon=":material/error:")
    st.stop()
page.run()
