"""Formats a session can leave in: one registry, a column contract for each, one data dictionary for all."""

from collections.abc import Callable, Generator, Iterator, Mapping, Sequence

from sqlalchemy import Engine

from dashboard.export.formats.archive import Part, zip_pieces
from dashboard.export.formats.columns import (
    CHART_COLUMNS,
    LONG_COLUMNS,
    MARKER_COLUMNS,
    PERSON_SECOND_COLUMNS,
    SAID_COLUMNS,
    SECOND_COLUMNS,
    SUMMARY_COLUMNS,
    TALK_COLUMNS,
    TIER_COLUMNS,
    VOTE_COLUMNS,
    Column,
)
from dashboard.export.formats.csv_text import csv_pieces
from dashboard.export.formats.exporter import (
    Contents,
    Exporter,
    Pieces,
    Size,
    eaf,
    file_name,
    html,
    parquet,
    workbook,
)
from dashboard.export.formats.facts import dictionary_csv
from dashboard.export.formats.json_text import json_pieces
from dashboard.export.formats.long_table import long_tables
from dashboard.export.formats.short_tables import (
    marker_tables,
    person_second_tables,
    said_tables,
    second_tables,
    summary_tables,
    talk_tables,
    vote_tables,
)
from dashboard.export.formats.source import ExportSource
from dashboard.export.formats.table import Table
from db.reports import SessionSummary

__all__ = ["ALL", "CSV", "EXPORTERS", "LONG_KEY", "Exporter", "file_name", "offered"]

CSV = "text/csv"
ALL, LONG_KEY = "all", "long"
FOLDER = "attune/"


def _csv(columns: Sequence[Column], tables: Callable[[ExportSource], Iterator[Table]]) -> Pieces:
    return lambda source: csv_pieces(columns, tables(source))


def _everything(source: ExportSource) -> Iterator[bytes]:
    return zip_pieces(source, _parts(source))


LONG: Contents = {"long": LONG_COLUMNS}
SECONDS: Contents = {"seconds": SECOND_COLUMNS}
OF_PEOPLE: Contents = {"people by second": PERSON_SECOND_COLUMNS}
SUMMARY: Contents = {"participants": SUMMARY_COLUMNS}
MARKERS: Contents = {"markers": MARKER_COLUMNS}
VOTES: Contents = {"votes": VOTE_COLUMNS}
TALK: Contents = {"talk": TALK_COLUMNS}
WORDS: Contents = {"words": SAID_COLUMNS}
TIERS: Contents = {"tiers": TIER_COLUMNS}
CHARTS: Contents = {"charts": CHART_COLUMNS}
SHORT: Contents = {**SUMMARY, **MARKERS, **WORDS, **SECONDS}
WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

