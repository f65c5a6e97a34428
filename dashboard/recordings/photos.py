"""An analysed photo at once: its mix as a pie, and each face with scores and class-activation map."""

from collections.abc import Sequence
from pathlib import Path

import streamlit as st
from sqlalchemy import Engine

from dashboard.charts.expressions import mix_pie
from dashboard.controls.chart import show_chart
from dashboard.errors import DashboardError
from dashboard.explain.faces import show_explanation
from dashboard.explain.form import OpenExplainer
from dashboard.files.photo import read_photo
from dashboard.recordings.tab import RecordingsTab
from dashboard.settings import Settings
from dashboard.stored.figures import mix
from dashboard.stored.findings import mix_finding
from db.reports import ParticipantSummary, participants
from model.card import load_card
from model.errors import ModelError


def show_photos(tab: RecordingsTab, engine: Engine, settings: Settings, explainer: OpenExplainer) -> None:
    """The photos of the batch, one at a time. Without expressions there is nothing to show."""
    if tab.run is None or tab.order is None or not tab.order.look.scored:
        return
    files = tab.run.status().files
    shown = [i for i, file in enumerate(files) if file.session_id is not None and tab.photo(i)]
    if not shown:
        return
    st.header("Photos" if len(shown) > 1 else "Photo", anchor=False)
    chosen = shown[0]
    if len(shown) > 1:
        names = {i: files[i].name for i in shown}
        chosen = st.selectbox("Which photo", shown, format_func=names.__getitem__, key="shown_photo")
    photograph, session_id = tab.photo(chosen), files[chosen].session_id
    if photograph is None or session_id is None:
        return
    _show_mix(participants(engine, session_id), chosen)
    _show_faces(photograph.content, settings.artifact, explainer)


def _show_mix(people: Sequence[ParticipantSummary], index: int) -> None:
    if sum(one.usable for one in people) > 1:
        shares = mix(people)
        st.markdown(f"**{mix_finding(shares, of='the faces')}**")
        left, _ = st.columns([2, 3], gap="large")
        with left:
            show_chart(mix_pie(shares), f"pie_{index}", "Pie: share of the faces by leading expression")


def _show_faces(content: bytes, artifact: Path, explainer: OpenExplainer) -> None:
    try:
        photo = read_photo(content)
        explanation = explainer(artifact, load_card(artifact).runtime_sha256).explain(photo.image)
    except (DashboardError, ModelError) as error:
        st.error(str(error), icon=":material/broken_image:")
        return
    show_explanation(photo, explanation)
