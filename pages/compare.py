"""Sessions, people or ranges side by side: /compare?sessions=3,5,8."""

import streamlit as st

from dashboard import navigation
from dashboard.compare.address import LEAST
from dashboard.compare.controls import choose_comparison, how_to_begin
from dashboard.compare.lines import read_line
from dashboard.compare.page import show_lines, show_markers
from dashboard.compare.trend_page import show_trend
from dashboard.compare.week_page import DIGEST, show_week
from dashboard.controls.session_bar import show_session_bar
from dashboard.controls.trust import show_trust
from dashboard.kept_results import overview_of
from dashboard.links import show_nothing_recorded
from dashboard.model_card.facts import accuracy_sentence
from dashboard.resources import database, sessions, settings

LINES, MARKERS, TREND, WEEK = "Side by side", "At a marker", "Trend of a series", DIGEST

above = st.container()
st.title("Compare")
choice = choose_comparison(sessions())
if len(compared := {item.session.id: item.session for item in choice.items}) == 1:
    with above:
        show_session_bar(navigation.COMPARE, next(iter(compared.values())), sessions())
parts = [LINES, MARKERS, TREND, WEEK]
lines, markers, trend, week = st.tabs(parts, key="part", bind="query-params", on_change="rerun")

if trend.open:
    with trend:
        show_trend(choice, sessions(), settings().min_group_size)
elif week.open:
    with week:
        show_week(sessions(), overview_of, settings().min_group_size, group_only=choice.group_only)
else:
    with lines if lines.open else markers:
        if len(choice.items) < LEAST:
            if sessions().listed(limit=1):
                st.info(how_to_begin(choice), icon=":material/compare_arrows:")
            else:
                show_nothing_recorded()
            st.stop()
        if markers.open:
            show_markers(choice, database(), settings().min_group_size)
        else:
            with st.spinner("Reading"):
                read = [
                    read_line(database(), item, choice.reading, settings().min_group_size, choice.group_only)
                    for item in choice.items
                ]
            show_lines(choice, read, database())
show_trust(accuracy_sentence(settings().artifact))
