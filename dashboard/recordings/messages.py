"""What is asked of the process that analyses files, and what it answers. Plain values, quick to import."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from db.store import NewEvent
from model.card import DEFAULT_ARTIFACT
from model.observations import FrameRecord

DEFAULT_HZ = 5.0
LEAST_HZ, MOST_HZ = 0.5, 30.0
"""Below the least, a face is unseen for longer between two looks than the tracker keeps it."""


@dataclass(frozen=True, slots=True)
class Look:
    """How files are looked at. `scored` False: faces are found and counted only.

    `track`: the number of the video track, from 1; None: the one a player shows. `own_neutral`: scores are
    read against each person's own resting face.
    """

    hz: float = DEFAULT_HZ
    detector: str = "yunet"
    artifact: Path = DEFAULT_ARTIFACT
    smoothing_ms: int = 600
    scored: bool = True
    track: int | None = None
    own_neutral: bool = False


@dataclass(frozen=True, slots=True)
class Task:
    """One file to analyse. `annotated`: where a copy with boxes drawn goes, without its suffix, or None."""

    path: Path
    look: Look
    annotated: Path | None = None
    threads: int = 1


@dataclass(frozen=True, slots=True)
class Opened:
    """The file is a photo or a video and can be read."""

    photo: bool
    duration_s: float | None = None
    made_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """What was found since the last part. `done`: 0..1 of the file."""

    records: tuple[FrameRecord, ...]
    done: float


@dataclass(frozen=True, slots=True)
class Done:
    """The whole file is analysed. `notes` are sentences about what could not be read or was changed."""

    end_ms: int
    spent_s: float
    notes: tuple[str, ...] = ()
    events: tuple[NewEvent, ...] = ()
    annotated: Path | None = None


@dataclass(frozen=True, slots=True)
class Refused:
    """Nothing of the file is kept, and why, in a sentence that does not name it."""

    sentence: str


Message = Opened | Part | Done | Refused
Send = Callable[[Message], None]
