"""The columns of every table that leaves, in their order: the contract with those who read the files."""

from dataclasses import dataclass
from enum import StrEnum

from model.emotions import EMOTIONS, NOT_SURE


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
    Column(
        "valence",
        "pleasant or not: mean of the expressions' points, Russell's or the session's",
        "-1..1",
    ),
    Column("arousal", "activation: mean of the expressions' points, Russell's or the session's", "-1..1"),
    Column("yaw_deg", "head turned to the image's right, positive", "degrees"),
    Column("pitch_deg", "head raised, positive", "degrees"),
    Column("roll_deg", "head tilted clockwise in the image, positive", "degrees"),
    Column("eye_open", "how open the eyes are; empty if too small (face under 64 px) or hidden", "0..1"),
    Column("gaze", "how far the gaze rests on the screen; the head's alone where eye_open is empty", "0..1"),
    _text("gaze_state", "looking, away, half_closed, closed or unknown, from eye_open and gaze"),
    Column("mouth_open", "how open the mouth is", "0..1"),
    _integer(
        "speaking",
        "1 while the lips move as in speech and, with sound, a voice is heard, else 0; empty if not "
        "measured or flagged",
    ),
    Column("attention", "how far the head faces the camera: 1 straight, 0 from 45 degrees aside on", "0..1"),
    Column("engagement", "by the definition in the next column; empty if not usable", "as defined"),
    _text("engagement_definition", "name of the definition the session keeps; own_weights if they differ"),
    _text("model", "name of the expression network and the start of its sha256"),
)
LONG_HEADER: tuple[str, ...] = tuple(column.name for column in LONG_COLUMNS)

_SCORED = _scores("mean score of {} over the usable instants; the seven sum to 1")
_LED = [
    Column(f"led_{name}", f"share of the usable instants led by {name}", "0..1")
    for name in (*EMOTIONS, NOT_SURE)
]
_PARTS: tuple[Column, ...] = (
    Column("attention", "mean attention over the usable instants: 1 faces the camera, 0 turned away", "0..1"),
    Column("looking", "share of the usable instants with a known gaze that look at the screen", "0..1"),
    Column("engagement", "mean engagement, by the definition in the next column", "as defined"),
    _text("engagement_definition", "name of the definition the session keeps; empty without engagement"),
)
_WHO = (
    _text("participant", "name given by the host, else P and the person's number"),
    _integer("person", "number of the person, as the host merged and split the tracks"),
)

SECOND_COLUMNS: tuple[Column, ...] = (
    _integer("second", "the whole second since the session's start", "s"),
    Column("time_utc", "its beginning, ISO 8601", "UTC", Kind.INSTANT),
    _integer("people", "people seen"),
    _integer("usable_people", "people with a usable face, of whom the means below are"),
    _integer("faces", "faces in all analysed frames"),
    Column("usable_share", "share of these faces that are usable", "0..1"),
    *_SCORED,
    Column("valence", "of the mean scores: pleasant or not", "-1..1"),
    Column("arousal", "of the mean scores: activation", "-1..1"),
    Column("attention", "mean over people of their attention, each once", "0..1"),
    Column("looking", "mean over people of the share of instants looking at the screen", "0..1"),
    Column("engagement", "mean over people, each once, by the definition in the next column", "as defined"),
    _PARTS[-1],
)
PERSON_SECOND_COLUMNS: tuple[Column, ...] = (
    _integer("second", "the whole second since the session's start", "s"),
    *_WHO,
    _integer("faces", "analysed frames in which the person was seen"),
    Column("usable_share", "share of these in which the face was usable", "0..1"),
    *_SCORED,
    _text("dominant", "the expression that led most usable instants, or not_sure"),
    Column("speaking", "share of the instants with a measured mouth in which the person spoke", "0..1"),
    *_PARTS,
)
SUMMARY_COLUMNS: tuple[Column, ...] = (
    *_WHO,
    Column("first_seen_s", "first seen, since the session's start", "s"),
    Column("last_seen_s", "last seen", "s"),
    _integer("present_s", "seconds in which the person was seen", "s"),
    _integer("faces", "analysed frames in which the person was seen"),
    Column("usable_share", "share of these in which the face was usable", "0..1"),
    *_SCORED,
    *_LED,
    Column("valence", "of the mean scores: pleasant or not", "-1..1"),
    Column("arousal", "of the mean scores: activation", "-1..1"),
    Column("speaking", "share of the instants with a measured mouth in which the person spoke", "0..1"),
    *_PARTS,
)
MARKER_COLUMNS: tuple[Column, ...] = (
    Column("time_s", "when the mark begins, since the session's start", "s"),
    Column("end_s", "when it ends; empty for a moment", "s"),
    Column("time_utc", "its beginning, ISO 8601", "UTC", Kind.INSTANT),
    _text("label", "what the host called it"),
    _text("note", "what the host wrote"),
)
VOTE_COLUMNS: tuple[Column, ...] = (
    Column("time_s", "when it was pressed, since the session's start", "s"),
    Column("time_utc", "the same instant, ISO 8601", "UTC", Kind.INSTANT),
    _integer("voice", "a number for the device, in the order in which they were heard; of nobody"),
    _text("choice", "clear, lost or question"),
)
TALK_COLUMNS: tuple[Column, ...] = (
    Column("time_s", "when the stretch begins, since the session's start", "s"),
    Column("end_s", "when it ends", "s"),
    Column("time_utc", "its beginning, ISO 8601", "UTC", Kind.INSTANT),
    _integer("voice", "1 if a voice was heard, 0 if none was; nothing of when nobody listened"),
)
SAID_COLUMNS: tuple[Column, ...] = (
    Column("time_s", "when it begins to be said, since the session's start", "s"),
    Column("end_s", "when it ends", "s"),
    Column("time_utc", "its beginning, ISO 8601", "UTC", Kind.INSTANT),
    _text("speaker", "as the transcript names them; empty where it does not"),
    _text("participant", "whom the host matched the speaker to; empty for nobody"),
    _text("text", "what was said"),
)
TIER_COLUMNS: tuple[Column, ...] = (
    _text("tier of a participant", "the expression that led the seconds it spans, or not_sure"),
    _text("tier Words", "what was said, by speaker: the transcript that the host gave"),
    _text("tier Markers", "what the host marked: label and note; a moment spans one second"),
)
CHART_COLUMNS: tuple[Column, ...] = (
    Column("time_s", "beginning of the step, since the session's start", "s"),
    Column("engagement", "the group's line, by the definition the session keeps", "as defined"),
    Column("lower", "lower quartile of the people counted", "as defined"),
    Column("upper", "upper quartile of the people counted", "as defined"),
    Column("counted", "people of whom the line is, on average over the smoothing"),
    _text("expression", "the expression that led"),
    Column("share", "share of the usable instants that it led", "0..1"),
    *_scores("mean score of {}, smoothed"),
    Column("looking", "mean over people of the share looking at the screen", "0..1"),
    Column("looked", "people of whom that is, on average over the smoothing"),
    Column("name (number)", "engagement of this person, by the definition the session keeps", "as defined"),
    Column("with_face", "share of the analysed frames with a face", "0..1"),
    Column("usable_faces", "share of these faces that were usable", "0..1"),
)
