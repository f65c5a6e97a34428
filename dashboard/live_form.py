"""The set-up form of the Live page: who is seen, why, where, and that they agreed."""

from enum import StrEnum

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from dashboard.consent import (
    CONSENT_TEXT,
    PRESENCE_ONLY_TEXT,
    Ground,
    Kind,
    Purpose,
    Region,
    Setup,
    needs_ground,
)

MAX_TITLE = 120
PRESENCE_ONLY = "none: presence only"


def ask_setup() -> Setup | None:
    """Draw the form; the answers once the person has agreed and pressed the button, else None."""
    with st.container(border=True):
        st.subheader("Set up a session")
        title = st.text_input("Title", placeholder="Weekly review", max_chars=MAX_TITLE, key="title")
        left, middle, right = st.columns(3)
        kind = Kind(_choose(left, "Kind", Kind, "kind"))
        purpose = Purpose(_choose(middle, "Purpose", Purpose, "purpose"))
        region = Region(_choose(right, "Where the people are", Region, "region"))
        ground = _ask_ground() if needs_ground(purpose, region) else None
        agreed = st.checkbox(CONSENT_TEXT, key="agreed")
        pressed = st.button(
            "Continue to the camera", type="primary", disabled=not agreed, icon=":material/videocam:"
        )
        if not agreed:
            st.caption("The camera can start once you confirm that everyone has agreed.")
    if not (pressed and agreed):
        return None
    return Setup(title.strip() or f"{_sentence_case(kind)} session", kind, purpose, region, ground)


def _ask_ground() -> Ground | None:
    st.info(PRESENCE_ONLY_TEXT, icon=":material/gavel:")
    chosen = st.selectbox(
        "Ground for analysing expressions",
        [PRESENCE_ONLY, *map(str, Ground)],
        format_func=_sentence_case,
        key="ground",
    )
    return None if chosen == PRESENCE_ONLY else Ground(chosen)


def _choose(column: DeltaGenerator, label: str, choices: type[StrEnum], key: str) -> str:
    return str(
        column.selectbox(label, [str(choice) for choice in choices], format_func=_sentence_case, key=key)
    )


def _sentence_case(text: str) -> str:
    return text[:1].upper() + text[1:]
