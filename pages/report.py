"""The report of one session: /report?session=12."""

import streamlit as st

from dashboard import navigation, report_sections, wording
from dashboard.links import chosen_session, link
from dashboard.model_facts import accuracy_sentence
from dashboard.report_controls import choose_view
from dashboard.resources import database, settings
from dashboard.session_report import read_report

session = chosen_session(database(), navigation.REPORT)
report_sections.show_heading(session)

if not session.faces:
    st.info(report_sections.without_faces(session), icon=":material/sentiment_neutral:")
    st.stop()

view = choose_view(session)
report = read_report(database(), session, view, settings().min_group_size)

report_sections.show_headline(report)
if not report.large_enough:
    st.info(
        f"The group-only view shows nothing while fewer than {settings().min_group_size} people have a "
        "usable face, because it would show individuals.",
        icon=":material/groups:",
    )
elif report.mix.empty:
    st.info(report_sections.without_usable(report), icon=":material/visibility_off:")
else:
    report_sections.show_mix_and_timeline(report)
    report_sections.show_engagement(report)
report_sections.show_coverage(report)
if not view.group_only:
    report_sections.show_people(report)

with st.expander("How each figure was computed", icon=":material/calculate:"):
    st.markdown(report_sections.how_computed(report, view))
st.caption(wording.LIMITS.format(accuracy=accuracy_sentence(settings().artifact)))
link(navigation.EXPORT, "Export this session", session.id)
