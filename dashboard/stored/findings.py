"""What the figures of a report say, in sentences."""

from typing import Protocol

import pandas as pd

from dashboard.wording import PERCENT, clock, label, percent
from model.emotions import NOT_SURE

GAZE_PARTLY = (
    "Where people looked is known for {known} of the usable face-instants; in the rest they are taken to be "
    "looking at the screen."
)
GAZE_PARTLY_SHORT = "Gaze known for {known}, else taken as looking."
GAZE_ASSUMED = "Gaze was not measured: all are taken to be looking, so this line shows expression only."
HOW_COMPUTED = """
- **Usable**: a face large, sharp, bright and complete enough to be scored. Everything below counts usable
  instants only; the rest is never averaged in. A face that neither blinks, speaks nor turns for a minute is
  taken for a picture and counts no longer, until it moves.
- **Mix**: each usable instant of each face is led by one expression: the highest score, if it is high enough
  and clearly ahead of the second (the model's card has the limits), else "not sure". The mix is each one's
  share of those instants.
- **Emotion timeline**: mean of the seven scores over the usable faces in each stretch of {bucket}. The seven
  always sum to 100 %. A gap means that nobody had a usable face.
- **Engagement**: by the definition beside the line, for each person first, then the mean over people, so that
  whoever is in view more often does not count more. The shaded band holds the middle half of the people (25th
  to 75th percentile), from three people on. There is no line while fewer than {least} are usable: a quarter
  of the people usually usable.
- **Looking**: share of the instants at which eyes and head were on the screen, among those where gaze could
  be measured. On faces under 64 px the eyes are too small to be read: there the head alone tells, and closed
  eyes are missed. "Eyes read" says how often they were.
- **Change from a person's own neutral**: value less the median of the person's first ten usable seconds, or
  less a running mean that forgets with a time constant of one minute.
- **Scores**: {scores}
- **Speaking, nods, blinks**: lips that open and close; the head's pitch swinging three times or more at 0.5
  to 3 Hz; short dips of the lids; all at usable instants. Nods and blinks are lower bounds at ten analysed
  frames a second, and chewing or laughing moves lips too.
- **In view**: share of the analysed frames in which the person's face was found.
- **Smoothing**: a centred rolling mean over {window}, weighted by usable instants. It never fills a gap.
- **People**: one number for each face followed through the picture. Nobody is recognised: who leaves and
  comes back may get a new number.
"""


AS_THEY_ARE = "as the network gives them; nobody's face at rest is taken into account."
BY_OWN_NEUTRAL = (
    "read against each person's own resting face: from their tenth quiet second on (unflagged, looking "
    "ahead, lips closed, neither happy nor surprised), most of what it adds to the scores is taken off. "
    "Scores before that are as the network gives them, so a line may step there; whoever looked sad or "
    "angry for those ten seconds looks less so afterwards."
)
WHO_KNOWS = "made elsewhere; the file does not say whether they were read against anybody's resting face."


def scores_told(own_neutral: bool | None) -> str:
    """Which way the scores of a session were read; None: unknown."""
    return WHO_KNOWS if own_neutral is None else BY_OWN_NEUTRAL if own_neutral else AS_THEY_ARE


class Covered(Protocol):
    """Headline figures, as far as coverage goes."""

    @property
    def face_share(self) -> float | None: ...
    @property
    def usable_share(self) -> float | None: ...


def mix_finding(mix: pd.Series, of: str = "the time") -> str:
    """What a mix says, as a title: which expression led most `of` what, and the next."""
    named = mix.drop(NOT_SURE).sort_values(ascending=False)
    if not named.iloc[0]:
        return "No expression led clearly"
    top, second = f"{label(str(named.index[0]))} led {percent(named.iloc[0])} of {of}", named.iloc[1]
    return f"{top}, {label(str(named.index[1])).lower()} {percent(second)}" if second >= 0.005 else top


def timeline_finding(frame: pd.DataFrame, scores: list[str]) -> str:
    """What an emotion timeline says: the expression besides neutral that rose most, and when."""
    expressive = frame[[name for name in scores if name != "neutral"]]
    name = str((expressive.max() - expressive.median()).idxmax())
    row = int(expressive[name].argmax())
    return f"{label(name)} peaked at {_when(frame, row)}, reaching {percent(expressive[name].iloc[row])}"


def engagement_finding(frame: pd.DataFrame, mean: str, lowest: str) -> str:
    """What an engagement timeline says: its mean, and where it was lowest; both as they are to be read."""
    row = int(frame["engagement"].argmin())
    return f"{mean} on average, lowest at {_when(frame, row)} with {lowest}"


def _when(frame: pd.DataFrame, row: int) -> str:
    return clock(frame["time_ms"].iloc[row] / 1000)


def people_finding(table: pd.DataFrame) -> str:
    """What the table of people says: how many, and how many of them stayed most of the time."""
    if len(table) == 1:
        return f"1 person seen, in view {percent(table['in_view'].iloc[0])} of the time"
    stayed = int((table["in_view"] >= 0.8).sum())
    return f"{len(table)} people seen, {stayed} of them in view at least 80{PERCENT} of the time"


def coverage_finding(line: Covered) -> str:
    """What the share of usable time says, in a sentence."""
    found, usable = percent(line.face_share), percent(line.usable_share)
    return (
        f"A face was found in {found} of the analysed frames, and {usable} of the face-instants were usable"
    )
