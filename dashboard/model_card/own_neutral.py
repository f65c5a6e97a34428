"""What reading scores against a person's own resting face is worth, as the card measured it."""

from typing import Any

import pandas as pd
import streamlit as st

from dashboard.wording import NOTHING, PERCENT, escaped
from model.card import ModelCard

TITLE = "Read against one's own resting face"
PAIR = ("as pictured, without", "as pictured, with")
SHARES = ("recall", "happy", "neutral", "sure", "right")
TENTH = "%.1f %%"
WHAT = (
    "A switch where a session is set up, off by default. A person's resting face is the mean over their "
    "other neutral pictures; where a set has only one, that one, which then cannot but be kept. In another "
    "light and place than it was learned in it is worth less; a face that was not at rest, learned by "
    "mistake, does harm. Mean recall has a 95 % interval over people. How much is taken off was chosen on "
    "these sets."
)


def own_neutral_of(card: ModelCard) -> pd.DataFrame | None:
    """A row for each set and condition: set, people, condition, recall with its interval as text, recall of
    happy and neutral, share called sure and right of these, 0..1; None where the card has none to read."""
    try:
        sets = card.own_neutral["sets"]
        rows = [_row(name, one, what) for name, one in sets.items() for what in one["by_condition"]]
        table = pd.DataFrame(rows).astype(dict.fromkeys(SHARES, "float64"))
    except (KeyError, TypeError, ValueError, AttributeError):
        return None
    return table if len(table) else None


def own_neutral_finding(table: pd.DataFrame) -> str:
    """What it changes of pictures as they are, set by set."""
    recall = table.set_index(["set", "condition"])["recall"]
    told = [
        f"{name} {recall[name, PAIR[1]] * 100:.0f}{PERCENT} instead of {recall[name, PAIR[0]] * 100:.0f}"
        for name in dict.fromkeys(table["set"])
        if {(name, PAIR[0]), (name, PAIR[1])} <= set(recall.index)
    ]
    return f"Mean recall with it: {', '.join(told)}" if told else TITLE


def show_own_neutral(table: pd.DataFrame | None) -> None:
    """Every set, as pictured and in another light, without it and with it."""
    if table is None:
        return
    st.header(TITLE, anchor=False)
    st.markdown(escaped(own_neutral_finding(table)))
    shown = table.copy()
    shown[list(SHARES)] *= 100
    st.dataframe(
        shown,
        hide_index=True,
        column_config={
            "set": st.column_config.TextColumn("Faces", pinned=True),
            "people": "People",
            "condition": "Condition",
            "recall": st.column_config.NumberColumn("Mean recall", format=TENTH),
            "interval": "95 % interval",
            "happy": st.column_config.NumberColumn("Happy named", format=TENTH),
            "neutral": st.column_config.NumberColumn("Neutral kept", format=TENTH),
            "sure": st.column_config.NumberColumn("Sure of", format=TENTH),
            "right": st.column_config.NumberColumn("Right when sure", format=TENTH),
        },
        placeholder=NOTHING,
    )
    with st.expander("How this was measured", icon=":material/straighten:"):
        st.markdown(WHAT)


def _row(name: str, one: dict[str, Any], condition: str) -> dict[str, Any]:
    figures = one["by_condition"][condition]
    low, high = figures["mean_recall_ci95"]
    recall = {emotion: each["recall"] for emotion, each in figures["recall"].items()}
    return {
        "set": str(name),
        "people": int(one["subjects"]),
        "condition": str(condition),
        "recall": figures["mean_recall"],
        "interval": f"{low * 100:.0f} to {high * 100:.0f}{PERCENT}",
        "happy": recall.get("happy"),
        "neutral": recall.get("neutral"),
        "sure": figures["sure_share"],
        "right": figures["accuracy_when_sure"],
    }
