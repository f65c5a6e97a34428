"""The report of one session: /report?session=12&from=60&to=120&definition=sentiment&person=3."""

import streamlit as st

from dashboard import navigation
from dashboard.controls.people import names_of
from dashboard.controls.session_bar import show_session_bar
from dashboard.controls.trust import show_trust
from dashboard.kept_results import events_found, habits_of, overview_of
from dashboard.links import chosen_session
from dashboard.model_card.facts import accuracy_sentence
from dashboard.report import empty as report_empty
from dashboard.report import sections as report_sections
from dashboard.report.address import asked_of
from dashboard.report.page import choose, is_as_kept, show_report
from dashboard.report.tab_tools import TabTools
from dashboard.resources import database, identities, marker_desk, sessions, settings, store
from dashboard.rights.sharing import shared_by, show_sharing
from dashboard.signing import origin_of_tab
from dashboard.stored.overview import AMONG, less_course
from dashboard.stored.report import View, read_report
from dashboard.voting.afterwards import show_votes
from db.access import Access
from db.reports import people, session_settings

session = chosen_session(sessions(), navigation.REPORT)
access = sessions().access(session.id)
show_session_bar(navigation.REPORT, session, sessions())
heading, adjust = st.columns([5, 1], vertical_alignment="bottom")
with heading:
    report_sections.show_heading(session)

if not session.faces:
    st.info(report_empty.without_faces(session), icon=":material/sentiment_neutral:")
    least = 1 if access >= Access.READ else settings().min_group_size
    show_votes(database(), session, View(), least)
    st.stop()

names = names_of(people(database(), session.id))
asked = asked_of(st.query_params, session.duration_ms, names, forced=access < Access.READ)
tools = TabTools(
    store() if access is Access.OWN else None, settings().min_group_size, marker_desk, habits_of, events_found
)
if access is Access.OWN and identities().are_asked:
    with adjust, st.popover("Share", icon=":material/share:", width="stretch"):
        show_sharing(sessions(), session, names, origin_of_tab())
elif access is not Access.OWN:
    st.caption(shared_by(sessions(), session))
stored = session_settings(database(), session.id)
with adjust:
    view = choose(session, stored, asked, names, tools)
less = None
if access is Access.OWN and is_as_kept(view, stored):
    less = less_course(session, sessions().own(limit=AMONG), overview_of)
report = read_report(database(), session, view, settings().min_group_size)
show_report(report, None if view.group_only else asked.person, less, tools)
show_trust(accuracy_sentence(settings().artifact))
