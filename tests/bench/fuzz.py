"""`python -m tests.bench.fuzz`: damaged media, CSVs and training inputs, and what becomes of them, as JSON.

Every file is a good one with a few random faults. It may be taken all the same, or refused in a sentence that
the program foresaw; what else happens is named with the seed that makes it again, and the command fails.
"""

import argparse
import io
import json
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from dashboard.errors import ImportRefusedError
from dashboard.export.formats import pieces
from dashboard.export.importer.session import ImportStatement, import_long_csv
from dashboard.recordings.messages import Done, Look, Refused, Task
from dashboard.recordings.process import AnalysisProcess, ProcessEndedError
from db.engine import open_database
from db.reports import get_session, list_sessions
from db.store import Store
from tests.made.data import ARRAYS, LAYOUTS, Layout
from tests.made.faces import face, seconds
from tests.made.media import face_frame
from tests.made.photos import bgr_png
from tests.made.sessions import STARTED_AT, stored
from tests.made.videos import moving_face, write_video
from training.datasets.sources import HowToRead, read_source
from training.errors import DataError

TAKEN, REFUSED, UNFORESEEN = "taken", "refused", "unforeseen"
CLIPS = {"mp4": "mpeg4", "avi": "mpeg4", "mkv": "libx264", "webm": "libvpx", "gif": "gif"}
QUICK = Look(hz=1.0, scored=False)
STATED = ImportStatement("research", "elsewhere", None, STARTED_AT, "Everybody agreed to this file.")
UNFORESEEN_WORDS = ("could not be analysed (", "ended unexpectedly")
SIGNS = (
    b"",
    b",",
    b'"',
    b"\r\n",
    b"\0",
    b"-1",
    b"1e999",
    b"nan",
    b"\xff\xfe",
    "é".encode(),
    b"9" * 400,
    b";",
)


@dataclass
class Tally:
    """How often what happened, and how each unforeseen case is made again."""

    counts: Counter[str] = field(default_factory=Counter)
    unforeseen: list[str] = field(default_factory=list)
    longest_s: float = 0.0

    def count(self, case: str, run: Callable[[], str]) -> None:
        """Run one case; an exception that nobody foresaw is one of its outcomes."""
        began_s = time.perf_counter()
        try:
            outcome = run()
        except Exception as error:
            outcome = f"{type(error).__name__}: {error}"
        self.longest_s = max(self.longest_s, time.perf_counter() - began_s)
        known = outcome if outcome in (TAKEN, REFUSED) else UNFORESEEN
        self.counts[known] += 1
        if known == UNFORESEEN:
            self.unforeseen.append(f"{case}: {outcome[:300]}")

    def told(self) -> dict[str, object]:
        return {**self.counts, "longest_s": round(self.longest_s, 1), "cases": self.unforeseen}


