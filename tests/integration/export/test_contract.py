"""What every format promises: who is in it and who is not, and that texts stay texts."""

import csv
import io
import json
import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from pympi.Elan import Eaf
from sqlalchemy import Engine

from dashboard.export.formats import ALL, EXPORTERS, pieces
from dashboard.export.formats.cells import FORMULA_STARTS
from db.errors import SessionNotFoundError
from db.reports import Utterance, get_session
from db.store import Store
from model.emotions import EMOTIONS, Emotion
from model.observations import Observation
from tests.made.faces import face, scores_with, seconds
from tests.made.sessions import stored

HOSTILE = '=HYPERLINK("http://x","a")</script><script>alert(1)</script>'
SAID = [
    Utterance(1_000 * n, 1_000 * n + 900, name, f"{said}, {name}", person)
    for n, (name, said, person) in enumerate(
        [("Ada", "=Shall we begin", 1), ("Ben", "Yes", 2), ("Cleo", "No", 4), ("Dora", "Oh", 5)]
    )
]
OF_PEOPLE = [key for key, exporter in EXPORTERS.items() if exporter.of_people]


def file_of(engine: Engine, session_id: int, key: str, least_people: int = 1) -> bytes:
    return b"".join(pieces(engine, get_session(engine, session_id), key, least_people))


def texts_of(key: str, file: bytes, folder: Path) -> str:
    """Everything that a reader of the format finds, read by the format's own reader."""
    if key == "xlsx":
        return "\n".join(f"{sheet}\n{sheet_text}" for sheet, sheet_text in workbook(file).items())
    if key == "parquet":
        return pd.read_parquet(io.BytesIO(file)).to_csv()
    if key == "eaf":
        eaf = tiers(file, folder)
        return "\n".join(f"{tier}: {eaf.get_annotation_data_for_tier(tier)}" for tier in eaf.get_tier_names())
    if key == "all":
        with zipfile.ZipFile(io.BytesIO(file)) as archive:
            assert archive.testzip() is None
            names = archive.namelist()
            return "\n".join(texts_of(Path(name).stem, archive.read(name), folder) for name in names)
    if key == "html":  # without the library that draws
        return re.sub(r"<script>.*?</script>", "", file.decode(), flags=re.DOTALL)
    return file.decode()


def workbook(file: bytes) -> dict[str, str]:
    book = openpyxl.load_workbook(io.BytesIO(file))
    for sheet in book:
        for row in sheet.iter_rows():
            assert all(cell.data_type != "f" and cell.hyperlink is None for cell in row)
    return {
        one.title: "\n".join(str([cell.value for cell in row]) for row in one.iter_rows()) for one in book
    }


def tiers(file: bytes, folder: Path) -> Eaf:
    path = folder / "read.eaf"
    path.write_bytes(file)
    return Eaf(str(path))


@pytest.fixture
def crowded(engine: Engine) -> int:
    """Ada and Ben (of two tracks), Cleo left out, Dora forgotten; a marker that would be a formula."""
    store = Store(engine)
    faces = [face(1, Emotion.HAPPY), face(2), face(4, Emotion.SAD), face(5)]
    session_id = stored(store, seconds([faces] * 4 + [[face(1), face(3)]] * 4), HOSTILE)
    for person, name in enumerate(("Ada", "Ben", "Benny", "Cleo", "Dora"), start=1):
        store.name_participant(session_id, person, name)
    store.merge_participants(session_id, 2, [3])
    store.exclude_participant(session_id, 4)
    store.forget_participant(session_id, 5)
    store.add_marker(session_id, 2000, "@Topic", note="=1+1")
    store.add_marker(session_id, 2000, "Poll", end_ms=90_000)
    store.write_transcript(session_id, SAID)
    return session_id


@pytest.mark.parametrize("key", EXPORTERS)
def test_only_who_may_be_told_is_in_the_file(engine: Engine, crowded: int, tmp_path: Path, key: str) -> None:
    found = texts_of(key, file_of(engine, crowded, key), tmp_path)
    for absent in ("Cleo", "Dora", "Benny"):
        assert absent not in found
    if EXPORTERS[key].of_people and key != "talk":
        assert "Ada" in found and "Ben" in found


