"""The card of the expression network in use: what it is, how good it is, where it fails."""

import streamlit as st

from dashboard import model_sections
from dashboard.model_facts import evaluation_of
from dashboard.resources import settings
from dashboard.wording import LIMITS
from model.card import check_file, load_card
from model.errors import ArtifactError

st.title("Model", anchor=False)
folder = settings().artifact
try:
    card = load_card(folder)
    check_file(folder, card, card.runtime_file)
except ArtifactError as error:
    st.error(
        "The expression network cannot be used, so live sessions cannot name expressions. Stored sessions, "
        "their reports and exports are not affected.",
        icon=":material/error:",
    )
    st.code(str(error), language=None, wrap_lines=True)
    st.stop()

measured = evaluation_of(card)
model_sections.show_heading(card)
if measured is None:
    st.warning("This card has no evaluation, so nobody knows how often the model is right.")
else:
    model_sections.show_headline(measured)
    model_sections.show_classes(measured)
    left, right = st.columns(2, gap="large")
    with left:
        model_sections.show_confusion(measured)
    with right:
        model_sections.show_calibration(measured)

st.subheader("What it is", anchor=False)
model_sections.show_facts(card, folder)
model_sections.show_data(card)
st.subheader("Limits", anchor=False)
model_sections.show_limits(card, LIMITS)
