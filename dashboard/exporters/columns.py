"""The columns of every table that leaves, in their order: the contract with those who read the files."""

from dataclasses import dataclass
from enum import StrEnum

from model.emotions import EMOTIONS


class Kind(StrEnum):
    """What the cells of a column are; unknown ones are empty."""

    TEXT = "text"
    INTEGER = "integer"
    DECIMAL = "decimal"
    INSTANT = "instant"


@dataclass(frozen=True, slots=True)
class Column:
    """`unit` is empty for texts and counts."""

    name: str
    meaning: str
    unit: str = ""
    kind: Kind = Kind.DECIMAL


def _text(name: str, meaning: str) -> Column:
    return Column(name, meaning, "", Kind.TEXT)


def _integer(name: str, meaning: str, unit: str = "") -> Column:
    return Column(name, meaning, unit, Kind.INTEGER)


def _scores(meaning: str) -> list[Column]:
    return [Column(str(name), meaning.format(name), "0..1") for name in EMOTIONS]


LONG_COLUMNS: tuple[Column, ...] = (
    _integer("session_id", "number of the session"),
    _text("session_title", "title of the session"),
    _text("participant", "name given by the host, else P and the person's number"),
    _integer("person", "number of the person, as the host merged and split the tracks"),
    _integer("track_id", "number of the face followed through the picture, from 1 in every session"),
    _integer("frame", "number of the analysed frame"),
    Column("time_s", "time since the session's start", "s"),
    Column("time_utc", "the same instant, ISO 8601", "UTC", Kind.INSTANT),
    Column("box_x", "left edge of the face's box in the analysed frame", "px"),
    Column("box_y", "upper edge of the box", "px"),
    Column("box_w", "width of the box", "px"),
    Column("box_h", "height of the box", "px"),
    Column("face_confidence", "the detector's confidence", "0..1"),
    _integer("usable", "1 if the face counts at this instant, else 0"),
    _text("flags", "why it does not count, several divided by |"),
    *_scores("score of {}; the seven scores sum to 1"),
    _text("dominant", "the leading expression, or not_sure; empty if the face was not scored"),
    Column("valence", "pleasant or not: mean place of the scores on Russell's circumplex", "-1..1"),
    Column("arousal", "activation: mean place of the scores on Russell's circumplex", "-1..1"),
    Column("yaw_deg", "head turned to the image's right, positive", "degrees"),
    Column("pitch_deg", "head raised, positive", "degrees"),
    Column("roll_deg", "head tilted clockwise in the image, positive", "degrees"),
    Column("eye_open", "how open the eyes are", "0..1"),
    Column("gaze", "how far the gaze rests on the screen", "0..1"),
    _text("gaze_state", "looking, away, half_closed, closed or unknown, from eye_open and gaze"),
    Column("mouth_open", "how open the mouth is", "0..1"),
    _integer("speaking", "1 while the lips open and close as in speech, else 0; empty if not measured"),
    Column("attention", "how far the head faces the camera: 1 straight, 0 from 45 degrees aside on", "0..1"),
    Column("engagement", "by the definition in the next column; empty if not usable", "as defined"),
    _text("engagement_definition", "name of the definition the session keeps; own_weights if they differ"),
    _text("model", "name of the expression network and the start of its sha256"),
)
LONG_HEADER: tuple[str, ...] = tuple(column.name for column in LONG_COLUMNS)