@pytest.mark.parametrize("key", [key for key in EXPORTERS if key not in OF_PEOPLE])
def test_a_group_only_file_tells_of_nobody(engine: Engine, crowded: int, tmp_path: Path, key: str) -> None:
    found = texts_of(key, file_of(engine, crowded, key, 3), tmp_path)
    for name in ("Ada", "Ben", "Cleo", "Dora", "P1"):
        assert name not in found
    if key == "seconds":
        rows = list(csv.DictReader(io.StringIO(found)))
        assert {row["happy"] for row in rows} == {""}, "two people are no group of three"
        assert {row["people"] for row in rows[:8]} == {"2"}


@pytest.mark.parametrize("key", EXPORTERS)
@pytest.mark.parametrize("kind", ["empty", "running", "presence", "no frames"])
def test_every_session_has_a_whole_file(engine: Engine, tmp_path: Path, key: str, kind: str) -> None:
    store, exporter = Store(engine), EXPORTERS[key]
    present = Observation(1, (0.0, 0.0, 40.0, 40.0), 0.9)
    made: dict[str, list[list[Observation]]] = {
        "empty": [[]] * 3,
        "presence": [[present]] * 12,
        "no frames": [],
    }
    frames = made.get(kind, [[face(1)]] * 3)
    model = "presence only" if kind == "presence" else "compact48"
    session_id = stored(store, seconds(frames), ended=kind != "running", model_name=model)
    found = texts_of(key, file_of(engine, session_id, key), tmp_path)
    of_faces = key not in ("markers", "votes", "words", "talk")
    if kind == "presence" and exporter.mime == "text/csv" and of_faces:
        rows = list(csv.DictReader(io.StringIO(found)))
        assert rows and {row[name] for row in rows for name in (*EMOTIONS, "engagement")} == {""}
    if kind == "presence" and key == "html":
        assert "Mix of expressions" not in found and "Coverage" in found
    if key == "json":
        assert len(json.loads(found)["participants"]) == (kind in ("running", "presence"))


@pytest.mark.parametrize("key", EXPORTERS)
def test_a_session_deleted_meanwhile_is_no_whole_file(
    engine: Engine, crowded: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, key: str
) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    sent = pieces(engine, get_session(engine, crowded), key)
    next(sent)
    Store(engine).delete_session(crowded)
    with pytest.raises(SessionNotFoundError):
        list(sent)


def test_the_zip_is_none_before_its_last_piece(engine: Engine, crowded: int) -> None:
    sent = list(pieces(engine, get_session(engine, crowded), ALL))
    with pytest.raises(zipfile.BadZipFile):
        zipfile.ZipFile(io.BytesIO(b"".join(sent[:-1])))
    with zipfile.ZipFile(io.BytesIO(b"".join(sent))) as archive:
        names = {Path(name).name for name in archive.namelist()}
        dictionary = archive.read("attune/dictionary.csv").decode()
        charts = [archive.read(name).decode() for name in archive.namelist() if "/charts/" in name]
    assert {"long.csv", "xlsx.xlsx", "html.html", "eaf.eaf", "dictionary.csv", "engagement.csv"} <= names
    told = {row["column"] for row in csv.DictReader(io.StringIO(dictionary))}
    drawn = {name for chart in charts for name in chart.splitlines()[0].split(",")}
    assert drawn - {"Ada (1)", "Ben (2)"} <= told
    for exporter in EXPORTERS.values():
        assert {column.name for columns in exporter.contents.values() for column in columns} <= told


@pytest.mark.parametrize("key", ["long", "seconds", "people", "summary", "markers"])
def test_csv_columns_are_the_promised_ones_and_no_text_is_a_formula(
    engine: Engine, crowded: int, key: str
) -> None:
    rows = list(csv.DictReader(io.StringIO(file_of(engine, crowded, key).decode(), newline="")))
    (columns,) = EXPORTERS[key].contents.values()
    assert rows and list(rows[0]) == [column.name for column in columns]
    texts = [cell for row in rows for cell in row.values() if not _is_number(cell)]
    assert not [text for text in texts if text.startswith(FORMULA_STARTS)]


