"""An analysed photo at once: its mix as a pie, and each face with scores and class-activation map."""

import streamlit as st
from sqlalchemy import Engine

from dashboard.charts.expressions import mix_pie
from dashboard.controls.chart import show_chart
from dashboard.errors import DashboardError
from dashboard.explain.faces import show_explanation
from dashboard.explain.photo import read_photo
from dashboard.recordings.status import FileStatus
from dashboard.recordings.tab import RecordingsTab
from dashboard.resources import explainer
from dashboard.settings import Settings
from dashboard.stored.figures import mix
from dashboard.stored.findings import mix_finding
from db.reports import participants
from model.card import load_card
from model.errors import ModelError


def show_photos(tab: RecordingsTab, engine: Engine, settings: Settings) -> None:
    """The photos of the batch, one at a time. Without expressions there is nothing to show."""
    if tab.run is None or tab.order is None or not tab.order.look.scored:
        return
    files = tab.run.status().files
    shown = [i for i, file in enumerate(files) if file.session_id is not None and tab.photo(i)]
    if not shown:
        return
    st.subheader("Photos" if len(shown) > 1 else "Photo", anchor=False)
    chosen = shown[0]
    if len(shown) > 1:
        names = {i: files[i].name for i in shown}
        chosen = st.selectbox("Which photo", shown, format_func=names.__getitem__, key="shown_photo")
    _show(tab, engine, settings, files[chosen], chosen)


def _show(tab: RecordingsTab, engine: Engine, settings: Settings, file: FileStatus, index: int) -> None:
    photograph = tab.photo(index)
    if photograph is None or file.session_id is None:
        return
    people = participants(engine, file.session_id)
    if sum(one.usable for one in people) > 1:
        shares = mix(people)
        st.markdown(f"**{mix_finding(shares).replace(' of the time', ' of the faces')}**")
        left, _ = st.columns([2, 3], gap="large")
        with left:
            show_chart(mix_pie(shares), f"pie_{index}", "Pie: share of the faces by leading expression")
    try:
        photo = read_photo(photograph.content)
        card = load_card(settings.artifact)
        explanation = explainer(settings.artifact, card.runtime_sha256).explain(photo.image)
    except (DashboardError, ModelError) as error:
        st.error(str(error), icon=":material/broken_image:")
        return
    show_explanation(photo, explanation)
