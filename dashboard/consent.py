"""Who may be analysed, why and where: what a session states before the camera starts.

Sources: EU AI Act, Article 5(1)(f) (inferring emotions at the workplace or in education is prohibited but for
medical or safety reasons); GDPR; BIPA (written consent first). No legal advice: a reminder with a record.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum


class Kind(StrEnum):
    MEETING = "meeting"
    CLASS = "class"
    FOCUS_GROUP = "focus group"
    REHEARSAL = "rehearsal"
    TELEHEALTH = "telehealth"
    GAME = "game"


class Purpose(StrEnum):
    REHEARSAL = "my own rehearsal"
    RESEARCH = "research"
    AUDIENCE = "customers or a test audience"
    MEDICAL = "medical"
    ACCESSIBILITY = "accessibility"
    GAME = "a game"
    WORK = "work"
    EDUCATION = "education"


class Region(StrEnum):
    EU_UK = "EU or UK"
    USA = "USA"
    OTHER = "elsewhere"


class Source(StrEnum):
    """Where the picture comes from. The browser's picker says which of the last three was shared."""

    CAMERA = "camera"
    WINDOW = "window"
    TAB = "tab"
    SCREEN = "screen"


class Ground(StrEnum):
    """Grounds under which expressions may be analysed at work or in education in the EU or UK."""

    RESEARCH = "research with everyone's consent"
    MEDICAL = "medical reasons"
    SAFETY = "safety reasons"


CONSENT_TEXT = (
    "Everyone who can be seen knows that faces are analysed, what for, what is kept and until when, and has "
    "agreed. No picture is stored and nobody is recognised."
)
SOUND_TEXT = (
    "Everyone who can be heard knows that sound is listened to for whether anybody speaks, and has agreed. "
    "Kept is when a voice was heard; no sound or word is stored and no voice is recognised."
)
SOUND_NOTICE = (
    "Sound is listened to for whether anybody speaks: no sound or word is stored and no voice is recognised."
)
NOTHING_STORED = (
    "No picture or sound is stored and nobody is recognised; sound is heard only where everybody agreed. "
    "Kept are numbers about faces, what the host types and what everybody agreed to."
)
LIVE_RATE = "about ten times a second"
KEPT_TEXT = (
    "Kept of every face, {rate}: where it is in the picture, seven expression scores, the direction of the "
    "head, eye opening, gaze, mouth opening, and why an instant does not count; noted from these: looking "
    "away or closed eyes for long, nods, laughter together; and the names the host types."
)
KEPT_PRESENCE_TEXT = (
    "Kept of every face, {rate}: where it is in the picture and how clear it is, and the names the host "
    "types. Neither expressions nor heads, eyes and mouths are measured."
)
PRESENCE_ONLY = "presence only"
"""Stands where a session names its network, when none looked at the faces."""

PRESENCE_ONLY_TEXT = (
    "Inferring emotions of people at work or in education is prohibited in the EU (AI Act, Article 5(1)(f)) "
    "but for medical or safety reasons; the same care is taken for the UK. This session counts who is "
    "present and measures neither expressions nor eyes and heads, unless one of these grounds applies."
)


@dataclass(frozen=True)
class Setup:
    """The answers of the set-up form."""

    title: str
    kind: Kind
    purpose: Purpose
    region: Region
    ground: Ground | None = None
    source: Source = Source.CAMERA
    series: str | None = None
    goes_on_with: int | None = None
    """The session that was cut off and is taken up again."""
    own_neutral: bool = False
    """Scores are read against each person's own resting face."""
    sound: bool = False
    """Whether anybody speaks is listened for, which everyone agreed to beside the picture."""

    @property
    def expressions_allowed(self) -> bool:
        return not needs_ground(self.purpose, self.region) or self.ground is not None

    @property
    def consent_text(self) -> str:
        """What everyone agreed to, as it is stored."""
        sound = f" {SOUND_TEXT}" if self.sound else ""
        return f"{CONSENT_TEXT} {kept_text(self.expressions_allowed)}{sound}"


def asked_text(*, sound: bool) -> str:
    """What everyone is asked to agree to: to the picture, and apart to the sound."""
    return f"{CONSENT_TEXT} {SOUND_TEXT}" if sound else CONSENT_TEXT


def kept_text(expressions: bool, rate: str = LIVE_RATE) -> str:
    """What is measured and stored of a face, and how often, in a sentence."""
    return (KEPT_TEXT if expressions else KEPT_PRESENCE_TEXT).format(rate=rate)


def kept_until(days: int, today: date) -> str:
    """For how long results are kept, with the date; 0 days: until somebody deletes them."""
    if not days:
        return "Results are kept until they are deleted by hand."
    length = f"{days} {'day' if days == 1 else 'days'}"
    last = f"{today + timedelta(days=days):%d %B %Y}"
    return f"Results are deleted after {length}, on {last}, unless kept by hand."


def notice(setup: Setup, days: int, today: date) -> str:
    """What to tell everybody in the meeting's chat: who, what, why, until when."""
    return (
        f"“{setup.title}” ({setup.purpose}) is watched by Attune on the host's machine. "
        f"{kept_text(setup.expressions_allowed)} No picture is stored and nobody is recognised. "
        f"{SOUND_NOTICE + ' ' if setup.sound else ''}"
        f"{kept_until(days, today)} Say so now if you do not agree."
    )


def needs_ground(purpose: Purpose, region: Region) -> bool:
    """Whether expressions may be analysed only on a stated ground."""
    return region is Region.EU_UK and purpose in (Purpose.WORK, Purpose.EDUCATION)
