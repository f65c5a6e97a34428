"""What the controls of this browser tab show."""

from typing import Any

import streamlit as st


def show_as(key: str, value: object) -> None:
    """The control `key`, drawn next, shows `value`, whatever it showed before."""
    st.session_state[key] = value


def shown_by(key: str) -> Any:
    """What the control `key` shows in this browser tab; None if it was never drawn."""
    return st.session_state.get(key)
