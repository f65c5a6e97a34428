"""A long CSV to a session again, equal to the one it was made of as far as the file tells it.

The file is read once, checked and laid aside as numbers; only then is the database written, in one
transaction. So a file with a mistake at its end never touches the database, and no other writer waits for
the reading. Neither is ever whole in memory.
"""

import marshal
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import IO

import numpy as np
from sqlalchemy import Engine

from dashboard.consent import PRESENCE_ONLY
from dashboard.errors import ImportRefusedError
from dashboard.export.formats.columns import LONG_HEADER
from dashboard.export.formats.row_measures import OWN_WEIGHTS
from dashboard.export.importer.cells import Chunk
from dashboard.export.importer.letters import HOW
from dashboard.export.importer.lines import long_rows
from dashboard.export.importer.numerals import Numerals
from dashboard.export.importer.people import People, as_typed
from dashboard.export.importer.rows import RowReader
from dashboard.wording import counted, duration
from db.reports import get_session
from db.store import NewSession
from db.store.imports import Batch, store_imported
from model.engagement.definitions import DEFINITIONS

CHUNK_ROWS = 4_000
FREE_S, S_PER_ROW = 24 * 3600, 600
"""How long a session may be by the rows of its file: exports have a line for each second of it."""
KIND, SOURCE = "import", "import of {}"
DEMO_MODEL = "made by code"
NOT_IN_IT = (
    "Frames without a face, markers, events, when a voice was heard (who speaks is told by lips alone now), "
    "words, votes, who was left out, how long the session went on after its last face, what was agreed, and "
    "points of valence and arousal of the session's own are not in a long CSV, so they are not in this "
    "session."
)
TITLE_CUT = "The title had signs that no title can have, or too many: what is left of it is {!r}."
WEIGHTS_GONE = (
    "The session had weights of its own, which the file does not hold: the published ones are used."
)
NO_GROUND = (
    "The file holds expressions of people at work or in education in the EU or UK (AI Act, Article 5(1)(f)): "
    "name a ground, or import a file of a session that counted presence only."
)


@dataclass(frozen=True)
class ImportStatement:
    """What the person who imports states, as for a session of their own."""

    purpose: str
    region: str
    ground: str | None
    stated_at: datetime
    text: str
    expressions_allowed: bool = True


@dataclass(frozen=True)
class Imported:
    """The new session's number, what was in the file, and sentences about what could not come back."""

    session_id: int
    rows: int
    notes: tuple[str, ...]


def import_long_csv(
    engine: Engine, file: IO[bytes], name: str, statement: ImportStatement, owner: str | None = None
) -> Imported:
    """Make a session of a long CSV, which is `owner`'s.

    Raises ImportRefusedError or DatabaseError; nothing is stored then.
    """
    with tempfile.TemporaryFile(prefix="attune-import-") as aside:
        reader, people, numerals = RowReader(), People(), Numerals()
        told: list[str] = []
        first = _lay_aside(long_rows(file, told, numerals), numerals, aside, reader, people)
        if reader.scored_line and not statement.expressions_allowed:
            raise ImportRefusedError(NO_GROUND)
        new, definition = _session(first, reader, name, statement)
        if new.model_name == PRESENCE_ONLY and reader.scored_line:
            raise ImportRefusedError(
                f"Line {reader.scored_line} has scores, but the session says {PRESENCE_ONLY}. {HOW}"
            )
        aside.seek(0)
        ended_at = new.started_at + timedelta(milliseconds=reader.last_ms)
        known = definition.removesuffix(OWN_WEIGHTS) or None
        session_id = store_imported(
            engine,
            replace(new, owner=owner),
            _batches(aside),
            people.cast(),
            ended_at=ended_at,
            reading=known,
        )
    lost = _lost(engine, session_id, new.title, definition)
    return Imported(session_id, reader.rows, (NOT_IN_IT, *told, *lost))


def _lost(engine: Engine, session_id: int, title: str, definition: str) -> Iterator[str]:
    """Sentences about what of this file in particular could not come back."""
    if definition.endswith(OWN_WEIGHTS):
        yield WEIGHTS_GONE
    if (stored := get_session(engine, session_id).title) != title:
        yield TITLE_CUT.format(stored)


def _lay_aside(
    rows: Iterator[tuple[int, list[str]]],
    numerals: Numerals,
    aside: IO[bytes],
    reader: RowReader,
    people: People,
) -> dict[str, str]:
    """Check the whole file; the cells of its first row."""
    first: dict[str, str] = {}
    while part := list(islice(rows, CHUNK_ROWS)):
        lines, cells = zip(*part, strict=True)
        chunk = Chunk(lines, list(zip(*cells, strict=True)), numerals)
        first = first or dict(zip(LONG_HEADER, cells[0], strict=True))
        for name in ("session_id", "session_title", "model"):
            same = np.array([text == first[name] for text in chunk.texts(name)])
            chunk.refuse(same, f"Line {{line}} is of another session (column {name}): import one at a time.")
        read = reader.read(chunk)
        people.add(chunk, read.track_id, read.person, read.offset_ms)
        _keep(read.batch, aside)
    if not first:
        raise ImportRefusedError("The file has columns but no rows, so there is no session in it.")
    _check_length(reader)
    _keep(reader.last_batch(), aside)
    return first


def _check_length(reader: RowReader) -> None:
    most_ms = 1000 * (FREE_S + S_PER_ROW * reader.rows)
    if reader.last_ms > most_ms:
        raise ImportRefusedError(
            f"Wanted at most {duration(most_ms)} in {counted(reader.rows, 'row', 'rows')}; this file goes on "
            f"for {duration(reader.last_ms)}. Correct the times of its last rows."
        )


def _keep(batch: Batch, aside: IO[bytes]) -> None:
    frames, observations = batch
    marshal.dump([list(frames), list(observations)], aside)


def _batches(aside: IO[bytes]) -> Iterator[Batch]:
    while True:
        try:
            yield marshal.load(aside)
        except EOFError:
            return


def _session(
    first: dict[str, str], reader: RowReader, name: str, statement: ImportStatement
) -> tuple[NewSession, str]:
    """The session of the file, and by which definition it was read ("" if nothing tells it)."""
    definition = reader.definition
    if definition and definition.removesuffix(OWN_WEIGHTS) not in DEFINITIONS:
        raise ImportRefusedError(
            f"The file's engagement_definition {definition[:60]!r} is unknown here: update Attune."
        )
    model, _, sha256 = first["model"].rpartition("@")
    new = NewSession(
        title=as_typed(first["session_title"]),
        kind=KIND,
        purpose=statement.purpose,
        region=statement.region,
        ground=statement.ground,
        consent_at=statement.stated_at,
        consent_text=statement.text,
        source=SOURCE.format(name),
        started_at=datetime.fromtimestamp(0, UTC) + timedelta(milliseconds=reader.started_ms),
        model_name=as_typed(model or first["model"]),
        model_sha256=sha256 if model else "",
        analysis_hz=reader.analysis_hz,
        detector="",
        is_demo=first["model"].partition("@")[0] == DEMO_MODEL,
        own_neutral=None,  # the file does not say
    )
    return new, definition
