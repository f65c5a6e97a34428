"""The Recordings page, without a browser: what must be stated, what is shown, what is left behind."""

import io
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from dashboard.recordings.messages import Look
from dashboard.recordings.order import Order
from dashboard.recordings.status import State
from dashboard.recordings.tab import RecordingsTab
from dashboard.temporary_folder import PREFIX, UploadFolder, delete_left_uploads
from db.reports import get_session, list_sessions
from db.store import Store
from tests.app.opening import OpenedApp, texts
from tests.made.media import face_grid
from tests.made.photos import bgr_png
from tests.made.videos import moving_face, write_video

pytestmark = pytest.mark.timeout(240)


class Sent(io.BytesIO):
    """A file as a browser sends it."""

    def __init__(self, name: str, content: bytes) -> None:
        super().__init__(content)
        self.name, self.size = name, len(content)


@pytest.fixture
def opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> OpenedApp:
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(folder))
    return OpenedApp(tmp_path, monkeypatch)


def uploads(tmp_path: Path) -> list[Sent]:
    clip = write_video(tmp_path / "clip.mp4", moving_face(20)).read_bytes()
    return [
        Sent("clip.mp4", clip),
        Sent("../../people.png", bgr_png(face_grid(1, 3, 900, 300))),
        Sent("notes.mp4", b"no video"),
    ]


def uploaded_files(tmp_path: Path) -> list[str]:
    found = (tmp_path / "temporary").glob(f"{PREFIX}*/[0-9]*")
    return sorted(path.name for path in found if "annotated" not in path.name)


def test_the_limit_and_what_becomes_of_the_files_is_said_first(opened: OpenedApp) -> None:
    said = texts(opened.page("recordings"))
    assert "500 MB" in said and "deleted" in said and "No picture is stored" in said


def test_nothing_begins_before_purpose_place_and_consent(opened: OpenedApp) -> None:
    page = opened.page("recordings")
    assert page.button[0].disabled
    page.selectbox(key="recording_purpose").select("work")
    page.selectbox(key="recording_region").select("EU or UK").run()
    assert "Article 5(1)(f)" in texts(page)
    assert "Neither expressions nor heads" in texts(page)
    page.selectbox(key="recording_region").select("elsewhere").run()
    assert "5 times a second of the file" in texts(page)
    page.checkbox(key="recording_agreed").check().run()
    assert page.button[0].disabled, "no file is chosen"


def test_uploads_become_sessions_and_are_deleted_and_the_page_shows_them(
    opened: OpenedApp, tmp_path: Path
) -> None:
    tab = RecordingsTab()
    run = tab.begin(uploads(tmp_path), Order(Look()), Store(opened.engine), annotate=True)
    assert run.wait(200)
    files = run.status().files
    assert [file.state for file in files] == [State.DONE, State.DONE, State.FAILED]
    assert {session.title for session in list_sessions(opened.engine)} == {"clip.mp4", "people.png"}
    assert uploaded_files(tmp_path) == []
    assert all(file.annotated and file.annotated.stat().st_size for file in files[:2])

    page = opened.page("recordings")
    page.session_state["recordings_tab"] = tab
    page.run()
    assert not page.exception
    assert "clip\\.mp4" in texts(page) and "3 people" in texts(page)
    assert "a text file" in texts(page)
    assert "1. " in texts(page) and "3. " in texts(page), "every face of the photo is explained"

    page.button(key="other_recordings").click().run()
    assert not page.exception
    assert not list((tmp_path / "temporary").glob(f"{PREFIX}*"))
    assert len(list_sessions(opened.engine)) == 2


def test_progress_is_shown_without_waiting_and_cancel_leaves_nothing(
    opened: OpenedApp, tmp_path: Path
) -> None:
    long = write_video(tmp_path / "long.mkv", moving_face(2), [0, 3_000_000]).read_bytes()
    tab = RecordingsTab()
    run = tab.begin([Sent("long.mkv", long)], Order(Look()), Store(opened.engine), annotate=False)
    page = opened.page("recordings")
    page.session_state["recordings_tab"] = tab
    page.run()
    assert not page.exception
    assert "long\\.mkv" in texts(page)
    page.button(key="cancel_recordings").click().run()
    assert run.wait(60)
    assert run.status().files[0].state is State.CANCELLED
    assert list_sessions(opened.engine) == []
    assert uploaded_files(tmp_path) == []


def analyse_on(page: AppTest, *files: tuple[str, bytes], anew: bool = False) -> str:
    """Choose `files`, state what is asked, and wait until they are through; what the page says then."""
    page.file_uploader[0].set_value([(name, content, "image/png") for name, content in files])
    page.selectbox(key="recording_purpose").select("research")
    page.selectbox(key="recording_region").select("elsewhere")
    page.toggle(key="recording_anew").set_value(anew)
    page.checkbox(key="recording_agreed").check().run()
    next(one for one in page.button if one.label.startswith("Analyse")).click().run()
    assert not page.exception
    assert page.session_state["recordings_tab"].run.wait(120)
    page.run()
    assert not page.exception
    return texts(page)


def test_the_same_files_again_go_on_where_a_cancel_ended(opened: OpenedApp) -> None:
    first, second = (bgr_png(face_grid(1, faces, 300 * faces, 300)) for faces in (1, 2))
    page = opened.page("recordings")
    analyse_on(page, ("first.png", first))
    page.button(key="other_recordings").click().run()

    said = analyse_on(page, ("copy.png", first), ("second.png", second))
    states = [file.state for file in page.session_state["recordings_tab"].run.status().files]
    assert states == [State.SKIPPED, State.DONE]
    assert "Analysed before" in said and "Session “first\\.png” · Photo" in said
    assert len([one for one in page.get("page_link") if one.proto.label == "Open report"]) == 2
    assert {session.title for session in list_sessions(opened.engine)} == {"first.png", "second.png"}

    page.button(key="other_recordings").click().run()
    analyse_on(page, ("copy.png", first), anew=True)
    assert {session.title for session in list_sessions(opened.engine)} == {
        "first.png",
        "second.png",
        "copy.png",
    }


def test_two_tabs_do_not_know_of_each_other(opened: OpenedApp, tmp_path: Path) -> None:
    photo = bgr_png(face_grid(1, 1, 300, 300))
    tabs = [RecordingsTab(), RecordingsTab()]
    runs = [
        tab.begin([Sent(f"{name}.png", photo)], Order(Look()), Store(opened.engine), annotate=False)
        for tab, name in zip(tabs, ("a", "b"), strict=True)
    ]
    tabs[0].clear()
    assert runs[1].wait(120)
    (kept,) = runs[1].status().files
    assert kept.session_id is not None
    assert get_session(opened.engine, kept.session_id).title == "b.png"


def test_uploads_of_a_killed_server_are_deleted_by_the_next(opened: OpenedApp, tmp_path: Path) -> None:
    used = UploadFolder()
    left = tmp_path / "temporary" / f"{PREFIX}left"
    left.mkdir()
    (left / "in-use").touch()
    (left / "0.mp4").write_bytes(b"somebody's face")
    assert delete_left_uploads() == 1
    assert not left.exists() and used.path.exists()
    used.delete()
    assert not used.path.exists()
