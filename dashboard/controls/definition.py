"""The picker of the definition of engagement, with its formula, source and limits, and its weights."""

from collections.abc import Callable, Mapping

import streamlit as st

from dashboard import wording
from dashboard.controls.state import show_as, shown_by
from dashboard.reading import Reading
from dashboard.wording import escaped
from model.engagement.definitions import DEFINITIONS, GAZE, HOW_GOOD, Definition
from model.engagement.weights import checked_weights
from model.errors import EngagementError

COLUMNS = 2
Chosen = tuple[Definition, Mapping[str, float]]


def choose_definition(
    reading: Reading, key: str, on_change: Callable[[], None] | None = None
) -> Chosen | None:
    """Draw the picker; a definition with checked weights once they differ from those of `reading`."""
    definition = name_definition(reading.definition, f"definition-{key}", on_change)
    st.markdown(f"**{escaped(definition.formula)}**")
    st.caption(f"{escaped(definition.limits)} Source: {wording.cited(definition.citation)}.", help=HOW_GOOD)
    if definition is not reading.definition:
        return definition, dict(definition.weights)
    with st.expander("Weights", icon=":material/tune:"):
        return _edited(definition, reading.weights, key)


def name_definition(begin: Definition, key: str, on_change: Callable[[], None] | None = None) -> Definition:
    """The list of definitions alone."""
    if shown_by(key) is None:
        show_as(key, begin.name)
    name = st.selectbox(
        "Definition",
        list(DEFINITIONS),
        format_func=lambda one: DEFINITIONS[one].title,
        key=key,
        on_change=on_change,
    )
    return DEFINITIONS[name]


def _edited(definition: Definition, weights: Mapping[str, float], key: str) -> Chosen | None:
    """Other weights than `weights`, once they can be used."""
    keys = {name: f"weight-{key}-{definition.name}-{name}-{weight}" for name, weight in weights.items()}
    typed = _typed(definition, weights, keys)
    st.button(
        "Published weights",
        key=f"published-{key}",
        disabled=typed == dict(definition.weights),
        icon=":material/restart_alt:",
        on_click=_publish,
        args=(definition, keys),
    )
    if typed == dict(weights):
        return None
    try:
        return definition, checked_weights(definition, typed)
    except EngagementError as error:
        st.error(f"{escaped(str(error))}. The weights from before are used until then.")
        return None


def _publish(definition: Definition, keys: Mapping[str, str]) -> None:
    for name, weight in definition.weights.items():
        show_as(keys[name], float(weight))


def _typed(definition: Definition, weights: Mapping[str, float], keys: Mapping[str, str]) -> dict[str, float]:
    """One field a weight. Their keys hold the weights in force, so that others bring fresh fields."""
    columns = st.columns(COLUMNS)
    for name, weight in weights.items():
        if shown_by(keys[name]) is None:
            show_as(keys[name], float(weight))
    return {
        name: columns[number % COLUMNS].number_input(
            label_of(name),
            min_value=-1.0 if definition.signed else 0.0,
            max_value=1.0 if definition.signed else 100.0,
            step=0.05 if definition.high <= 1 or not name.startswith(GAZE) else 0.5,
            format="%.2f",
            key=keys[name],
        )
        for number, name in enumerate(weights)
    }


def label_of(weight: str) -> str:
    """A weight's name in words: "Gaze: half closed"."""
    words = weight.removeprefix(GAZE).replace("_", " ")
    return f"Gaze: {words}" if weight.startswith(GAZE) else words[:1].upper() + words[1:]
