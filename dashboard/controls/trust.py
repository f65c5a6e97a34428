"""What no figure says: one line on every page of figures, and the rest behind it."""

import streamlit as st

from dashboard.wording import LIMITS, SHORT_LIMITS

TRUST = "How far to trust this"


def show_trust(accuracy: str) -> None:
    """Draw it. `accuracy`: how often the network is right, in a sentence."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="trust"):
        st.caption(SHORT_LIMITS, width="content")
        with st.popover(TRUST, type="tertiary"):
            st.markdown(LIMITS.format(accuracy=accuracy))
