"""Sentences and number formats shared by the pages: what a figure says, and what it cannot say."""

import re
from collections import Counter
from collections.abc import Mapping
from math import isnan
from typing import Protocol

from dashboard.palette import LABELS

SPREADSHEET_ROWS = 1_048_575
NOTHING = "\N{EN DASH}"
WORD_JOINER = "\N{WORD JOINER}"
"""Nothing to be seen, and no place to break a line."""
LOOKS_LIKE_A_LINK = re.compile(r"(?:https?|mailto|xmpp):|www(?=\.)|(?<=\S)(?=@)", re.IGNORECASE)
PERCENT = "\N{NO-BREAK SPACE}%"

LIMITS = (
    "Expressions are not feelings: the same face can mean different things in different people and moments "
    "([Barrett et al. 2019](https://doi.org/10.1177/1529100619832930)). {accuracy} Its errors are not equal "
    "for all groups of people ([Rhue 2018](https://doi.org/10.2139/ssrn.3281765)). Read groups and trends, "
    "never a person's inner state, and decide nothing about anyone from these numbers."
)
MADE_BY_CODE = "made by code, nobody was filmed"
"""What a demo is."""
SHORT_LIMITS = "Expressions are not feelings: read groups and trends, never a person's inner state."
ACCURACY_UNKNOWN = "The card of the model on this machine cannot be read, so its accuracy is unknown here."


class Titled(Protocol):
    """A stored session, as far as its title goes."""

    @property
    def title(self) -> str: ...
    @property
    def is_demo(self) -> bool: ...


def session_title(session: Titled) -> str:
    """The title as shown everywhere; a made-up session always says so."""
    if session.is_demo and not session.title.lower().startswith("demo"):
        return f"Demo: {session.title}"
    return session.title


def counted(number: int, one: str, many: str) -> str:
    """A number with its noun: 1 person, 6 people, 12,400 rows."""
    return f"{number:,} {one if number == 1 else many}"


def things_told(things: int) -> str:
    """What looked like a face and is nobody; empty of none."""
    return f"{counted(things, 'thing', 'things')} looked like {'a face' if things == 1 else 'faces'}" * (
        things > 0
    )


def size(count: float) -> str:
    """A number of bytes: 12 kB, 3.4 MB, 1.2 GB."""
    for unit in ("bytes", "kB", "MB"):
        if count < 999.5:
            return f"{count:.0f} {unit}" if count >= 9.95 or unit == "bytes" else f"{count:.1f} {unit}"
        count /= 1000
    return f"{count:.1f} GB"


def escaped(text: str) -> str:
    """What a person typed, for a Markdown sentence: none of it becomes a heading, a link or an icon."""
    # Browsers look for addresses in what Markdown has become, where no backslash helps.
    apart = LOOKS_LIKE_A_LINK.sub(lambda found: found[0] + WORD_JOINER, text)
    return re.sub(r"([\\`*_{}\[\]()<>#+\-.!|~$:&])", r"\\\1", apart)


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


def tenths(share: float) -> str:
    """A share (0..1) in percent with a decimal, as accuracies are told."""
    return f"{share * 100:.1f}{PERCENT}"


def label(key: str | None) -> str:
    """The name of an expression (or "not_sure") as shown."""
    return NOTHING if key is None else LABELS[key]
