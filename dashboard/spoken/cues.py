"""What a transcript file holds: cues with times, speakers and words, in the file's own time."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from dashboard.wording import counted

DAY_MS = 86_400_000
MOST_WORDS_OF_A_NAME = 4
_NAMED = re.compile(r"(?:\[([^\[\]:\n]{1,60})\]|([^\s:][^:\n]{0,59})):\s+(?=\S)")
_NO_NAME = re.compile(r"[.!?;\"()\[\]]|\d{2}$|^\d")


@dataclass(frozen=True, slots=True)
class Cue:
    """`start_ms` and `end_ms` count from the file's zero, or from midnight where the file tells the time of
    day. `speaker` None: the file names nobody."""

    start_ms: int
    end_ms: int
    speaker: str | None
    text: str


@dataclass(frozen=True, slots=True)
class Transcript:
    """`cues` in the order of time. `of_day`: their times are times of day. `notes`: sentences about what was
    put right while reading."""

    cues: tuple[Cue, ...]
    of_day: bool = False
    notes: tuple[str, ...] = ()

    @property
    def speakers(self) -> tuple[str, ...]:
        """Everybody named, who spoke longest first."""
        spoken: Counter[str] = Counter()
        for one in self.cues:
            if one.speaker:
                spoken[one.speaker] += one.end_ms - one.start_ms
        return tuple(name for name, _ in spoken.most_common())


def with_speakers(cues: Sequence[Cue]) -> list[Cue]:
    """Cues that begin "Name: words", as Zoom's and Whisper's do, if most do so; else as they came. A single
    "Note: ..." makes nobody a speaker."""
    unnamed = [one for one in cues if one.speaker is None]
    found = [_named(one) for one in unnamed]
    if 2 * sum(one is not None for one in found) <= len(unnamed):
        return list(cues)
    named = iter(found)
    return [one if one.speaker is not None else (next(named) or one) for one in cues]


def in_order(cues: Sequence[Cue]) -> tuple[list[Cue], list[str]]:
    """By time, with a sentence for what had to be put right or what is unusual."""
    notes = []
    late = sum(after.start_ms < before.start_ms for before, after in pairwise(cues))
    if late:
        notes.append(f"{counted(late, 'cue', 'cues')} came out of order, and stand by their time now.")
    kept = sorted(cues, key=lambda one: (one.start_ms, one.end_ms))
    over = sum(after.start_ms < before.end_ms for before, after in pairwise(kept))
    if over:
        notes.append(
            f"{counted(over, 'cue begins', 'cues begin')} before the one before ends: people talk at once."
        )
    return kept, notes


def _named(cue: Cue) -> Cue | None:
    found = _NAMED.match(cue.text)
    if found is None:
        return None
    if found[1]:  # in brackets, as WhisperX writes
        return replace(cue, speaker=found[1].strip(), text=cue.text[found.end() :])
    name = found[2].strip()
    if len(name.split()) > MOST_WORDS_OF_A_NAME or _NO_NAME.search(name) or name[0].islower():
        return None
    return replace(cue, speaker=name, text=cue.text[found.end() :])
