"""The set-up form of the Live page: who is seen, why, where, and that they agreed."""

import streamlit as st

from dashboard.consent import (
    CONSENT_TEXT,
    Kind,
    Purpose,
    Region,
    Setup,
    kept_text,
    needs_ground,
)
from dashboard.statement_form import ask_ground, choose, sentence_case

MAX_TITLE = 120


def ask_setup() -> Setup | None:
    """Draw the form; the answers once the person has agreed and pressed the button, else None."""
    with st.container(border=True):
        st.subheader("Set up a session")
        title = st.text_input("Title", placeholder="Weekly review", max_chars=MAX_TITLE, key="title")
        left, middle, right = st.columns(3)
        kind = left.selectbox("Kind", [str(kind) for kind in Kind], format_func=sentence_case, key="kind")
        purpose = choose(middle, "Purpose", Purpose, "purpose")
        region = choose(right, "Where the people are", Region, "region")
        ground = ask_ground("ground") if purpose and region and needs_ground(purpose, region) else None
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
    return Setup(title.strip() or f"{sentence_case(kind)} session", Kind(kind), purpose, region, ground)
