"""A sentence as the network of words reads it: tried on the Model page as a photo can be, kept nowhere."""

from pathlib import Path

import streamlit as st

from dashboard.controls.chart import show_chart
from dashboard.model_card.charts import score_bars
from dashboard.wording import escaped, label, percent
from model.errors import ArtifactError
from model.text.card import TextCard
from model.text.classifier import TextReading, text_classifier
from model.text.features import LONGEST
from model.text.language import is_english

WHAT = "Try what the words of a transcript are taken for: the same seven expressions, read from text alone."
ENGLISH = (
    "English only: the network learned from comments that people wrote on Reddit, and reads every other "
    "language as noise. It tells what people would call the words, not what anybody feels; irony it does not "
    'see, and "I am not sure this will work" it hears as surprise. What you type is kept nowhere.'
)
OTHER = (
    "This does not look like English: hardly one of its words is among the commonest English ones. The "
    "network has learned English only, so it says nothing of it. Type the sentence in English."
)
UNTOLD = "Too few words to tell whether this is English. In another language what follows means nothing."


@st.fragment
def show_sentence(folder: Path) -> None:
    """A box for a sentence, its seven chances, and what the network reaches on sentences with labels."""
    st.markdown(WHAT)
    try:
        network = text_classifier(folder)
    except ArtifactError as error:
        st.error(f"Words cannot be read: {escaped(str(error))}", icon=":material/error:")
        return
    typed = st.text_area("A sentence in English", "I love how this turned out, thank you!", max_chars=LONGEST)
    english = is_english(typed)
    if not typed.strip():
        st.info("Type a sentence to see what it is taken for.")
    elif english is False:
        st.markdown("**Not sure**")
        st.warning(OTHER, icon=":material/translate:")
    else:
        if english is None:
            st.warning(UNTOLD, icon=":material/translate:")
        _show_reading(network.read([typed])[0])
    st.caption(ENGLISH)
    _show_reached(network.card)


def _show_reading(reading: TextReading) -> None:
    told = "Not sure" if reading.leading is None else label(str(reading.leading))
    others = [label(str(one)).lower() for one in reading.named if one is not reading.leading]
    st.markdown(f"**{told}**" + (f", also called {' and '.join(others)}" if others else ""))
    bars = ", ".join(f"{share:.0%}" for share in reading.scores)
    show_chart(score_bars(reading.scores), "sentence", f"Bars of the seven chances: {told}. {bars}.")
    st.caption("How likely people name each; a sentence may say more than one, so they need not add up.")


def _show_reached(card: TextCard) -> None:
    for data, found in card.evaluation.items():
        low, high = found["macro_f1_ci95"]
        classes = ", ".join(f"{label(name)} {one['f1']:.2f}" for name, one in found["per_class"].items())
        chosen = found["sha256"] == card.data.get("dev", {}).get("sha256")
        flatters = " Its thresholds were chosen on these sentences, which flatters it." if chosen else ""
        st.markdown(
            f"On {found['n']:,} sentences of `{escaped(data)}`: macro F1 **{found['macro_f1']:.3f}** (95 % "
            f"interval {low:.3f} to {high:.3f}; {classes}). Calibration error {percent(found['ece'])}; not "
            f"sure of {percent(found['not_sure_share'])}, and where it is sure right in "
            f"{percent(found['accuracy_when_sure'])}.{flatters}"
        )
