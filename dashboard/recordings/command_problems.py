"""What is wrong with a command to analyse files, found before any work is done."""

import argparse
from contextlib import suppress
from itertools import permutations
from pathlib import Path
from tempfile import TemporaryFile

from dashboard.recordings.messages import LEAST_HZ, MOST_HZ


def problem_of(given: argparse.Namespace) -> str | None:
    """The first thing wrong beyond what the parser sees; None: go on.

    Where results are to be written, writing is tried; nothing stays of it.
    """
    if given.csv is None and given.json is None and not given.database:
        return "nothing would be kept: name a file with --csv or --json, or a database with --database"
    if not LEAST_HZ <= given.hz <= MOST_HZ:
        return f"--hz is {given.hz:g}; accepted is {LEAST_HZ:g} to {MOST_HZ:g} looks a second"
    if given.track is not None and given.track < 1:
        return f"--track is {given.track}; accepted is 1 (the first video track of a file) or more"
    if given.jobs is not None and given.jobs < 1:
        return f"--jobs is {given.jobs}; accepted is 1 or more"
    return _ray_problem(given) or _clash(given) or _unwritable(given)


def _ray_problem(given: argparse.Namespace) -> str | None:
    if given.ray is None:
        far = [one for one in given.file if isinstance(one, str)]
        return f"{far[0]} lies elsewhere; such places are read with --ray alone" if far else None
    if not given.database:
        return "--ray needs --database: what many machines find is kept in one database"
    if given.annotate is not None:
        return "--annotate writes beside the files of this machine; leave it out with --ray"
    if given.ray != "local" and given.database.startswith("sqlite"):
        return (
            "--ray on other machines needs a database that they reach: --database postgresql://user@host/name"
        )
    return None


def _clash(given: argparse.Namespace) -> str | None:
    taken = {path.resolve() for path in given.file if isinstance(path, Path)}
    named = {"--csv": given.csv, "--json": given.json, "--annotate": given.annotate}
    outs = [(option, path) for option, path in named.items() if path is not None]
    for _, out in outs:
        if out.resolve() in taken:
            return f"{out} is to be read and to be written; name another file to write"
    for (option, file), (other, out) in permutations(outs, 2):
        if _is_folder(option, file):
            continue
        if file.resolve() == out.resolve():
            return f"{option} and {other} both name {file}; name another file for one of them"
        if file.resolve() in out.resolve().parents:
            return f"{other} {out} lies in {file}, which {option} makes a file; name another place"
    return None


def _is_folder(option: str, out: Path) -> bool:
    """Whether several files are written into it."""
    return option == "--annotate" or (option == "--csv" and not out.suffix)


def _unwritable(given: argparse.Namespace) -> str | None:
    for option, out in (("--annotate", given.annotate), ("--json", given.json), ("--csv", given.csv)):
        if out is not None and (reason := _refusal(option, out)):
            return f"{option} {out} cannot be written: {reason}"
    return None


def _refusal(option: str, out: Path) -> str | None:
    is_folder = _is_folder(option, out)
    try:
        if is_folder and out.is_file():
            meant = "without a suffix (.csv) a folder is" if option == "--csv" else "a folder is"
            return f"it is a file, and {meant} meant; name another"
        if not is_folder and out.is_dir():
            return "it is a folder; name a file"
        _try(out if is_folder else out.parent)
        if not is_folder:
            with suppress(FileNotFoundError):
                out.with_name(out.name + ".part").lstat()  # a name may be too long
    except OSError as error:
        return f"{error.strerror}; name a place where files may be made"
    return None


def _try(place: Path) -> None:
    """Make a file in a folder, with the folders on the way, and take all of it away again. Raises OSError."""
    missing = [folder for folder in (place, *place.parents) if not folder.exists()]
    try:
        place.mkdir(parents=True, exist_ok=True)
        with TemporaryFile(dir=place):
            pass
    finally:
        for folder in missing:
            with suppress(OSError):
                folder.rmdir()
