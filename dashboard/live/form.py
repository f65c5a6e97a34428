"""The set-up form of the Live page: who is seen, why, where, and that they agreed."""

import streamlit as st

from dashboard.consent import (
    CONSENT_TEXT,
    Kind,
    Purpose,
    Region,
    Setup,
    Source,
    kept_text,
    needs_ground,
)
from dashboard.controls.statement import ask_ground, choose, sentence_case

MAX_TITLE = 120
SOURCES = {Source.CAMERA: "Camera", Source.WINDOW: "A window, tab or screen"}
SHARING_HELP = (
    "For a meeting in Zoom, Meet, Teams or any other program: the browser asks which tab, window or screen, "
    "and every face in it is analysed while you work elsewhere. No sound is taken."
)
SHARING_TRIED = (
    "Tried with Chromium, on which Chrome and Edge are built, and with Firefox, which offers windows and "
    "screens but no single tabs: of a whole screen keep this page off it, else faces shown here are counted "
    "again. Safari was not tried. Phones and tablets cannot share."
)


def ask_setup() -> Setup | None:
    """Draw the form; the answers once the person has agreed and pressed the button, else None."""
    with st.container(border=True):
        st.subheader("Set up a session")
        title = st.text_input("Title", placeholder="Weekly review", max_chars=MAX_TITLE, key="title")
        left, middle, right = st.columns(3)
        kind = left.selectbox("Kind", [str(kind) for kind in Kind], format_func=sentence_case, key="kind")
        purpose = choose(middle, "Purpose", Purpose, "purpose")
        region = choose(right, "Where the people are", Region, "region")
        source = _ask_source()
        ground = ask_ground("ground") if purpose and region and needs_ground(purpose, region) else None
        if purpose and region:
            st.caption(kept_text(ground is not None or not needs_ground(purpose, region)))
        agreed = st.checkbox(CONSENT_TEXT, key="agreed")
        ready = bool(purpose and region and agreed)
        pressed = st.button(
            "Continue to the camera" if source is Source.CAMERA else "Continue to sharing",
            type="primary",
            disabled=not ready,
            icon=":material/videocam:" if source is Source.CAMERA else ":material/screen_share:",
            key="continue",
        )
        if not ready:
            first = "The camera" if source is Source.CAMERA else "Sharing"
            st.caption(f"{first} can start once purpose and place are named and everyone has agreed.")
    if not (pressed and agreed and purpose and region):
        return None
    name = title.strip() or f"{sentence_case(kind)} session"
    return Setup(name, Kind(kind), purpose, region, ground, source)


def _ask_source() -> Source:
    chosen = st.segmented_control(
        "Picture from",
        list(SOURCES),
        default=Source.CAMERA,
        required=True,
        format_func=SOURCES.__getitem__,
        key="source",
        help=SHARING_HELP,
    )
    if chosen is not Source.CAMERA:
        st.caption(SHARING_TRIED)
    return chosen
