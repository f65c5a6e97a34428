"""Which sessions belong together: the host's word for a course, else the title without dates and counters.

A number counts sessions only where a word says so: "Physics week 3" and "Physics week 4" are one course;
"Year 7 maths" and "Year 11 maths", "7th grade art" and "8th grade art", "Physics 101" and "Physics 102" two
each. Of one taken for two no trend is told until the host names it; two taken for one would have a false one.
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
    rf"\d{{1,4}}(?:[./-]\d{{1,4}}){{1,2}}\.?|\d+(?:st|nd|rd|th)(?!{LETTER})(?!\s+(?:grade|year|form|class))|"
    rf"(?:(?<!\w)\d{{1,2}}\s*)?(?<!{LETTER})(?:{MONTHS}|(?:{DAYS})(?:day)?)(?!{LETTER})(?:\s+\d{{1,4}})?"
)
WORD = re.compile(r"#?\w+")
NUMBER = re.compile(r"\d+")
YEAR = re.compile(r"(?:19|20)\d\d")
COUNTER = (
    "week|w|kw|session|sprint|lecture|lesson|meeting|part|episode|unit|day|no|nr|q|review|standup|up|retro|"
    "sync|call|seminar|tutorial|workshop|webinar|interview|rehearsal|run|take|round|talk|woche|stunde|"
    "vorlesung|teil|sitzung|termin"
)
COUNTERS = frozenset(COUNTER.split("|"))
"""A number after one of these says which of several it is."""
COUNTED = re.compile(rf"({COUNTER})\d+")


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
    for word in WORD.findall(DATED.sub(" ", title.lower().replace("_", " "))):
        if not NUMBER.fullmatch(word.removeprefix("#")):
            counted = COUNTED.fullmatch(word.removeprefix("#"))
            kept.append(counted[1] if counted else word.removeprefix("#"))
        elif not (word.startswith("#") or before in COUNTERS or YEAR.fullmatch(word)):
            kept.append(word)
        before = word
    return " ".join(kept) if any(not NUMBER.fullmatch(word) for word in kept) else ""
