"""The download route on a real web server: streamed, complete, broken off rather than cut short."""

import csv
import http.client
import io
import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest
from sqlalchemy import Engine

from dashboard.export import downloads
from dashboard.export.formats import EXPORTERS, pieces
from dashboard.export.formats.columns import LONG_HEADER
from dashboard.export.routes import download_address, download_routes
from dashboard.sessions.demo import write_demo
from db.access import LOCAL, Sessions
from db.errors import SessionNotFoundError
from db.reports import get_session
from db.store import Store
from tests.made.faces import face, seconds
from tests.made.feed import served
from tests.made.sessions import STARTED_AT, stored
from tests.made.waiting import wait_until


@pytest.fixture
def address(engine: Engine) -> Iterator[str]:
    with served(download_routes(lambda _: Sessions(engine, LOCAL))) as host_and_port:
        yield f"http://{host_and_port}"


def test_a_whole_session_arrives_row_for_row(engine: Engine, address: str) -> None:
    session_id = write_demo(Store(engine), STARTED_AT)
    with urlopen(f"{address}/{download_address(session_id)}") as answer:
        assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
        name = "attune-1-demo-product-review-with-six-people.csv"
        assert answer.headers["Content-Disposition"] == f'attachment; filename="{name}"'
        assert answer.headers["Transfer-Encoding"] == "chunked", "its length is unknown while it is sent"
        rows = list(csv.DictReader(io.TextIOWrapper(answer, "utf-8", newline="")))
    assert tuple(rows[0]) == LONG_HEADER
    assert len(rows) == get_session(engine, session_id).faces
    keys = [(int(row["frame"]), int(row["track_id"])) for row in rows]
    assert keys == sorted(keys)
    assert {row["participant"] for row in rows} == {"Ada", "Ben", "Chen", "Dina", "Emil", "Fay"}
    assert all(float(row["time_s"]) < 1200 for row in rows)


def test_a_session_without_faces_is_a_header(engine: Engine, address: str) -> None:
    session_id = stored(Store(engine), seconds([[]]))
    with urlopen(f"{address}/{download_address(session_id)}") as answer:
        assert answer.read().decode() == ",".join(LONG_HEADER) + "\r\n"


@pytest.mark.parametrize(
    ("wanted", "sentence"),
    [
        ("download/9/long", "There is no session 9"),
        ("download/1/xls", "There is no format 'xls'; there are: long"),
        ("download/9/long/dictionary", "There is no session 9"),
        ("download/1/xlsx/dictionary", "Excel workbook holds its data dictionary within"),
        ("download/1/people/dictionary?group=only", "tells of single people"),
    ],
)
def test_what_is_not_there_is_a_sentence(engine: Engine, address: str, wanted: str, sentence: str) -> None:
    stored(Store(engine), seconds([[face()]]))
    with pytest.raises(HTTPError) as error:
        urlopen(f"{address}/{wanted}")
    assert error.value.code == 404
    assert sentence in error.value.read().decode()


@pytest.mark.parametrize("key", ["long", "seconds", "people", "summary", "markers"])
def test_a_csv_has_its_data_dictionary_beside_it(engine: Engine, address: str, key: str) -> None:
    session_id = stored(Store(engine), seconds([[face()]]))
    with urlopen(f"{address}/{download_address(session_id, key)}") as answer:
        name = answer.headers["Content-Disposition"].removesuffix('.csv"')
        columns = answer.readline().decode().strip().split(",")
    with urlopen(f"{address}/{download_address(session_id, key, dictionary=True)}") as answer:
        assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
        assert answer.headers["Content-Disposition"] == f'{name}-dictionary.csv"'
        rows = list(csv.DictReader(io.TextIOWrapper(answer, "utf-8", newline="")))
    assert [row["column"] for row in rows] == columns
    assert all(row["meaning"] for row in rows)


