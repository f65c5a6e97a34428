"""One printed page about a session: /summary?session=12, with the range and definition of its report."""

from dataclasses import replace

import streamlit as st

from dashboard import navigation
from dashboard.compare.week_page import week_query
from dashboard.consent import PRESENCE_ONLY
from dashboard.controls.people import names_of
from dashboard.controls.session_bar import show_session_bar
from dashboard.links import chosen_session, link_with
from dashboard.model_card.facts import accuracy_line
from dashboard.report.address import asked_of
from dashboard.report.mail import show_mail
from dashboard.report.print_button import show_print_button
from dashboard.report.summary import PRINT_STYLE, answer_of, asked_reading, show_summary
from dashboard.resources import database, sessions, settings
from dashboard.stored.overview import AMONG, course_of
from dashboard.stored.report import View, read_report
from db.access import Access
from db.reports import people, session_settings

session = chosen_session(sessions(), navigation.SUMMARY)
names = names_of(people(database(), session.id))
forced = sessions().access(session.id) < Access.READ
asked = asked_of(st.query_params, session.duration_ms, names, forced=forced)
view = View(asked.start_ms, asked.end_ms, group_only=asked.group_only)
if session.model_name != PRESENCE_ONLY:
    view = replace(view, reading=asked_reading(session_settings(database(), session.id), asked))

st.html(PRINT_STYLE)
above = st.container(key="screen-only")
with above:
    show_session_bar(navigation.SUMMARY, session, sessions())
report = read_report(database(), session, view, settings().min_group_size)
answer = answer_of(report, settings().min_group_size)
with above:
    with st.container(horizontal=True, vertical_alignment="center"):
        show_print_button()
        show_mail(report, answer)
        if course_of(session, sessions().own(limit=AMONG)):
            link_with(navigation.COMPARE, "Week of its course", week_query(session), ":material/date_range:")
    for sentence in asked.troubles:
        st.warning(sentence, icon=":material/link_off:")
with st.container(key="one-page"):
    show_summary(report, answer, accuracy_line(settings().artifact), settings().min_group_size)
