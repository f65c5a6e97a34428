"""Which files are to be analysed, and what is to be done with each. No Streamlit."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from dashboard.recordings.messages import Look
from dashboard.recordings.sessions import Statement
from db.schema import TITLE_LENGTH
from db.text import one_line

UNNAMED = "Recording"


@dataclass(frozen=True, slots=True)
class Source:
    """A file and what its session is called: its name, made one line that can be printed and stored."""

    path: Path
    title: str

    def __post_init__(self) -> None:
        object.__setattr__(self, "title", one_line(self.title, TITLE_LENGTH) or UNNAMED)


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be done with every file.

    `annotate_in`: a folder for copies with boxes drawn, or None. `known`: sessions by fingerprint, not to be
    made again; None: do not look. `from_file`: a session begins when its file was made, not now.
    `delete`: the files are copies and are deleted as soon as each is through.
    """

    look: Look = field(default_factory=Look)
    statement: Statement = field(default_factory=Statement)
    annotate_in: Path | None = None
    known: Mapping[str, int] | None = None
    from_file: bool = False
    delete: bool = False


def cores() -> int:
    """Processors this program may use."""
    allowed = getattr(os, "sched_getaffinity", None)
    return len(allowed(0)) if allowed else os.cpu_count() or 1


def made_at(path: Path, told: datetime | None) -> datetime:
    """When a file was made: as it tells itself, else when it was last changed. Raises OSError."""
    return told or datetime.fromtimestamp(path.stat().st_mtime, UTC)


def size_bytes(path: Path) -> int:
    """0 for a file that is not there."""
    try:
        return path.stat().st_size
    except OSError:
        return 0


def remove(path: Path | None) -> None:
    """Delete a file, where it is still there."""
    if path is not None:
        path.unlink(missing_ok=True)
