"""Explain: a photo is uploaded, looked at once, and forgotten."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st

from dashboard.files.photo import MAX_MB, UPLOAD_TYPES, PhotoError, read_photo
from model.card import ModelCard
from model.errors import ModelError

if TYPE_CHECKING:
    from dashboard.explain.explainer import Explainer

WHAT = (
    "See each face of a photo as the model sees it: its seven scores, and which parts of it they come from."
)
OpenExplainer = Callable[[Path, str], "Explainer"]
"""Detector and network for the artifact folder and the SHA-256 of its network. Raises ModelError."""
PRIVATE = (
    "The photo is read on the machine that runs Attune, kept in memory while it is shown, and never stored. "
    "Use one of yourself or of people who agree, and decide nothing about anybody from it."
)


@st.fragment
def show_explain(card: ModelCard, artifact: Path, explainer: OpenExplainer) -> None:
    """Upload, photo with numbered faces, and a card for each face; a sentence for what is no photo."""
    st.markdown(WHAT)
    file = st.file_uploader("Photo", list(UPLOAD_TYPES), max_upload_size=MAX_MB, key="photo")
    st.caption(PRIVATE)
    if file is None:
        return
    # Perception brings OpenCV and the networks' runtime, which the page does not need before.
    from dashboard.explain.faces import show_explanation

    try:
        photo = read_photo(file.getvalue())
        with st.spinner("Looking for faces"):
            explanation = explainer(artifact, card.runtime_sha256).explain(photo.image)
    except (PhotoError, ModelError) as error:
        st.error(str(error), icon=":material/broken_image:")
        return
    show_explanation(photo, explanation)