def test_parquet_holds_the_numbers_of_the_long_csv_and_their_meanings(engine: Engine, crowded: int) -> None:
    import pyarrow.parquet as pq

    file = io.BytesIO(file_of(engine, crowded, "parquet"))
    frame, schema = pd.read_parquet(file), pq.read_schema(file)
    long = pd.read_csv(io.BytesIO(file_of(engine, crowded, "long")))
    assert list(frame.columns) == list(long.columns)
    for name in ("time_s", "box_w", *EMOTIONS, "valence", "engagement"):
        pd.testing.assert_series_equal(frame[name], long[name], check_dtype=False)
    assert (frame["time_utc"] == pd.to_datetime(long["time_utc"])).all()
    for column in EXPORTERS["parquet"].contents["long"]:
        told = schema.field(column.name).metadata
        assert (told[b"unit"].decode(), told[b"meaning"].decode()) == (column.unit, column.meaning)
    assert frame["speaking"].isna().all() and str(frame["speaking"].dtype) in ("float64", "Int64")


@pytest.mark.parametrize("key", ["words", "xlsx", "json", "html", "eaf", "all"])
def test_what_was_said_leaves_in_every_format(engine: Engine, crowded: int, tmp_path: Path, key: str) -> None:
    assert "Shall we begin" in texts_of(key, file_of(engine, crowded, key), tmp_path)


def test_elans_reader_finds_a_tier_for_everybody(engine: Engine, crowded: int, tmp_path: Path) -> None:
    eaf = tiers(file_of(engine, crowded, "eaf"), tmp_path)
    assert set(eaf.get_tier_names()) == {"Ada", "Ben", "Markers", "Markers 2", "Words Ada", "Words Ben"}
    assert sorted(eaf.get_annotation_data_for_tier("Ada")) == [(0, 4000, "happy"), (4000, 8000, "neutral")]
    marks = [eaf.get_annotation_data_for_tier(tier) for tier in ("Markers", "Markers 2")]
    assert marks == [[(2000, 3000, "@Topic: =1+1")], [(2000, 90_000, "Poll")]], "each keeps its end"


def test_short_tables_are_sums_of_the_long_one(engine: Engine) -> None:
    store = Store(engine)
    half = Observation(2, (0.0, 0.0, 9.0, 9.0), 0.9, scores=scores_with(happy=0.5, sad=0.5))
    session_id = stored(store, seconds([[face(1, Emotion.HAPPY), half]] * 3 + [[]] * 2 + [[half]]))
    read: Callable[[str], pd.DataFrame] = lambda key: pd.read_csv(  # noqa: E731
        io.BytesIO(file_of(engine, session_id, key))
    )
    long, second, people, summary = map(read, ("long", "seconds", "people", "summary"))
    usable = long[long["usable"] == 1]
    by_second = usable.groupby(usable["time_s"].astype(int))
    shown = second.set_index("second")
    assert shown.index.tolist() == list(range(len(shown))) and len(shown) >= 6, "every second has a row"
    for name in ("happy", "engagement"):
        wanted = by_second[name].mean()
        assert shown[name].dropna().index.tolist() == wanted.index.tolist()
        assert shown[name].dropna().to_numpy() == pytest.approx(wanted.to_numpy(), abs=1e-4)
    assert shown.loc[3:4, "faces"].tolist() == [0, 0] and shown.loc[3:4, "happy"].isna().all()
    assert (second[list(EMOTIONS)].dropna().sum(axis=1) - 1).abs().max() < 5e-4
    assert len(people) == len(long) and summary["faces"].tolist() == [3, 4]
    mean = usable.groupby("person")["engagement"].mean()
    assert summary["engagement"].to_numpy() == pytest.approx(mean.to_numpy(), abs=1e-4)
    assert summary[["first_seen_s", "last_seen_s", "present_s"]].to_numpy().tolist() == [[0, 2, 3], [0, 5, 4]]


def test_nothing_of_a_workbook_stays_when_its_reader_goes_away(
    engine: Engine, crowded: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    for key in ("xlsx", "eaf", ALL):
        sent = pieces(engine, get_session(engine, crowded), key)
        next(sent)
        sent.close()
    assert list(tmp_path.glob("attune-uploads-*")) == []


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
