"""The chat that Zoom saves: "14:03:22 From Anna to Everyone: words", and "14:03:22 Anna: words"."""

import re
from dataclasses import dataclass, field

from dashboard.spoken.cues import DAY_MS, Cue

SHOWN_MS = 3_000
"""A line of a chat is given so long, or as long as until the next."""
LOOKED_THROUGH = 50
HALF_DAY_H = 12
_TIME = re.compile(r"(\d{1,2}):(\d{2}):(\d{2})(?:\s?([AaPp])\.?[Mm]\.?)?\s+(?=\S)")
_TO = re.compile(r"\s[tT]o\s")
_PRIVATE = re.compile(r"\((?:direct message|privately)\)", re.IGNORECASE)
_QUOTED = re.compile(r"^Replying to \".*\"?$")
_REACTION = re.compile(r"^(?:Reacted to|Removed an? .{1,40} reaction from) \"")


@dataclass(slots=True)
class _Message:
    at_ms: int
    who: str
    private: bool
    lines: list[str] = field(default_factory=list)


def is_chat(text: str) -> bool:
    """Whether one of its first lines is a chat's."""
    return any(_begun(line) for line in text.splitlines()[:LOOKED_THROUGH])


def chat_cues(text: str) -> list[Cue]:
    """What everybody could read; lines without a time belong to the one before. Words to one person alone and
    reactions are left out, and of a reply the words of others that it repeats."""
    messages = _messages(text)
    cues = []
    for place, one in enumerate(messages):
        after_ms = messages[place + 1].at_ms if place + 1 < len(messages) else one.at_ms + SHOWN_MS
        words = " ".join(line for line in one.lines if line and not _QUOTED.match(line))
        if words and not _REACTION.match(words):
            end_ms = min(one.at_ms + SHOWN_MS, max(one.at_ms, after_ms))
            cues.append(Cue(one.at_ms, end_ms, one.who, words))
    return cues


def _messages(text: str) -> list[_Message]:
    """Its times counted on past midnight."""
    begun: list[_Message] = []
    private, day_ms = False, 0
    for line in text.splitlines():
        message = _begun(line)
        if message is None:
            if begun and not private:
                begun[-1].lines.append(line.strip())
            continue
        private = message.private
        if private:
            continue
        message.at_ms += day_ms
        if begun and message.at_ms < begun[-1].at_ms - DAY_MS // 2:
            message.at_ms, day_ms = message.at_ms + DAY_MS, day_ms + DAY_MS
        begun.append(message)
    return begun


def _begun(line: str) -> _Message | None:
    """The message that a line begins, at its time of day. Cut at signs, not matched as a whole: a line may be
    as long as the file, and must not take the square of that."""
    time = _TIME.match(line)
    if time is None:
        return None
    head, colon, words = line[time.end() :].partition(":")
    who = _TO.split(head.removeprefix("From "), maxsplit=1)[0].strip()
    if not (colon and who):
        return None
    return _Message(_of_day_ms(time), who, bool(_PRIVATE.search(head)), [words.strip()])


def _of_day_ms(found: re.Match[str]) -> int:
    hours, half = int(found[1]), (found[4] or "").lower()
    if half:
        hours = hours % HALF_DAY_H + (HALF_DAY_H if half == "p" else 0)
    return ((hours * 60 + int(found[2])) * 60 + int(found[3])) * 1000
