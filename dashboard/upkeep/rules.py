"""Which settings of upkeep do not fit together."""

from pathlib import Path
from typing import Protocol

NO_FOLDER = (
    "ATTUNE_ARCHIVE_DAYS needs ATTUNE_ARCHIVE_FOLDER where the database is on a server: a folder that all of "
    "Attune's servers see, for the files of archived sessions."
)


class Kept(Protocol):
    """The settings of where sessions are kept."""

    @property
    def database_url(self) -> str: ...

    @property
    def archive_days(self) -> int: ...

    @property
    def archive_folder(self) -> Path | None: ...


def archive_problem(settings: Kept) -> str | None:
    """Why sessions cannot be archived as asked; None where they can, or nobody asked."""
    beside_the_file = settings.database_url.startswith("sqlite")
    if settings.archive_days and settings.archive_folder is None and not beside_the_file:
        return NO_FOLDER
    return None
