"""The picker of the definition of engagement, with its formula, source and limits, and its weights."""

from collections.abc import Mapping

import streamlit as st

from dashboard.reading import Reading
from dashboard.wording import escaped
from model.definitions import DEFINITIONS, GAZE, HOW_GOOD, Definition
from model.errors import EngagementError
from model.weights import checked_weights

COLUMNS = 2


def choose_definition(reading: Reading, key: str) -> tuple[Definition, Mapping[str, float]] | None:
    """Draw the picker; a definition with checked weights once they differ from those of `reading`."""
    names = list(DEFINITIONS)
    name = st.selectbox(
        "Definition",
        names,
        index=names.index(reading.definition.name),
        format_func=lambda one: DEFINITIONS[one].title,
        key=f"definition-{key}",
    )
    definition = DEFINITIONS[name]
    st.markdown(f"**{escaped(definition.formula)}**")
    st.caption(f"{escaped(definition.citation)}. {escaped(definition.limits)}")
    st.caption(escaped(HOW_GOOD))
    if name != reading.definition.name:
        return definition, dict(definition.weights)
    return _edited(definition, reading.weights, key)


def _edited(
    definition: Definition, weights: Mapping[str, float], key: str
) -> tuple[Definition, Mapping[str, float]] | None:
    """Other weights than `weights`, once they can be used."""
    typed = _typed(definition, weights, key)
    published = dict(definition.weights)
    disabled = dict(weights) == published
    if st.button(
        "Published weights", key=f"published-{key}", disabled=disabled, icon=":material/restart_alt:"
    ):
        return definition, published
    if typed == dict(weights):
        return None
    try:
        return definition, checked_weights(definition, typed)
    except EngagementError as error:
        st.error(escaped(str(error)))
        return None


def _typed(definition: Definition, weights: Mapping[str, float], key: str) -> dict[str, float]:
    """One field a weight. Their keys hold the weights in force, so that others bring fresh fields."""
    st.markdown("**Weights**")
    columns = st.columns(COLUMNS)
    typed = {}
    for number, (name, weight) in enumerate(weights.items()):
        typed[name] = columns[number % COLUMNS].number_input(
            label_of(name),
            min_value=-1.0 if definition.signed else 0.0,
            max_value=1.0 if definition.signed else 100.0,
            value=float(weight),
            step=0.05 if definition.high <= 1 or not name.startswith(GAZE) else 0.5,
            format="%.2f",
            key=f"weight-{key}-{definition.name}-{name}-{weight}",
        )
    return typed


def label_of(weight: str) -> str:
    """A weight's name in words: "Gaze: half closed"."""
    words = weight.removeprefix(GAZE).replace("_", " ")
    return f"Gaze: {words}" if weight.startswith(GAZE) else words[:1].upper() + words[1:]
