"""A photo with numbered faces beside a card for each of them, as Explain shows them."""

from collections.abc import Sequence

import streamlit as st

from dashboard.controls.chart import show_chart
from dashboard.explain import pictures as explain_pictures
from dashboard.explain.explainer import ExplainedFace, Explanation
from dashboard.files.photo import Photo
from dashboard.model_card import charts as model_charts
from dashboard.palette import LABELS
from dashboard.wording import counted
from model.emotions import EMOTIONS

FEW = 3
LEADING, NO_MAP = "leading", "none"
CHOICES = {LEADING: "Leading", **{str(e): LABELS[e] for e in EMOTIONS}, NO_MAP: "No map"}
NO_FACE = (
    "No face was found. Wanted a photo with at least one upright face of 24 px or more; faces seen from "
    "behind or largely covered are not found. Try another photo, or a part of this one."
)
NO_MAPS = "This network has no class-activation maps, so its faces are shown without: the scores are its own."
MEANING = (
    "These are the network's class-activation maps "
    "([Zhou et al. 2016](https://arxiv.org/abs/1512.04150)) against the mean of all seven expressions: they "
    "say where it looked, not why a face looks as it does."
)


def show_explanation(photo: Photo, explanation: Explanation) -> None:
    """Left the photo, right what the model made of each face, or why there is none."""
    left, right = st.columns([2, 3], gap="large")
    with left:
        said = _found(explanation)
        picture = explain_pictures.numbered_photo(photo.image, explanation)
        st.image(picture, width="stretch", output_format="JPEG", alt=said)
        st.caption(" ".join([f"{said}.", *photo.notes]))
    with right:
        if explanation.faces:
            _show_faces(explanation)
        else:
            st.info(NO_FACE, icon=":material/sentiment_neutral:")


def _show_faces(explanation: Explanation) -> None:
    choice = NO_MAP
    if explanation.faces[0].maps is None:
        st.info(NO_MAPS, icon=":material/layers_clear:")
    else:
        choice = _choose_map()
    _show_cards(explanation.faces, choice)
    if choice != NO_MAP:
        st.caption(MEANING)


def _show_cards(faces: Sequence[ExplainedFace], choice: str) -> None:
    """One below the other while they are few, else in pairs."""
    across = 1 if len(faces) <= FEW else 2
    for start in range(0, len(faces), across):
        row = faces[start : start + across]
        for column, face in zip(st.columns(across)[: len(row)], row, strict=True):
            with column:
                _show_face(face, choice)


def _choose_map() -> str:
    choice = st.pills(
        "Map of",
        list(CHOICES),
        default=LEADING,
        required=True,
        format_func=CHOICES.__getitem__,
        help="Which expression the colours over each face are for.",
        wrap=True,
        key="map_of",
    )
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.caption("Speaks against it", width="content")
        st.image(explain_pictures.colour_strip(), width=120, alt="Colours from blue, against, to orange, for")
        st.caption("for it", width="content")
    return str(choice)


def _show_face(face: ExplainedFace, choice: str) -> None:
    index = _class_index(face, choice)
    shown = (
        f"Face of {_side(face)} px"
        if index is None
        else f"Face of {_side(face)} px, map of {LABELS[EMOTIONS[index]].lower()}"
    )
    with st.container(border=True):
        st.markdown(f"**{face.number}. {face.verdict}**")
        left, right = st.columns([2, 3], vertical_alignment="center")
        picture = explain_pictures.face_picture(face, index)
        left.image(picture, width="stretch", caption=shown, alt=f"{face.number}. {shown}")
        with right:
            alt = f"Bars: scores of face {face.number}. {face.verdict}."
            show_chart(model_charts.score_bars(face.scores.tolist()), f"face_{face.number}", alt)
        if face.seen.flags and not face.seen.usable:
            st.caption("A live session does not count such a face and shows no scores for it.")


def _class_index(face: ExplainedFace, choice: str) -> int | None:
    if face.maps is None or choice == NO_MAP:
        return None
    return int(face.scores.argmax()) if choice == LEADING else [str(e) for e in EMOTIONS].index(choice)


def _found(explanation: Explanation) -> str:
    faces, more = len(explanation.faces), explanation.more
    if more:
        return f"{faces + more} faces found; the {faces} largest are explained, {more} more are not"
    return f"{counted(faces, 'face', 'faces')} found" if faces else "No face found"


def _side(face: ExplainedFace) -> int:
    x0, y0, x1, y1 = face.seen.box
    return round(max(x1 - x0, y1 - y0))
