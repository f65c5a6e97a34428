"""Where recordings of a cluster lie: paths that every machine sees, or URLs that fsspec opens."""

import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import Any

from dashboard.errors import RecordingError

REMOTE = "://"
_FILMS = "mp4 m4v mov qt mkv webm avi mts m2ts ts wmv asf flv f4v mpg mpeg vob ogv ogg mxf dv rm 3gp gif"
_PHOTOS = "jpg jpeg mpo png webp heic heif avif"
SUFFIXES = frozenset(f".{one}" for one in f"{_FILMS} {_PHOTOS}".split())
"""What is taken from a folder; a file that is named is taken whatever it is called."""
NO_FSSPEC = "Places such as s3:// and https:// need fsspec: pip install -r requirements-cluster.txt"
PART_BYTES = 1 << 20


def place_of(text: str) -> Path | str:
    """What a command names: a path, or a URL as it is."""
    return text if REMOTE in text else Path(text)


def places(given: Sequence[Path | str]) -> list[str]:
    """Every recording of the paths, folders and URLs given, in order; folders with all that lies below them.

    Raises RecordingError for a folder without any, or a place that cannot be listed.
    """
    found = [place for one in given for place in (_listed(one) if isinstance(one, str) else _below(one))]
    return list(dict.fromkeys(found))


def name_of(place: str) -> str:
    """The file's name."""
    return PurePosixPath(place.partition("?")[0]).name or place


@contextmanager
def at_hand(place: str) -> Iterator[Path]:
    """The recording as a file of this machine; a copy of what lies elsewhere is deleted afterwards.

    Raises RecordingError, OSError.
    """
    if REMOTE not in place:
        yield Path(place)
        return
    with TemporaryDirectory(prefix="attune-") as folder:
        copy = Path(folder) / name_of(place)
        try:
            with _fsspec().open(place, "rb") as source, copy.open("wb") as target:
                shutil.copyfileobj(source, target, PART_BYTES)
        except (OSError, ImportError, ValueError) as error:
            raise RecordingError(f"{place} could not be read ({error}).") from error
        yield copy


def _below(path: Path) -> list[str]:
    if not path.is_dir():
        return [str(path.resolve())]
    below = sorted(one for one in path.resolve().rglob("*") if _is_recording(one.name) and one.is_file())
    if not below:
        raise RecordingError(f"There is no recording below {path}. Name a folder with videos or photos.")
    return [str(one) for one in below]


def _listed(url: str) -> list[str]:
    if not url.endswith(("/", "*")):
        return [url]
    try:
        files, inside = _fsspec().core.url_to_fs(url)
        names = files.glob(inside) if inside.endswith("*") else files.find(inside)
        listed = sorted(files.unstrip_protocol(name) for name in names if _is_recording(name))
    except (OSError, ImportError, ValueError) as error:
        raise RecordingError(f"{url} could not be listed ({error}).") from error
    if not listed:
        raise RecordingError(f"There is no recording at {url}. Name a folder with videos or photos.")
    return listed


def _is_recording(name: str) -> bool:
    path = PurePosixPath(name)
    return path.suffix.lower() in SUFFIXES and not path.name.startswith(".")


def _fsspec() -> Any:
    try:
        import fsspec
    except ImportError as error:
        raise RecordingError(NO_FSSPEC) from error
    return fsspec