def damaged(content: bytes, chance: random.Random) -> bytes:
    """A few faults: bytes changed, taken out, doubled, a number made huge, the end cut off."""
    made = bytearray(content)
    for _ in range(chance.choice((1, 1, 2, 5, 20))):
        at = chance.randrange(max(1, min(len(made), chance.choice((64, 1024, len(made) or 1)))))
        length = chance.choice((1, 2, 4, 16, 256))
        match chance.randrange(6):
            case 0:
                made[at : at + 1] = bytes([chance.randrange(256)])
            case 1:
                del made[at : at + length]
            case 2:
                made[at:at] = made[at : at + length]
            case 3:
                made[at : at + 4] = b"\xff" * min(4, len(made) - at)
            case 4:
                made[at : at + length] = bytes(chance.randrange(256) for _ in range(length))
            case _:
                del made[chance.randrange(len(made) // 2, len(made) + 1) :]
    return bytes(made)


def damaged_text(content: bytes, chance: random.Random) -> bytes:
    """Faults of a table: cells changed, taken out, swapped, lines doubled; or of any file."""
    if chance.random() < 0.3:
        return damaged(content, chance)
    lines = [line.split(b",") for line in content.split(b"\r\n")]
    for _ in range(chance.choice((1, 1, 2, 5))):
        line = chance.choice([one for one in lines if one])
        at = chance.randrange(len(line))
        match chance.randrange(4):
            case 0:
                line[at] = chance.choice(SIGNS)
            case 1:
                del line[at]
            case 2:
                line[at], line[0] = line[0], line[at]
            case _:
                lines.insert(chance.randrange(len(lines)), list(line))
    return b"\r\n".join(b",".join(line) for line in lines)


def media(count: int, seed: int, folder: Path) -> Tally:
    """Videos and photos through the process that analyses recordings."""
    tally, good = Tally(), list(_good_media(folder))
    process = AnalysisProcess()
    for number in range(count):
        chance = random.Random(f"{seed} media {number}")
        whole = chance.choice(good)
        path = folder / f"damaged{whole.suffix}"
        path.write_bytes(damaged(whole.read_bytes(), chance))
        tally.count(f"media {number} ({whole.suffix})", partial(_analysed, process, path))
        if not process.alive:
            process.close()
            process = AnalysisProcess()
    process.close()
    return tally


def _good_media(folder: Path) -> Iterator[Path]:
    images = moving_face(12, (160, 90))
    for suffix, codec in CLIPS.items():
        yield write_video(folder / f"good.{suffix}", images, codec=codec)
    photo = folder / "good.png"
    photo.write_bytes(bgr_png(face_frame(160, 120)))
    yield photo


def _analysed(process: AnalysisProcess, path: Path) -> str:
    try:
        last = list(process.analyse(Task(path, QUICK)))[-1]
    except ProcessEndedError as error:
        return str(error)
    if isinstance(last, Refused):
        return last.sentence if any(word in last.sentence for word in UNFORESEEN_WORDS) else REFUSED
    return TAKEN if isinstance(last, Done) else repr(last)


def csvs(count: int, seed: int, folder: Path) -> Tally:
    """Long CSVs into a database, which a refused one leaves as it was."""
    tally = Tally()
    engine = open_database(f"sqlite:///{folder / 'fuzz.db'}")
    first = stored(Store(engine), seconds([[face(1), face(2)]] * 6))
    good = b"".join(pieces(engine, get_session(engine, first)))

    def imported(file: bytes) -> str:
        before = len(list_sessions(engine))
        try:
            made = import_long_csv(engine, io.BytesIO(file), "fuzz.csv", STATED)
        except ImportRefusedError:
            return REFUSED if len(list_sessions(engine)) == before else "refused, but a session stays"
        Store(engine).delete_session(made.session_id)
        return TAKEN

    for number in range(count):
        file = damaged_text(good, random.Random(f"{seed} csv {number}"))
        tally.count(f"csv {number}", partial(imported, file))
    engine.dispose()
    return tally


def training(count: int, seed: int, folder: Path) -> Tally:
    """Data sets of every form, each with one damaged file."""
    tally = Tally()
    made = {name: layout.make(_new(folder / f"set{i}")) for i, (name, layout) in enumerate(_layouts())}
    for number in range(count):
        chance = random.Random(f"{seed} training {number}")
        name, source = chance.choice(list(made.items()))
        files = sorted(one for one in source.rglob("*") if one.is_file()) if source.is_dir() else [source]
        victim = chance.choice(files)
        whole = victim.read_bytes()
        victim.write_bytes(damaged(whole, chance))
        tally.count(f"training {number} ({name}, {victim.name})", partial(_read, source))
        victim.write_bytes(whole)
    return tally


def _layouts() -> Sequence[tuple[str, Layout]]:
    return [*LAYOUTS.items(), ("ck+ arrays", ARRAYS)]


def _new(folder: Path) -> Path:
    folder.mkdir()
    return folder


def _read(source: Path) -> str:
    try:
        read_source(source, HowToRead(frames=2))
    except DataError:
        return REFUSED
    return TAKEN


def main() -> int:
    """The command; 1 when anything unforeseen happened."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--media", type=int, default=1000, help="(%(default)s)")
    parser.add_argument("--csvs", type=int, default=3000, help="(%(default)s)")
    parser.add_argument("--training", type=int, default=500, help="(%(default)s)")
    parser.add_argument("--seed", type=int, default=1, help="(%(default)s)")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        place = Path(name)
        tallies = {
            "media": media(given.media, given.seed, place),
            "csvs": csvs(given.csvs, given.seed, place),
            "training": training(given.training, given.seed, place),
        }
    print(json.dumps({kind: tally.told() for kind, tally in tallies.items()}, indent=1))
    return int(any(tally.unforeseen for tally in tallies.values()))


if __name__ == "__main__":
    sys.exit(main())
