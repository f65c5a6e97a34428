"""Which sessions belong together: the host's own word for a course or series, else the title without dates.

Class numbers stay: "Year 7 maths" and "Year 11 maths", "Biology 9b" and "Biology 10b" are two courses each,
"Physics week 3" and "Physics week 4" one.
"""

import re
from typing import Protocol

MONTHS = (
    "jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|"
    "oct(?:ober)?|nov(?:ember)?|dec(?:ember)?"
)
DAYS = "mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|satur|sat|sun"
LETTER = r"[^\W\d_]"
DATED = re.compile(
    rf"\d{{1,4}}(?:[./-]\d{{1,4}}){{1,2}}\.?|\d+(?:st|nd|rd|th)(?!{LETTER})|"
    rf"(?:(?<!\w)\d{{1,2}}\s+)?(?<!{LETTER})(?:{MONTHS}|(?:{DAYS})(?:day)?)(?!{LETTER})(?:\s+\d{{1,4}})?"
)
WORD = re.compile(r"\w+")
NUMBER = re.compile(r"\d+")
COUNTED = re.compile(r"(week|w|kw|session|sprint|lecture|lesson|meeting|part|episode|unit|day|no|nr|q)\d+")
CLASSES = frozenset(
    ("year", "grade", "form", "class", "level", "stage", "set", "klasse", "jahrgang", "group")
)
"""A number after one of these names a class, not a week."""


class InSeries(Protocol):
    """A session, as far as its series goes."""

    @property
    def title(self) -> str: ...
    @property
    def series(self) -> str | None: ...


def series_of(session: InSeries) -> str:
    """The series in small letters: what the host called it, else what the title says; may be empty."""
    return " ".join(session.series.lower().split()) if session.series else series_in(session.title)


def series_in(title: str) -> str:
    """A title without dates, counters and punctuation, in small letters; empty where nothing is left."""
    kept: list[str] = []
    before = ""
    for word in WORD.findall(DATED.sub(" ", title.lower()).replace("_", " ")):
        if not NUMBER.fullmatch(word):
            counted = COUNTED.fullmatch(word)
            kept.append(counted[1] if counted else word)
        elif before in CLASSES and len(word) < 4:
            kept.append(word)
        before = word
    return " ".join(kept)
