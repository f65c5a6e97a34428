"""The report of one session: /report?session=12."""

from dataclasses import replace

import streamlit as st

from dashboard import navigation, report_sections, wording
from dashboard.consent import PRESENCE_ONLY
from dashboard.links import chosen_session, link
from dashboard.model_facts import accuracy_sentence
from dashboard.report_controls import choose_reading, choose_view
from dashboard.report_events import show_events
from dashboard.report_people import show_people
from dashboard.report_roster import show_roster
from dashboard.report_why import show_why
from dashboard.resources import database, settings, store
from dashboard.session_report import read_report
from db.reports import people, session_settings

session = chosen_session(database(), navigation.REPORT)
report_sections.show_heading(session)

if not session.faces:
    st.info(report_sections.without_faces(session), icon=":material/sentiment_neutral:")
    st.stop()

stored = session_settings(database(), session.id)
scored = session.model_name != PRESENCE_ONLY
view = choose_view(session)
# The picker stands beside the line it changes, and is asked before anything is read.
top, middle = st.container(), st.container()
if scored:
    beside, picker = middle.columns([7, 3], gap="large")
    with picker:
        view = replace(view, reading=choose_reading(session, stored, store()))
else:
    beside = middle
report = read_report(database(), session, view, settings().min_group_size)

with top:
    report_sections.show_headline(report)
with beside:
    if not report.large_enough:
        st.info(report_sections.too_small(settings().min_group_size), icon=":material/groups:")
    elif report.mix.empty:
        st.info(report_sections.without_usable(report), icon=":material/visibility_off:")
        report_sections.show_attention(report)
    else:
        report_sections.show_engagement(report)

shows = report.large_enough and not report.mix.empty
names = ["Expressions"] * shows + ["People"] * (not view.group_only) + ["Events", "Why"] * shows
tabs = dict(
    zip([*names, "Method"], st.tabs([*names, "Method"], key="part", bind="query-params"), strict=True)
)
if "People" in tabs:
    with tabs["People"]:
        show_people(report)
        with st.expander(
            "Who is who: name, merge, split, leave out, forget", icon=":material/manage_accounts:"
        ):
            show_roster(session, people(database(), session.id), store())
if shows:
    with tabs["Expressions"]:
        report_sections.show_expressions(report)
    with tabs["Events"]:
        show_events(report, stored)
    with tabs["Why"]:
        show_why(report)
with tabs["Method"]:
    report_sections.show_coverage(report)
    st.markdown(report_sections.how_computed(report, view))
st.caption(wording.LIMITS.format(accuracy=accuracy_sentence(settings().artifact)))
link(navigation.EXPORT, "Export this session", session.id)