@pytest.mark.parametrize(
    "wanted",
    ["download/abc/long", "download/1/long/more", "download/-1/long", "download/1", "download/", "download"],
)
def test_a_wrong_address_is_a_sentence_and_not_found(address: str, wanted: str) -> None:
    with pytest.raises(HTTPError) as error:
        urlopen(f"{address}/{wanted}")
    assert error.value.code == 404
    assert error.value.headers["Content-Type"] == "text/plain; charset=utf-8"
    sentence = error.value.read().decode()
    assert f"got /{wanted}." in sentence and "/download/12/long" in sentence


def test_a_session_deleted_meanwhile_breaks_the_download_off(engine: Engine) -> None:
    store = Store(engine)
    session_id = write_demo(store, STARTED_AT)
    left = pieces(engine, get_session(engine, session_id))
    next(left)
    store.delete_session(session_id)
    with pytest.raises(SessionNotFoundError):
        list(left)


def test_a_broken_download_is_no_whole_file(
    engine: Engine, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    session_id = write_demo(Store(engine), STARTED_AT)
    whole = pieces

    def deleting(*args: object) -> Iterator[bytes]:
        pieces = whole(*args)  # type: ignore[arg-type]
        yield next(pieces)
        Store(engine).delete_session(session_id)
        yield from pieces

    monkeypatch.setattr(downloads, "pieces", deleting)
    answer = urlopen(f"{address}/{download_address(session_id)}")
    with answer, pytest.raises(http.client.IncompleteRead):
        answer.read()


def test_several_people_download_at_once(engine: Engine, address: str) -> None:
    session_id = write_demo(Store(engine), STARTED_AT)
    bodies: list[bytes] = []

    def download() -> None:
        with urlopen(f"{address}/{download_address(session_id)}") as answer:
            bodies.append(answer.read())

    threads = [threading.Thread(target=download) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(bodies) == 4
    assert len(set(bodies)) == 1


def test_the_preview_is_the_start_of_the_file(engine: Engine) -> None:
    session = get_session(engine, stored(Store(engine), seconds([[face(1)], [face(1), face(2)]])))
    shown = downloads.preview(engine, session)
    assert shown["frame"].tolist() == ["0", "1", "1"]
    assert shown["gaze"].tolist() == [""] * 3


@pytest.mark.parametrize("key", EXPORTERS)
def test_every_format_comes_by_its_name(engine: Engine, address: str, key: str) -> None:
    session_id = stored(Store(engine), seconds([[face(1), face(2)]] * 3))
    with urlopen(f"{address}/{download_address(session_id, key)}") as answer:
        exporter = EXPORTERS[key]
        assert answer.headers["Content-Type"].startswith(exporter.mime)
        name = f"attune-{session_id}-weekly-review{exporter.suffix}"
        assert answer.headers["Content-Disposition"] == f'attachment; filename="{name}"'
        assert answer.read()


def test_single_people_are_not_given_when_only_the_group_is_asked_for(engine: Engine, address: str) -> None:
    session_id = stored(Store(engine), seconds([[face(1), face(2)]] * 3))
    with pytest.raises(HTTPError) as error:
        urlopen(f"{address}/{download_address(session_id, 'long', group_only=True)}")
    assert error.value.code == 404
    assert "Long CSV tells of single people" in error.value.read().decode()
    with urlopen(f"{address}/{download_address(session_id, 'seconds', group_only=True)}") as answer:
        rows = list(csv.DictReader(io.TextIOWrapper(answer, "utf-8", newline="")))
    assert {row["usable_people"] for row in rows[:3]} == {"2"} and {row["happy"] for row in rows} == {""}


def test_nothing_stays_on_the_server_when_a_reader_goes_away(
    engine: Engine, address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    session_id = stored(Store(engine), seconds([[face()]] * 6000))
    host, port = address.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port))) as reader:
        reader.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        reader.sendall(f"GET /{download_address(session_id, 'xlsx')} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        wait_until(lambda: list(tmp_path.glob("attune-uploads-*")))
        assert reader.recv(512).startswith(b"HTTP/1.1 200")
    wait_until(lambda: not list(tmp_path.glob("attune-uploads-*")))
