"""An artifact's folder, put in place by renames: a reader finds the old one or the new one, never a half.

Between the two renames, for an instant, it finds none.
"""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from training.errors import TrainingError


@contextmanager
def replacing(out: Path) -> Iterator[Path]:
    """A folder beside `out` to write into, which becomes `out` where the block ends without an error.

    What was there stays until then. A kill between the two renames leaves it as `.NAME.old`, from where the
    next call takes it back. Raises TrainingError where `out` is a file.
    """
    out = out.resolve()  # of a link, the folder that it leads to
    if out.exists() and not out.is_dir():
        raise TrainingError(f"{out}: wanted a folder for the artifact, got a file; name another place")
    out.parent.mkdir(parents=True, exist_ok=True)
    _take_back(out)
    folder = Path(tempfile.mkdtemp(dir=out.parent, prefix=f".{out.name}-"))
    try:
        yield folder
        folder.chmod(0o755)  # temporary folders are private
        _put_in_place(folder, out)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _old(out: Path) -> Path:
    return out.with_name(f".{out.name}.old")


def _take_back(out: Path) -> None:
    if _old(out).exists() and not out.exists():
        _old(out).rename(out)


def _put_in_place(folder: Path, out: Path) -> None:
    """Two renames, since none replaces a folder that is not empty."""
    shutil.rmtree(_old(out), ignore_errors=True)
    try:
        if out.exists():
            out.rename(_old(out))
        folder.rename(out)
    except OSError:
        _take_back(out)
        raise
    shutil.rmtree(_old(out), ignore_errors=True)
