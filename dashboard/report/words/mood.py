"""The mood of the words beside that of the faces, where the words are English."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
import streamlit as st

from dashboard.charts.moods import mood_lines
from dashboard.palette import SCORES
from dashboard.report.sections import is_line, show_timeline
from dashboard.spoken.english import EnglishPart, english_part
from dashboard.spoken.told import mood_line
from dashboard.stored.report import SessionReport
from dashboard.wording import escaped, percent
from db.reports import Utterance
from model.engagement.affect import valence
from model.engagement.groups import Doubles
from model.errors import ArtifactError
from model.text.classifier import text_classifier

MOSTLY_OTHER = 0.5
ENGLISH = (
    "Words: what people would call them, read from English text alone, word by word. Faces: the mean of "
    "everybody's scores. Neither is what anybody felt."
)
NOT_SHOWN = (
    "These words are not English, or hardly: {share} of them stand where too few of the commonest English "
    "words do. Their mood is read from English only and is not shown. All else here is of any language."
)
LEFT_OUT = (
    "{share} of the words seem to be in another language. The mood of words is read from English only: "
    "theirs is left out of the line."
)
UNTOLD = (
    "Too few words to tell whether they are English. Their mood is read from English only: be not sure of it."
)


def show_mood(report: SessionReport, said: Sequence[Utterance]) -> None:
    """Both lines with a sentence about them, or a sentence why not."""
    st.header("Words and faces", anchor=False)
    english = english_part(said)
    if warning := told_language(english):
        st.warning(warning, icon=":material/translate:")
    if english.other_share <= MOSTLY_OTHER:
        _show_lines(report, english.said)


def told_language(part: EnglishPart) -> str:
    """What to know of the language; empty where all is English."""
    share = percent(part.other_share)
    if part.other_share > MOSTLY_OTHER:
        return NOT_SHOWN.format(share=share)
    if part.other_share:
        return LEFT_OUT.format(share=share)
    return "" if part.is_told else UNTOLD


def _show_lines(report: SessionReport, said: Sequence[Utterance]) -> None:
    timeline, points = report.timeline, report.reading.circumplex
    faces = np.asarray(valence(timeline[list(SCORES)].to_numpy(np.float64), points))
    try:
        times = timeline["time_ms"].tolist()
        words = mood_line(said, text_classifier(), times, report.bucket_ms, points)
    except ArtifactError as error:
        st.error(f"Words cannot be read: {escaped(str(error))}", icon=":material/error:")
        return
    if not is_line(pd.Series(words)) or not is_line(pd.Series(faces)):
        st.caption("Too little was said, or seen, for a line over time.")
        return
    finding = _finding(words, faces)
    st.markdown(finding)
    figure = mood_lines(timeline["time_ms"], words, faces)
    show_timeline(report, figure, "moods", f"Two lines over time. {finding}")
    st.caption(ENGLISH)


def _finding(words: Doubles, faces: Doubles) -> str:
    both = ~np.isnan(words) & ~np.isnan(faces)
    if not both.any():
        return "Words and faces were never there at once."
    gladly = float(np.mean((words[both] > 0.15) & (faces[both] < -0.05)))
    if gladly:
        return (
            f"Said gladly while faces looked unpleasant: {percent(gladly)} of the time that words were heard."
        )
    return "Words were never glad while faces looked unpleasant."
