"""Sentences and number formats shared by the pages: what a figure says, and what it cannot say."""

import re
from collections import Counter
from collections.abc import Mapping
from math import isnan
from typing import TYPE_CHECKING, Protocol

from dashboard.palette import LABELS
from model.emotions import NOT_SURE

if TYPE_CHECKING:  # the first page does without
    import pandas as pd

SPREADSHEET_ROWS = 1_048_575
NOTHING = "\N{EN DASH}"
PERCENT = "\N{NO-BREAK SPACE}%"

LIMITS = (
    "Expressions are not feelings: the same face can mean different things in different people and moments "
    "([Barrett et al. 2019](https://doi.org/10.1177/1529100619832930)). {accuracy} Its errors are not equal "
    "for all groups of people ([Rhue 2018](https://doi.org/10.2139/ssrn.3281765)). Read groups and trends, "
    "never a person's inner state, and decide nothing about anyone from these numbers."
)
ACCURACY_UNKNOWN = "The card of the model on this machine cannot be read, so its accuracy is unknown here."
GAZE_PARTLY = (
    "Where people looked is known for {known} of the usable face-instants; in the rest they are taken to be "
    "looking at the screen."
)
GAZE_ASSUMED = (
    "Where people looked was not measured in this session: everybody with a usable face is taken to be "
    "looking at the screen, so this line shows expression only."
)

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
- **Speaking, nods, blinks**: lips that open and close; the head's pitch swinging three times or more at 0.5
  to 3 Hz; short dips of the lids; all at usable instants. Nods and blinks are lower bounds at ten analysed
  frames a second, and chewing or laughing moves lips too.
- **In view**: share of the analysed frames in which the person's face was found.
- **Smoothing**: a centred rolling mean over {window}, weighted by usable instants. It never fills a gap.
- **People**: one number for each face followed through the picture. Nobody is recognised: who leaves and
  comes back may get a new number.
"""


class Titled(Protocol):
    """A stored session, as far as its title goes."""

    @property
    def title(self) -> str: ...
    @property
    def is_demo(self) -> bool: ...


class Covered(Protocol):
    """Headline figures, as far as coverage goes."""

    @property
    def face_share(self) -> float | None: ...
    @property
    def usable_share(self) -> float | None: ...


def session_title(session: Titled) -> str:
    """The title as shown everywhere; a made-up session always says so."""
    if session.is_demo and not session.title.lower().startswith("demo"):
        return f"Demo: {session.title}"
    return session.title


def counted(number: int, one: str, many: str) -> str:
    """A number with its noun: 1 person, 6 people, 12,400 rows."""
    return f"{number:,} {one if number == 1 else many}"


def size(count: float) -> str:
    """A number of bytes: 12 kB, 3.4 MB, 1.2 GB."""
    for unit in ("bytes", "kB", "MB"):
        if count < 999.5:
            return f"{count:.0f} {unit}" if count >= 9.95 or unit == "bytes" else f"{count:.1f} {unit}"
        count /= 1000
    return f"{count:.1f} GB"


def escaped(text: str) -> str:
    """What a person typed, for a Markdown sentence: none of it becomes a heading, a link or an icon."""
    return re.sub(r"([\\`*_{}\[\]()<>#+\-.!|~$:&])", r"\\\1", text)


def cited(source: str) -> str:
    """A source for a Markdown sentence, its arXiv number a link."""
    return re.sub(
        r"arXiv\\:(\d{4})\\\.(\d{4,5})", r"[arXiv:\1.\2](https://arxiv.org/abs/\1.\2)", escaped(source)
    )


def person_name(name: str | None, track_id: int) -> str:
    """What a person is called: the host's name for them, else a pseudonym."""
    return name or f"P{track_id}"


def numbered_name(name: str | None, person: int) -> str:
    """Name and number, for choosing among people: Ada (P1); without a name the number alone."""
    return f"{name} (P{person})" if name else person_name(None, person)


def told_apart(names: Mapping[int, str]) -> dict[int, str]:
    """`names` by person; those that several share carry the number: Ada (P1), Ada (P2)."""
    shared = Counter(names.values())
    return {one: numbered_name(name, one) if shared[name] > 1 else name for one, name in names.items()}


def clock(seconds: float) -> str:
    """Time in a session: 02:05, from an hour on 1:02:05."""
    minutes, second = divmod(int(seconds), 60)
    hours, minute = divmod(minutes, 60)
    return f"{hours}:{minute:02d}:{second:02d}" if hours else f"{minute:02d}:{second:02d}"


def duration(milliseconds: int) -> str:
    """A length of time in words: 45 s, 20 min 3 s, 1 h 5 min."""
    seconds = round(milliseconds / 1000)
    if seconds < 60:
        return f"{seconds} s"
    if seconds < 3600:
        return f"{seconds // 60} min {seconds % 60} s" if seconds % 60 else f"{seconds // 60} min"
    return f"{seconds // 3600} h {seconds % 3600 // 60} min"


def percent(share: float | None) -> str:
    """A share (0..1) as a whole percentage; a small one as "< 1 %", an unknown one as a dash."""
    if share is None or isnan(share):
        return NOTHING
    return f"< 1{PERCENT}" if 0 < share < 0.005 else f"{share * 100:.0f}{PERCENT}"


def label(key: str | None) -> str:
    """The name of an expression (or "not_sure") as shown."""
    return NOTHING if key is None else LABELS[key]


def mix_finding(mix: "pd.Series") -> str:
    """What a mix says, as a title: which expression led most, and the next."""
    named = mix.drop(NOT_SURE).sort_values(ascending=False)
    if not named.iloc[0]:
        return "No expression led clearly"
    top, second = f"{label(str(named.index[0]))} led {percent(named.iloc[0])} of the time", named.iloc[1]
    return f"{top}, {label(str(named.index[1])).lower()} {percent(second)}" if second >= 0.005 else top


def timeline_finding(frame: "pd.DataFrame", scores: list[str]) -> str:
    """What an emotion timeline says: the expression besides neutral that rose most, and when."""
    expressive = frame[[name for name in scores if name != "neutral"]]
    name = str((expressive.max() - expressive.median()).idxmax())
    row = int(expressive[name].argmax())
    return f"{label(name)} peaked at {_when(frame, row)}, reaching {percent(expressive[name].iloc[row])}"


def engagement_finding(frame: "pd.DataFrame", mean: str, lowest: str) -> str:
    """What an engagement timeline says: its mean, and where it was lowest; both as they are to be read."""
    row = int(frame["engagement"].argmin())
    return f"{mean} on average, lowest at {_when(frame, row)} with {lowest}"


def _when(frame: "pd.DataFrame", row: int) -> str:
    return clock(frame["time_ms"].iloc[row] / 1000)


def people_finding(table: "pd.DataFrame") -> str:
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
