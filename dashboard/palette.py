"""One colour and one label per expression, used by charts and video alike.

The eight colours were searched for: with normal sight, and as Machado, Oliveira and Fernandes (2009) simulate
full deuteranopia, protanopia and tritanopia, every pair stays at least 10 apart in CIEDE2000, and each has a
contrast of at least 3:1 (WCAG 2.2, 1.4.11) on the page of both themes. Its test holds that.
"""

from collections.abc import Mapping

from db.rights.ballots import Choice
from model.emotions import EMOTIONS, NOT_SURE, Emotion
from model.engagement.concentration import ConcentrationBand

PAGE_LIGHT = "#ffffff"
PAGE_DARK = "#10151b"

COLOURS: Mapping[str, str] = {
    Emotion.ANGRY: "#cc2609",
    Emotion.DISGUST: "#45a472",
    Emotion.FEAR: "#b078ff",
    Emotion.HAPPY: "#c58600",
    Emotion.SAD: "#1058e4",
    Emotion.SURPRISE: "#ec5cb1",
    Emotion.NEUTRAL: "#4c7781",
    NOT_SURE: "#6d645f",
}

LABELS: Mapping[str, str] = {
    Emotion.ANGRY: "Angry",
    Emotion.DISGUST: "Disgust",
    Emotion.FEAR: "Fear",
    Emotion.HAPPY: "Happy",
    Emotion.SAD: "Sad",
    Emotion.SURPRISE: "Surprise",
    Emotion.NEUTRAL: "Neutral",
    NOT_SURE: "Not sure",
}

KEYS: tuple[str, ...] = (*EMOTIONS, NOT_SURE)

ENGAGEMENT_LINE = "#0e8aa8"
BANDS: Mapping[ConcentrationBand, str] = {
    ConcentrationBand.HIGH: "#0e8aa8",
    ConcentrationBand.NOMINAL: "#8b93a1",
    ConcentrationBand.DISENGAGED: "#b9770e",
}
BAND_LABELS: Mapping[ConcentrationBand, str] = {
    ConcentrationBand.HIGH: "High",
    ConcentrationBand.NOMINAL: "Middle",
    ConcentrationBand.DISENGAGED: "Low",
}
"""Plain words on every page and chart; the source's own are the values of ConcentrationBand."""
VOTES: Mapping[Choice, str] = {
    Choice.CLEAR: "#0e8aa8",
    Choice.LOST: "#b9770e",
    Choice.QUESTION: "#8b5fd0",
}
VOTE_LABELS: Mapping[Choice, str] = {
    Choice.CLEAR: "Clear",
    Choice.LOST: "Lost",
    Choice.QUESTION: "Question",
}
QUIET = "#808a96"
VOICE = "#8a63c8"
SERIES = (ENGAGEMENT_LINE, "#b9770e", "#8b5fd0", "#4f8a35", "#cc4778")
"""Lines side by side; each at least 3:1 on the page of both themes, none an expression's colour."""


SCORES: list[str] = [str(emotion) for emotion in EMOTIONS]


def rgb(key: str) -> tuple[int, int, int]:
    """Red, green, blue of an expression (or "not_sure"), 0..255."""
    return _channels(COLOURS[key])


def bgr(key: str) -> tuple[int, int, int]:
    """Blue, green, red of an expression (or "not_sure"), 0..255: OpenCV's order."""
    red, green, blue = rgb(key)
    return blue, green, red


def faded(colour: str, opacity: float) -> str:
    """`colour` (#rrggbb) as a CSS rgba() of `opacity`, 0..1."""
    red, green, blue = _channels(colour)
    return f"rgba({red},{green},{blue},{opacity:g})"


def _channels(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)
