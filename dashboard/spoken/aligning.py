"""A transcript's times laid on a session's clock: by its own times, or by hand."""

import re
from collections.abc import Mapping, Sequence
from typing import Protocol

from dashboard.spoken.cues import Transcript
from dashboard.spoken.errors import TranscriptError
from dashboard.wording import clock
from db.reports import Utterance

HALF_HOUR_MS, DAY_MS = 1_800_000, 86_400_000
_SHIFT = re.compile(r"([+\-\u2212]?)(?:(\d{1,2}):)?(\d{1,3}):(\d{2})(?:\.(\d))?", re.ASCII)


class Timed(Protocol):
    """A cue of a file, or an utterance that is stored."""

    @property
    def start_ms(self) -> int: ...
    @property
    def end_ms(self) -> int: ...


def parse_shift(typed: str) -> int:
    """ "-1:05" or "+0:01:05.5" in ms; empty is none. Raises TranscriptError."""
    if not typed.strip():
        return 0
    found = _SHIFT.fullmatch(typed.strip())
    if not found or int(found[4]) > 59 or (found[2] and int(found[3]) > 59):
        raise TranscriptError(f"Wanted a time like 0:45 or -1:02:05, got {typed.strip()[:40]!r}.")
    seconds = int(found[2] or 0) * 3600 + int(found[3]) * 60 + int(found[4])
    return (-1 if found[1] in ("-", "\u2212") else 1) * (seconds * 1000 + int(found[5] or 0) * 100)


def told_shift(by_ms: int) -> str:
    """The same back: -1:05."""
    return f"{'-' if by_ms < 0 else ''}{clock(abs(by_ms) / 1000)}"


def signed_shift(by_ms: int) -> str:
    """The same with its sign, also of later: +1:05."""
    return told_shift(by_ms) if by_ms < 0 else f"+{told_shift(by_ms)}"


def own_shift(transcript: Transcript, started_of_day_ms: int) -> int:
    """What the file's own times say: its zero is the session's, or it tells the time of day."""
    return -started_of_day_ms if transcript.of_day else 0


def within(cues: Sequence[Timed], by_ms: int, duration_ms: int) -> int:
    """How many of `cues`, moved by `by_ms`, have a part in the session."""
    return sum(one.start_ms + by_ms < duration_ms and one.end_ms + by_ms >= 0 for one in cues)


def better_shift(cues: Sequence[Timed], by_ms: int, duration_ms: int) -> int | None:
    """Where at most half lie in the session: the nearest shift by half hours with which most do, as when a
    clock or a time zone was wrong. None where there is none."""
    if 2 * within(cues, by_ms, duration_ms) > len(cues):
        return None
    steps = sorted((n * HALF_HOUR_MS for n in range(-48, 49) if n), key=abs)
    best = max(steps, key=lambda step: within(cues, by_ms + step, duration_ms))
    return by_ms + best if 2 * within(cues, by_ms + best, duration_ms) > len(cues) else None


def check_within(cues: Sequence[Timed], by_ms: int, duration_ms: int) -> None:
    """Raises TranscriptError where nothing of `cues`, moved by `by_ms`, lies within a session."""
    if within(cues, by_ms, duration_ms):
        return
    first, last = cues[0].start_ms + by_ms, max(one.end_ms for one in cues) + by_ms
    hint = better_shift(cues, by_ms, duration_ms)
    todo = (
        "It may be of another meeting: choose another file, or say when it begins."
        if hint is None
        else f"Moved by another {signed_shift(hint - by_ms)} most would: a clock or a time zone differs."
    )
    raise TranscriptError(
        f"Wanted words within this session, 00:00 to {clock(duration_ms / 1000)}; these would lie from "
        f"{told_shift(first)} to {told_shift(last)}. Nothing was changed. {todo}"
    )


def aligned(
    transcript: Transcript, by_ms: int, duration_ms: int, people: Mapping[str, int | None]
) -> list[Utterance]:
    """What a session of `duration_ms` stores of it, moved by `by_ms`; `people` says who is who.

    Raises TranscriptError where nothing of it lies within the session.
    """
    check_within(transcript.cues, by_ms, duration_ms)
    return [
        Utterance(
            one.start_ms + by_ms, one.end_ms + by_ms, one.speaker, one.text, people.get(one.speaker or "")
        )
        for one in transcript.cues
    ]


def matched(said: Sequence[Utterance]) -> dict[str, int | None]:
    """Which participant each speaker is, who spoke first first."""
    found: dict[str, int | None] = {}
    for one in said:
        if one.speaker:
            found.setdefault(one.speaker, one.person)
    return found


def likely_people(speakers: Sequence[str], names: Mapping[int, str]) -> dict[str, int | None]:
    """Speakers whose name is one participant's, whatever its case; the others are nobody known."""
    by_name: dict[str, list[int]] = {}
    for person, name in names.items():
        by_name.setdefault(" ".join(name.casefold().split()), []).append(person)
    found = {one: by_name.get(" ".join(one.casefold().split()), []) for one in speakers}
    return {one: people[0] if len(people) == 1 else None for one, people in found.items()}
