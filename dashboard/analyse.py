"""`python -m dashboard.analyse FILE ... --csv OUT`: the live pipeline over videos and photos.

Every file becomes a session, titled by the file's name; time is the file's own. Without --database the
sessions live in a temporary file, and only what --csv, --json and --annotate name is kept. No picture is
stored. A file that cannot be read is named with the reason, and the others go on.

With --ray they are analysed on many machines, each file in a transaction of its own; see MACHINES.md.

With --database the same command goes on after an interruption, file by file: those that are through are
recognised by contents and settings and not analysed twice; one in the middle begins at its start.

exit status:
  0    every file was analysed (or had been before)
  1    some files failed; the others were analysed and written
  2    the command itself is wrong, or a result cannot be written where it names; nothing was done
  3    every file failed; nothing was written
  4    the database cannot be used, or a result could not be written in the end
  130  interrupted (Ctrl-C); files that were through keep their sessions in --database, nothing else is left
"""

import argparse
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from enum import StrEnum
from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from sqlalchemy import Engine
from tqdm import tqdm

from dashboard.cluster.places import place_of
from dashboard.consent import PRESENCE_ONLY_TEXT, Ground, Kind, Purpose, Region, Setup
from dashboard.errors import DashboardError
from dashboard.recordings.command_problems import problem_of
from dashboard.recordings.messages import DEFAULT_HZ, Look
from dashboard.recordings.order import Order, Source, cores
from dashboard.recordings.run import RecordingRun
from dashboard.recordings.sessions import CONSENT, NOT_STATED, SOURCE, Statement, analysed_before, kept
from dashboard.recordings.status import RunStatus, State
from dashboard.recordings.workers import Workers
from dashboard.settings import Settings, load_settings
from dashboard.temporary_folder import UploadFolder
from db.access import LOCAL, Sessions
from db.engine import open_database
from db.errors import DatabaseError
from db.store import Store
from db.text import one_line
from model.errors import ModelError

if TYPE_CHECKING:
    from dashboard.cluster.run import ClusterRun

APP = "app"
ALL_WELL, SOME_FAILED, WRONG_COMMAND, ALL_FAILED, NOT_WRITTEN, INTERRUPTED = 0, 1, 2, 3, 4, 130
LOOK_S, LONGEST = 0.2, 1000
STOPPED = (
    "interrupted; no result was written. With --database, files that are through keep their sessions, and "
    "the same command goes on with the others."
)
Words = TypeVar("Words", bound=StrEnum)


def main(arguments: list[str] | None = None) -> int:
    given = _parser().parse_args(arguments)
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")  # a file's name need not exist in the terminal's letters
    try:
        if problem := problem_of(given):
            _say(problem)
            return WRONG_COMMAND
        folder = UploadFolder()
        try:
            return _run(given, load_settings(), folder.path)
        finally:
            folder.delete()
    except (DashboardError, DatabaseError, ModelError, OSError) as error:
        _say(str(error))
        return NOT_WRITTEN


def _say(sentence: str) -> None:
    # What a file is called is part of some of them, and may be anything.
    print(f"dashboard.analyse: {one_line(sentence, LONGEST)}", file=sys.stderr)


def _run(given: argparse.Namespace, settings: Settings, folder: Path) -> int:
    url = given.database or f"sqlite:///{(folder / 'sessions.db').as_posix()}"
    engine = open_database(settings.database_url if url == APP else url)
    try:
        order = _order(given, settings, engine)
        run = _made(given, order, engine, settings.database_url if url == APP else url)
        run.start()
        if not _followed(run, quiet=given.quiet):
            return INTERRUPTED
        return _tell(given, engine, run.status())
    finally:
        engine.dispose()


def _made(given: argparse.Namespace, order: Order, engine: Engine, url: str) -> "RecordingRun | ClusterRun":
    if given.ray:
        from dashboard.cluster.order import cluster_run  # brings Ray, which few have

        return cluster_run(given, order, url)
    sources, jobs = [Source(path, path.name) for path in given.file], given.jobs or cores()
    return RecordingRun(sources, order, Store(engine), jobs=jobs, workers=Workers(jobs))


def _order(given: argparse.Namespace, settings: Settings, engine: Engine) -> Order:
    statement, scored = _statement(given)
    hz, detector = given.hz, given.detector or settings.detector
    own = (given.own_neutral or settings.own_neutral) and scored
    look = Look(hz, detector, settings.artifact, settings.smoothing_ms, scored, given.track, own)
    known = None
    if given.database and not given.ray:  # there every worker looks for itself
        known = {} if given.again else analysed_before(Sessions(engine, LOCAL))
    if given.annotate is not None:
        given.annotate.mkdir(parents=True, exist_ok=True)
    return Order(look, statement, given.annotate, known, from_file=given.started == "file")


