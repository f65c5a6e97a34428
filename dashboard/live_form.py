"""The set-up form of the Live page: who is seen, why, where, and that they agreed."""

from enum import StrEnum
from typing import TypeVar

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from dashboard.consent import (
    CONSENT_TEXT,
    PRESENCE_ONLY,
    PRESENCE_ONLY_TEXT,
    Ground,
    Kind,
    Purpose,
    Region,
    Setup,
    kept_text,
    needs_ground,
)

Choice = TypeVar("Choice", bound=StrEnum)

MAX_TITLE = 120
NO_GROUND = f"none: {PRESENCE_ONLY}"


def ask_setup() -> Setup | None:
    """Draw the form; the answers once the person has agreed and pressed the button, else None."""
    with st.container(border=True):
        st.subheader("Set up a session")
        title = st.text_input("Title", placeholder="Weekly review", max_chars=MAX_TITLE, key="title")
        left, middle, right = st.columns(3)
        kind = left.selectbox("Kind", [str(kind) for kind in Kind], format_func=_sentence_case, key="kind")
        purpose = _choose(middle, "Purpose", Purpose, "purpose")
        region = _choose(right, "Where the people are", Region, "region")
        ground = _ask_ground() if purpose and region and needs_ground(purpose, region) else None
        if purpose and region:
            st.caption(kept_text(ground is not None or not needs_ground(purpose, region)))
        agreed = st.checkbox(CONSENT_TEXT, key="agreed")
        ready = bool(purpose and region and agreed)
        pressed = st.button(
            "Continue to the camera", type="primary", disabled=not ready, icon=":material/videocam:"
        )
        if not ready:
            st.caption("The camera can start once purpose and place are named and everyone has agreed.")
    if not (pressed and agreed and purpose and region):
        return None
    return Setup(title.strip() or f"{_sentence_case(kind)} session", Kind(kind), purpose, region, ground)


def _ask_ground() -> Ground | None:
    st.info(PRESENCE_ONLY_TEXT, icon=":material/gavel:")
    chosen = st.selectbox(
        "Ground for analysing expressions",
        [NO_GROUND, *map(str, Ground)],
        format_func=_sentence_case,
        key="ground",
    )
    return None if chosen == NO_GROUND else Ground(chosen)


def _choose(column: DeltaGenerator, label: str, choices: type[Choice], key: str) -> Choice | None:
    """What the person chose; nothing is chosen for them, since it is stored as their statement."""
    options = [str(choice) for choice in choices]
    chosen = column.selectbox(
        label, options, index=None, format_func=_sentence_case, placeholder="Choose", key=key
    )
    return None if chosen is None else choices(chosen)


def _sentence_case(text: str) -> str:
    return text[:1].upper() + text[1:]
