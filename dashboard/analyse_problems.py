"""What is wrong with a command to analyse files, found before any work is done."""

import argparse
from contextlib import suppress
from pathlib import Path

from dashboard.recording_messages import LEAST_HZ, MOST_HZ


def problem_of(given: argparse.Namespace) -> str | None:
    """The first thing wrong beyond what the parser sees; None: go on.

    Where results are to be written, writing is tried; nothing stays of it.
    """
    if given.csv is None and given.json is None and not given.database:
        return "nothing would be kept: name a file with --csv or --json, or a database with --database"
    if not LEAST_HZ <= given.hz <= MOST_HZ:
        return f"--hz is {given.hz:g}; accepted is {LEAST_HZ:g} to {MOST_HZ:g} looks a second"
    if given.jobs < 1:
        return f"--jobs is {given.jobs}; accepted is 1 or more"
    return _clash(given) or _unwritable(given)


def _clash(given: argparse.Namespace) -> str | None:
    taken = {path.resolve() for path in given.file}
    for out in (given.csv, given.json):
        if out is not None and out.resolve() in taken:
            return f"{out} is to be read and to be written; name another file to write"
    if given.csv is not None and given.json is not None and given.csv.resolve() == given.json.resolve():
        return f"--csv and --json both name {given.csv}; name another file for one of them"
    return None


def _unwritable(given: argparse.Namespace) -> str | None:
    places = [("--annotate", given.annotate, True), ("--json", given.json, False)]
    if given.csv is not None:
        places.append(("--csv", given.csv, not given.csv.suffix))
    for option, out, is_folder in places:
        if out is not None and (reason := _refusal(out, is_folder=is_folder)):
            return f"{option} {out} cannot be written: {reason}"
    return None


def _refusal(out: Path, *, is_folder: bool) -> str | None:
    try:
        if is_folder and out.is_file():
            return "it is a file, and without a suffix (.csv) a folder is meant; name another"
        if not is_folder and out.is_dir():
            return "it is a folder; name a file"
        _try(out / ".part" if is_folder else out.with_name(out.name + ".part"))
    except OSError as error:
        return f"{error.strerror}; name a place where files may be made"
    return None


def _try(place: Path) -> None:
    """Make a file, with the folders on the way to it, and take all of it away again. Raises OSError."""
    missing = [folder for folder in place.parents if not folder.exists()]
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        place.touch()
        place.unlink()
    finally:
        for folder in missing:
            with suppress(OSError):
                folder.rmdir()
