"""One worker of a cluster, without Ray: claims, files elsewhere, what was analysed before."""

import http.server
import threading
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from functools import partial
from pathlib import Path

import psutil
import pytest
from sqlalchemy import Engine

from dashboard.cluster.places import places
from dashboard.cluster.worker import BEFORE, POISON, Analyst, FarOrder
from dashboard.errors import RecordingError
from dashboard.recordings.messages import Look
from dashboard.recordings.sessions import Statement
from dashboard.recordings.status import State
from db.reports import get_session, list_sessions
from tests.made.videos import moving_face, write_video


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_video(tmp_path_factory.mktemp("clips") / "a clip.mp4", moving_face(20))


@pytest.fixture
def order(engine: Engine) -> FarOrder:
    url = engine.url.render_as_string(hide_password=False)
    return FarOrder(url, "r" * 32, Look(), Statement())


@pytest.fixture
def served(clip: Path) -> Iterator[str]:
    """The clip's address on a web server of this machine."""
    handler = partial(http.server.SimpleHTTPRequestHandler, directory=str(clip.parent))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/a%20clip.mp4"
        server.shutdown()


def test_a_recording_becomes_one_session_however_often_it_is_given(
    engine: Engine, order: FarOrder, clip: Path
) -> None:
    first = Analyst(order, "a" * 32).analyse(str(clip))
    assert (first.state, first.frames) == (State.DONE, 10)
    assert first.session_id is not None
    found = get_session(engine, first.session_id)
    assert (found.title, found.frames, found.end_reason) == ("a clip.mp4", 10, "source_ended")
    assert (found.people, found.usable) == (1, found.faces)
    again = Analyst(replace(order, run="s" * 32), "b" * 32).analyse(str(clip))
    assert (again.state, again.notes, again.session_id) == (State.SKIPPED, (BEFORE,), first.session_id)
    lost_answer = Analyst(replace(order, again=True), "c" * 32).analyse(str(clip))
    assert lost_answer.session_id == first.session_id, "by the same command, whose answer never came"
    anew = Analyst(replace(order, run="t" * 32, again=True), "d" * 32).analyse(str(clip))
    assert anew.session_id != first.session_id
    assert len(list_sessions(engine)) == 2


def test_what_lies_on_a_web_server_is_fetched_and_no_copy_stays(
    engine: Engine, order: FarOrder, served: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "copies"))
    (tmp_path / "copies").mkdir()
    made = Analyst(order, "a" * 32).analyse(served)
    assert (made.state, made.frames) == (State.DONE, 10), made.notes
    gone = Analyst(order, "a" * 32).analyse(served.replace("clip", "none"))
    assert gone.state is State.FAILED and "could not be read" in gone.notes[0]
    assert list((tmp_path / "copies").iterdir()) == []


def test_a_process_that_dies_on_a_file_is_tried_once_more_and_then_told(
    engine: Engine, order: FarOrder, clip: Path
) -> None:
    one, killed = Analyst(order, "a" * 32), set[int]()
    over, before = threading.Event(), {child.pid for child in psutil.Process().children()}

    def kill_all() -> None:
        while not over.wait(0.01):
            for child in psutil.Process().children():
                with suppress(psutil.Error):  # gone, or killed a moment ago
                    if child.pid not in before and "dashboard.recordings.worker" in child.cmdline():
                        killed.add(child.pid)
                        child.kill()

    killer = threading.Thread(target=kill_all)
    killer.start()
    told = one.analyse(str(clip))
    over.set()
    killer.join()
    assert told.state is State.FAILED and len(killed) == 2
    assert Analyst(order, "b" * 32).analyse(str(clip)).notes == (POISON,)
    assert list_sessions(engine) == []
    assert Analyst(replace(order, run="s" * 32), "c" * 32).analyse(str(clip)).state is State.DONE


def test_a_folder_is_all_that_lies_below_it_and_an_empty_one_is_told(tmp_path: Path) -> None:
    for name in ("b/2.MOV", "a.jpg", "notes.txt", ".hidden.mp4"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    found = places([tmp_path, tmp_path / "a.jpg", "https://example.org/x.mp4"])
    assert found == [str(tmp_path / "a.jpg"), str(tmp_path / "b" / "2.MOV"), "https://example.org/x.mp4"]
    assert places([f"file://{tmp_path}/"]) == [f"file://{tmp_path}/{one}" for one in ("a.jpg", "b/2.MOV")]
    (tmp_path / "empty").mkdir()
    with pytest.raises(RecordingError, match="no recording below"):
        places([tmp_path / "empty"])
