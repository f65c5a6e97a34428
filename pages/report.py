"""The report of one session: /report?session=12&from=60&to=120&definition=sentiment&person=3."""

from dataclasses import replace

import streamlit as st

from dashboard import navigation, wording
from dashboard.consent import PRESENCE_ONLY
from dashboard.controls.people import names_of
from dashboard.controls.session_bar import show_session_bar
from dashboard.links import chosen_session, link_with
from dashboard.model_card.facts import accuracy_sentence
from dashboard.report import empty as report_empty
from dashboard.report import sections as report_sections
from dashboard.report.address import asked_of
from dashboard.report.controls import choose_reading, choose_view
from dashboard.report.tab_tools import TabTools
from dashboard.report.tabs import show_tabs
from dashboard.resources import database, events_found, habits_of, marker_desk, settings, store
from dashboard.stored.report import read_report
from db.reports import people, session_settings

session = chosen_session(database(), navigation.REPORT)
show_session_bar(navigation.REPORT, session, database())
report_sections.show_heading(session)

if not session.faces:
    st.info(report_empty.without_faces(session), icon=":material/sentiment_neutral:")
    st.stop()

names = names_of(people(database(), session.id))
asked = asked_of(st.query_params, session.duration_ms, names)
stored = session_settings(database(), session.id)
view = choose_view(session, asked, names)
# The picker stands beside the line it changes, and is asked before anything is read.
top, middle = st.container(), st.container()
if session.model_name == PRESENCE_ONLY:
    beside = middle
else:
    beside, picker = middle.columns([7, 3], gap="large")
    with picker:
        view = replace(view, reading=choose_reading(session, stored, store(), asked))
report = read_report(database(), session, view, settings().min_group_size)
person = None if view.group_only else asked.person

with top:
    report_sections.show_headline(report)
with beside:
    if not report.large_enough:
        st.info(report_empty.too_small(settings().min_group_size), icon=":material/groups:")
    elif report.mix.empty:
        st.info(report_empty.without_usable(report), icon=":material/visibility_off:")
        report_sections.show_attention(report)
    else:
        report_sections.show_engagement(report, person)

tools = TabTools(store(), settings().min_group_size, marker_desk, habits_of, events_found)
show_tabs(report, stored, person, tools)
st.caption(wording.LIMITS.format(accuracy=accuracy_sentence(settings().artifact)))
link_with(navigation.SUMMARY, "Print this view", st.query_params.to_dict(), navigation.SUMMARY.icon)
