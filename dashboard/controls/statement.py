"""What a person states before faces are analysed, asked alike on the Live and the Recordings page."""

from enum import StrEnum
from typing import TypeVar

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from dashboard.consent import PRESENCE_ONLY, PRESENCE_ONLY_TEXT, Ground

Choice = TypeVar("Choice", bound=StrEnum)

OWN_NEUTRAL = "Read scores against each one's resting face"
OWN_NEUTRAL_HELP = (
    "Faces differ at rest: some look sad or angry, and small smiles go unseen. From a person's tenth quiet "
    "second on, most of what their resting face adds to the scores is taken off. It is learned for this "
    "session alone, held in memory and forgotten with the person; whoever frowns for those ten seconds looks "
    "less angry afterwards. The Model page has the figures."
)
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


def ask_own_neutral(key: str, proposed: bool) -> bool:
    """Whether scores are to be read against each person's own resting face."""
    return st.toggle(OWN_NEUTRAL, proposed, key=key, help=OWN_NEUTRAL_HELP)


def sentence_case(text: str) -> str:
    """The first letter made a capital, the rest as it is."""
    return text[:1].upper() + text[1:]