def _statement(given: argparse.Namespace) -> tuple[Statement, bool]:
    """What is stored of the stated purpose, and whether expressions may be analysed."""
    purpose, region, ground = given.purpose, given.region, given.ground
    allowed = True
    if purpose and region:
        allowed = Setup("", Kind.MEETING, purpose, region, ground).expressions_allowed
    if not allowed:
        print(PRESENCE_ONLY_TEXT, file=sys.stderr)
    agreed = Statement(
        kind=str(given.kind or SOURCE),
        purpose=str(purpose or NOT_STATED),
        region=str(region or NOT_STATED),
        ground=None if ground is None else str(ground),
    )
    if given.consent:
        text = f"{CONSENT} {kept(Look(given.hz, scored=allowed))}"
        agreed = replace(agreed, consent_at=datetime.now(UTC), consent_text=text)
    return agreed, allowed


def _followed(run: "RecordingRun | ClusterRun", *, quiet: bool) -> bool:
    """Draw progress until all has ended; False when it was interrupted."""
    form = "{percentage:3.0f}% |{bar:30}| {postfix}"
    try:
        with tqdm(total=1.0, bar_format=form, disable=True if quiet else None, leave=False) as bar:
            while not run.wait(LOOK_S):
                status = run.status()
                bar.n = status.done
                bar.set_postfix_str(_progress(status))
        return True
    except KeyboardInterrupt:
        run.cancel()
        run.wait(30)
        _say(STOPPED)
        return False


def _progress(status: RunStatus) -> str:
    ended = status.count(State.DONE, State.SKIPPED, State.FAILED)
    left = "" if status.left_s is None else f", {tqdm.format_interval(status.left_s)} left"
    return f"{ended} of {len(status.files)} files{left}"


def _tell(given: argparse.Namespace, engine: Engine, status: RunStatus) -> int:
    # The exporters bring pandas, which a wrong command does not need.
    from dashboard.recordings.command_output import line, summary, write_csv, write_json

    told = [summary(engine, file) for file in status.files]
    failed = status.count(State.FAILED, State.CANCELLED)
    for one in told:
        print(line(one), file=sys.stderr if one["session_id"] is None else sys.stdout)
    if failed == len(told):
        return ALL_FAILED
    made = [one["session_id"] for one in told if one["session_id"] is not None]
    written = [
        _written(given.csv, lambda out: write_csv(engine, made, out)),
        _written(given.json, lambda out: write_json({"analysis_hz": given.hz, "files": told}, out)),
    ]
    if not all(written):
        return NOT_WRITTEN
    return SOME_FAILED if failed else ALL_WELL


def _written(out: Path | None, write: Callable[[Path], None]) -> bool:
    """Whether `out` is written, where it was asked for; why not is said."""
    try:
        if out is not None:
            write(out)
    except OSError as error:
        _say(f"{out} could not be written: {error.strerror or error}.")
        return False
    return True


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m dashboard.analyse",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add: Callable[..., Any] = parser.add_argument
    add("file", nargs="+", type=place_of, metavar="FILE", help="a video (mp4, mov, mkv, webm, avi, mts, wmv, "
        "flv, mpg, ogv, gif and others) or a photo (jpg, png, webp, heic, avif)")  # fmt: skip
    add(
        "--csv", type=Path, metavar="OUT", help="long CSV to write; a name without suffix: a folder, one each"
    )
    add("--json", type=Path, metavar="OUT", help="summary of every file to write, one JSON object")
    add("--database", metavar="URL", help="keep the sessions there; 'app': where the app keeps its own")
    add("--annotate", type=Path, metavar="FOLDER", help="write copies with what was found drawn on them")
    add("--hz", type=float, default=DEFAULT_HZ, help="looks per second of the file's time (%(default)g)")
    add("--track", type=int, metavar="N", help="of several video tracks the one to look at, from 1; without: "
        "the one a player shows")  # fmt: skip
    add("--jobs", type=int, metavar="N", help=f"files side by side ({cores()}, the cores)")
    add("--ray", metavar="ADDRESS", help="on a Ray cluster, or 'local': files may be folders and URLs of "
        "fsspec (s3://, gs://, https://), and --jobs is of all machines")  # fmt: skip
    add("--own-neutral", action="store_true", help="read scores against each one's own resting face")
    add("--detector", choices=("yunet", "haar"), help="the face detector (the app's setting)")
    add(
        "--again", action="store_true", help="with --database: also files analysed before with these settings"
    )
    add("--started", choices=("now", "file"), default="now", help="when a session begins: now, or when the "
        "file was made; the app deletes sessions some days after their end")  # fmt: skip
    add("--kind", **_words(Kind), help="kind of session, as on the Live page")
    add("--purpose", **_words(Purpose), help="why the faces are analysed; not stated by default")
    add("--region", **_words(Region), help="where the people are; not stated by default")
    add("--ground", **_words(Ground), help="ground for expressions at work or in education in the EU or UK")
    add("--consent", action="store_true", help="everyone seen knows of the analysis and has agreed to it")
    add("--quiet", action="store_true", help="no progress bar")
    return parser


def _words(kind: type[Words]) -> dict[str, Any]:
    """An option that takes the words of `kind` in short: eu-uk, usa, other."""
    short = {word.name.lower().replace("_", "-"): word for word in kind}

    def chosen(text: str) -> Words:
        if text not in short:
            raise argparse.ArgumentTypeError(f"{text!r} is none of {', '.join(short)}")
        return short[text]

    return {"type": chosen, "metavar": "|".join(short)}


if __name__ == "__main__":
    sys.exit(main())
