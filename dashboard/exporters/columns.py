"""The columns of the long CSV, in their order: what every row-per-face format writes and import reads."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Column:
    """`unit` is empty for texts and counts."""

    name: str
    meaning: str
    unit: str = ""


def _score(name: str) -> Column:
    return Column(name, f"score of {name}; the seven scores sum to 1", "0..1")


LONG_COLUMNS: tuple[Column, ...] = (
    Column("session_id", "number of the session"),
    Column("session_title", "title of the session"),
    Column("participant", "name given by the host, else P and the person's number"),
    Column("person", "number of the person, as the host merged and split the tracks"),
    Column("track_id", "number of the face followed through the picture, from 1 in every session"),
    Column("frame", "number of the analysed frame"),
    Column("time_s", "time since the session's start", "s"),
    Column("time_utc", "the same instant, ISO 8601", "UTC"),
    Column("box_x", "left edge of the face's box in the analysed frame", "px"),
    Column("box_y", "upper edge of the box", "px"),
    Column("box_w", "width of the box", "px"),
    Column("box_h", "height of the box", "px"),
    Column("face_confidence", "the detector's confidence", "0..1"),
    Column("usable", "1 if the face counts at this instant, else 0"),
    Column("flags", "why it does not count, several divided by |"),
    *map(_score, ("angry", "disgust", "fear", "happy", "sad", "surprise", "neutral")),
    Column("dominant", "the leading expression, or not_sure; empty if the face was not scored"),
    Column("valence", "pleasant or not: mean place of the scores on Russell's circumplex", "-1..1"),
    Column("arousal", "activation: mean place of the scores on Russell's circumplex", "-1..1"),
    Column("yaw_deg", "head turned to the image's right, positive", "degrees"),
    Column("pitch_deg", "head raised, positive", "degrees"),
    Column("roll_deg", "head tilted clockwise in the image, positive", "degrees"),
    Column("eye_open", "how open the eyes are", "0..1"),
    Column("gaze", "how far the gaze rests on the screen", "0..1"),
    Column("gaze_state", "looking, away, half_closed, closed or unknown, from eye_open and gaze"),
    Column("mouth_open", "how open the mouth is", "0..1"),
    Column("speaking", "1 while the lips open and close as in speech, else 0; empty if not measured"),
    Column("attention", "how far the head faces the camera: 1 straight, 0 from 45 degrees aside on", "0..1"),
    Column("engagement", "by the definition in the next column; empty if not usable", "as defined"),
    Column("engagement_definition", "name of the definition the session keeps; own_weights if they differ"),
    Column("model", "name of the expression network and the start of its sha256"),
)
LONG_HEADER: tuple[str, ...] = tuple(column.name for column in LONG_COLUMNS)
