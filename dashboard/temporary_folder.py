"""The temporary folder that uploads lie in while they are analysed: gone with its owner, however that ends.

A program that is killed cannot delete anything. So a process of its own waits beside each folder for the end
of its maker, and deletes it. Where both are killed, the next server does: each folder is locked by its maker,
and those whose lock is free are deleted.
"""

import shutil
import subprocess
import sys
import tempfile
import threading
import weakref
from contextlib import suppress
from pathlib import Path
from typing import IO

if sys.platform != "win32":
    import fcntl

PREFIX = "attune-uploads-"
LOCK = "in-use"
_making = threading.Lock()
_GUARD = "import shutil, sys; sys.stdin.buffer.read(); shutil.rmtree(sys.argv[1], ignore_errors=True)"


class UploadFolder:
    """A folder of its own, deleted by `delete`, when nobody holds it any more, or at its maker's end."""

    def __init__(self) -> None:
        """Raises OSError."""
        with _making:
            self.path = Path(tempfile.mkdtemp(prefix=PREFIX))
            lock = (self.path / LOCK).open("wb")
            _takes(lock)
        self.delete = weakref.finalize(self, _delete, self.path, lock, _guarded(self.path))


def delete_left_uploads() -> int:
    """Delete the folders whose owner is gone; how many there were."""
    deleted = 0
    with _making:
        for folder in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
            with suppress(OSError):
                if _is_left(folder):
                    shutil.rmtree(folder)
                    deleted += 1
    return deleted


def _is_left(folder: Path) -> bool:
    """Whether nobody uses the folder. Raises OSError where that cannot be told."""
    if sys.platform == "win32":
        (folder / LOCK).unlink()  # refused there while it is open
        return True
    with (folder / LOCK).open("rb+") as lock:
        return _takes(lock)


def _takes(lock: IO[bytes]) -> bool:
    """Whether the lock was free; it is held from now on, until the file is closed."""
    if sys.platform == "win32":
        return True
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _guarded(folder: Path) -> "subprocess.Popen[bytes] | None":
    """A process that deletes the folder when this one is gone: its input ends then. None: not possible."""
    try:
        return subprocess.Popen(
            [sys.executable, "-I", "-S", "-c", _GUARD, str(folder)],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,  # Ctrl-C is not for it
        )
    except OSError:
        return None


def _delete(folder: Path, lock: IO[bytes], guard: "subprocess.Popen[bytes] | None") -> None:
    lock.close()
    shutil.rmtree(folder, ignore_errors=True)
    if guard is not None:
        guard.communicate()
