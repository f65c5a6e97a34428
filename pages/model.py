"""The card of the expression network in use: what it is, how good it is, where it fails, what it sees."""

import streamlit as st

from dashboard.explain.form import show_explain
from dashboard.explain.sentence import show_sentence
from dashboard.model_card import making_sections as making
from dashboard.model_card import sections
from dashboard.model_card.board import board_of
from dashboard.model_card.board_sections import show_board
from dashboard.model_card.making import architectures_of, cleaning_of
from dashboard.model_card.own_neutral import own_neutral_of, show_own_neutral
from dashboard.resources import explainer, settings
from dashboard.wording import LIMITS
from model.card import check_file, load_card
from model.errors import ArtifactError
from model.evaluation import measured_of
from model.text.card import DEFAULT_TEXT_ARTIFACT

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

measured = measured_of(card)
sections.show_heading(card)
overview, explain, words, trials, run, data = st.tabs(
    ["Overview", "Explain a photo", "Try a sentence", "Mistakes and trials", "Network and run", "Data"],
    key="part",
    bind="query-params",
)

with overview:
    sections.show_faults(measured)
    if measured.evaluation is not None:
        sections.show_headline(measured.evaluation)
        sections.show_classes(measured.evaluation)
    show_board(board_of(card))
    show_own_neutral(own_neutral_of(card))
    st.header("Limits", anchor=False)
    sections.show_limits(card, LIMITS)

with explain:
    show_explain(card, folder, explainer)

with words:
    show_sentence(DEFAULT_TEXT_ARTIFACT)

with trials:
    if measured.evaluation is not None:
        left, right = st.columns(2, gap="large")
        with left:
            sections.show_confusion(measured.evaluation)
        with right:
            sections.show_calibration(measured.evaluation)
    sections.show_robustness(measured.robustness)
    sections.show_other_data(measured.other_data)

with run:
    making.show_architectures(architectures_of(folder), card)
    making.show_curves(card)
    making.show_facts(card, folder)

with data:
    making.show_cleaning(cleaning_of(card))
    making.show_data(card)
