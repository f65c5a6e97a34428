"""What one browser tab does on the Recordings page: choosing, analysing, looking at the results.

No Streamlit. Uploads lie in a temporary folder only while they are analysed: each is deleted as soon as it
is through.
"""

import shutil
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

from dashboard.errors import RecordingError
from dashboard.files.kinds import Kind, kind_of
from dashboard.recordings.order import Order, Source
from dashboard.recordings.run import RecordingRun
from dashboard.temporary_folder import UploadFolder
from dashboard.wording import size
from db.store import Store

CHUNK_BYTES = 1 << 20
PHOTOS_KEPT_BYTES = 200_000_000
"""Photos are kept in memory while their results are shown; more than these are analysed, not shown again."""


class Upload(Protocol):
    """A file as a browser sent it."""

    name: str
    size: int

    def seek(self, offset: int, /) -> int: ...
    def read(self, size: int = -1, /) -> bytes: ...


@dataclass(frozen=True, slots=True)
class Photograph:
    """An uploaded photo as long as its results are shown: a file's bytes."""

    title: str
    content: bytes


class RecordingsTab:
    """One tab's files. Used by the tab's script alone; the run has threads of its own."""

    def __init__(self) -> None:
        self.run: RecordingRun | None = None
        self.order: Order | None = None
        self.batch = 0
        """How many batches there were: a key for widgets that begin anew with each."""
        self._folder: UploadFolder | None = None
        self._photos: dict[int, Photograph] = {}

    def begin(self, uploads: Sequence[Upload], order: Order, store: Store, *, annotate: bool) -> RecordingRun:
        """Copy the uploads to a folder of their own and analyse them. Raises RecordingError."""
        self.clear()
        try:
            self._folder = UploadFolder()
            place = self._folder.path
            sources = [_copied(upload, place, number) for number, upload in enumerate(uploads)]
        except OSError as error:
            self.clear()
            needed = size(sum(upload.size for upload in uploads))
            raise RecordingError(
                f"The files could not be copied to the temporary folder, which needs {needed} for them "
                f"({error.strerror}). Free some space, or analyse them with the command."
            ) from error
        self._photos = _photos(sources)
        self.order = replace(order, annotate_in=place if annotate else None, delete=True)
        self.run = RecordingRun(sources, self.order, store)
        self.run.keeps = self._folder
        self.run.start()
        return self.run

    def photo(self, index: int) -> Photograph | None:
        """The photo that was uploaded as this file, or None: no photo, or not kept."""
        return self._photos.get(index)

    def clear(self) -> None:
        """Stop what runs, delete what is left of the uploads and be ready for the next files."""
        if self.run is not None:
            self.run.cancel()
            self.run.wait(10)
        if self._folder is not None:
            self._folder.delete()
        self.run = self.order = self._folder = None
        self._photos = {}
        self.batch += 1


def _copied(upload: Upload, folder: Path, number: int) -> Source:
    """The upload as a file; its own name becomes the title only, whatever it is."""
    name = upload.name.replace("\\", "/").rsplit("/", 1)[-1]
    path = folder / f"{number}{_safe_suffix(name)}"
    upload.seek(0)
    with path.open("wb") as file:
        shutil.copyfileobj(upload, file, CHUNK_BYTES)
    return Source(path, name)


def _safe_suffix(name: str) -> str:
    suffix = Path(name).suffix.lower()
    return suffix if suffix[1:].isalnum() and suffix.isascii() and len(suffix) <= 6 else ""


def _photos(sources: Sequence[Source]) -> dict[int, Photograph]:
    kept: dict[int, Photograph] = {}
    room = PHOTOS_KEPT_BYTES
    for index, source in enumerate(sources):
        length = source.path.stat().st_size
        if length <= room and _is_photo(source.path):
            room -= length
            kept[index] = Photograph(source.title, source.path.read_bytes())
    return kept


def _is_photo(path: Path) -> bool:
    try:
        return kind_of(path) is Kind.PHOTO
    except RecordingError:
        return False
