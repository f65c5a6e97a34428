"""What a person states before faces are analysed, asked alike on the Live and the Recordings page."""

from enum import StrEnum
from typing import TypeVar

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from dashboard.consent import PRESENCE_ONLY, PRESENCE_ONLY_TEXT, Ground

Choice = TypeVar("Choice", bound=StrEnum)

NO_GROUND = f"none: {PRESENCE_ONLY}"


def choose(column: DeltaGenerator, label: str, choices: type[Choice], key: str) -> Choice | None:
    """What the person chose; nothing is chosen for them, since it is stored as their statement."""
    options = [str(choice) for choice in choices]
    chosen = column.selectbox(
        label, options, index=None, format_func=sentence_case, placeholder="Choose", key=key
    )
    return None if chosen is None else choices(chosen)


def ask_ground(key: str) -> Ground | None:
    """Why expressions may be analysed where only presence may be counted without a ground."""
    st.info(PRESENCE_ONLY_TEXT, icon=":material/gavel:")
    chosen = st.selectbox(
        "Ground for analysing expressions",
        [NO_GROUND, *map(str, Ground)],
        format_func=sentence_case,
        key=key,
    )
    return None if chosen == NO_GROUND else Ground(chosen)


def sentence_case(text: str) -> str:
    """The first letter made a capital, the rest as it is."""
    return text[:1].upper() + text[1:]