EXPORTERS: Mapping[str, Exporter] = {
    "long": Exporter(
        "Long CSV",
        "Every face in every analysed frame, for pandas, R or SPSS. Can be imported again.",
        ".csv",
        CSV,
        LONG,
        _csv(LONG_COLUMNS, long_tables),
        Size(700, a_row=280),
        of_people=True,
    ),
    "parquet": Exporter(
        "Parquet",
        "The same rows with types and meanings in a third of the space, for pandas, DuckDB or Spark.",
        ".parquet",
        "application/vnd.apache.parquet",
        LONG,
        parquet,
        Size(25_000, a_row=75),
        of_people=True,
        packed=True,
    ),
    "seconds": Exporter(
        "Seconds CSV",
        "The group second by second: mean scores, attention, engagement. For a chart of your own.",
        "-seconds.csv",
        CSV,
        SECONDS,
        _csv(SECOND_COLUMNS, second_tables),
        Size(a_second=150),
    ),
    "people": Exporter(
        "People by second CSV",
        "Everybody second by second, to compare people over time.",
        "-people.csv",
        CSV,
        OF_PEOPLE,
        _csv(PERSON_SECOND_COLUMNS, person_second_tables),
        Size(a_row=15),
        of_people=True,
    ),
    "summary": Exporter(
        "Participants CSV",
        "One row a participant: when and how long seen, means, shares. For a table in a paper.",
        "-participants.csv",
        CSV,
        SUMMARY,
        _csv(SUMMARY_COLUMNS, summary_tables),
        Size(2_000),
        of_people=True,
    ),
    "markers": Exporter(
        "Markers CSV",
        "What the host marked, with times and notes, to line up with other recordings.",
        "-markers.csv",
        CSV,
        MARKERS,
        _csv(MARKER_COLUMNS, marker_tables),
    ),
    "votes": Exporter(
        "Votes CSV",
        "What people pressed themselves, by device, without a name.",
        "-votes.csv",
        CSV,
        VOTES,
        _csv(VOTE_COLUMNS, vote_tables),
    ),
    "talk": Exporter(
        "Talk CSV",
        "When a voice was heard and when none was, where sound was listened to; whose is not in it.",
        "-talk.csv",
        CSV,
        TALK,
        _csv(TALK_COLUMNS, talk_tables),
        of_people=True,
    ),
    "words": Exporter(
        "Words CSV",
        "What was said, by the transcript that was given: times, speakers, words.",
        "-words.csv",
        CSV,
        WORDS,
        _csv(SAID_COLUMNS, said_tables),
        of_people=True,
    ),
    "xlsx": Exporter(
        "Excel workbook",
        "Sheets for summary, timeline, participants and markers, for whoever works in a spreadsheet.",
        ".xlsx",
        WORKBOOK,
        SHORT,
        workbook,
        Size(15_000, a_second=110),
        packed=True,
    ),
    "json": Exporter(
        "JSON",
        "Session, participants, markers and seconds as one object, for a program of your own.",
        ".json",
        "application/json",
        SHORT,
        json_pieces,
        Size(9_000, a_second=520),
    ),
    "html": Exporter(
        "Report page",
        "The charts, live, in one file that opens without a network; each saves as PNG or CSV. To send on.",
        ".html",
        "text/html",
        {**SUMMARY, **MARKERS, **WORDS, **CHARTS},
        html,
        Size(4_900_000, a_second=50),
    ),
    "eaf": Exporter(
        "ELAN",
        "A tier for everybody with the stretches one expression led, to annotate beside the video.",
        ".eaf",
        "application/xml",
        TIERS,
        eaf,
        Size(2_000, a_row=8),
        of_people=True,
    ),
    ALL: Exporter(
        "Everything",
        "All of these in one zip, with the data dictionary and the numbers of every chart.",
        ".zip",
        "application/zip",
        {**LONG, **SHORT, **OF_PEOPLE, **VOTES, **TALK, **CHARTS, **TIERS},
        _everything,
        Size(1_400_000, a_row=190, a_second=200),
        packed=True,
    ),
}


def offered(source: ExportSource) -> Mapping[str, Exporter]:
    """The formats that `source` may leave in."""
    return {key: one for key, one in EXPORTERS.items() if not (one.of_people and source.group_only)}


def _parts(source: ExportSource) -> Iterator[Part]:
    """What is in the zip, one after the other."""
    contents: dict[str, Sequence[Column]] = {}
    for key, exporter in offered(source).items():
        if key != ALL:
            contents |= exporter.contents
            yield f"{FOLDER}{key}.{exporter.type.lower()}", exporter.packed, exporter.pieces(source)
    if source.group_only:
        contents.pop("participants", None)
        contents.pop("words", None)
    yield f"{FOLDER}dictionary.csv", False, [dictionary_csv(contents)]

    from dashboard.export.formats.figures import drawn

    for chart in drawn(source):
        yield f"{FOLDER}charts/{chart.key}.csv", False, [chart.csv.encode()]


def pieces(
    engine: Engine, session: SessionSummary, key: str = "long", least_people: int = 1
) -> Generator[bytes, None, None]:
    """The session's file in order and in bounded memory; of groups of `least_people` only, if more than 1.

    Raises DatabaseError midway, which breaks the download off, so that a short file never passes for a whole
    one: also when the session is deleted meanwhile.
    """
    source = ExportSource.of(engine, session, least_people)
    yield from EXPORTERS[key].pieces(source)
    source.check()
