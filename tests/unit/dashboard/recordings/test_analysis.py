"""A file is read as a person would see it, and analysed by the live pipeline."""

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from dashboard.errors import RecordingError
from dashboard.files.frames import SampledVideo
from dashboard.files.kinds import Kind, kind_of
from dashboard.files.probe import open_photo, open_video
from dashboard.recordings.analysis import analyse
from dashboard.recordings.messages import Done, Look, Message, Opened, Part, Task
from dashboard.recordings.status import FileStatus, State, run_status
from model.emotions import EMOTIONS
from model.observations import FrameRecord
from tests.made.films import Reel, write_film
from tests.made.media import MEDIA, astronaut, face_grid, needs_media
from tests.made.photos import bgr_png, gif_that_declares, png_that_declares
from tests.made.videos import cut, moving_face, turned, write_video

FACES = moving_face(20)


def times_ms(path: Path, hz: float = 5) -> list[int]:
    source = SampledVideo(path, hz)
    try:
        return [timed.offset_ms for timed in source]
    finally:
        source.close()


def analysed(path: Path, **look: object) -> tuple[list[FrameRecord], list[Message]]:
    messages: list[Message] = []
    analyse(Task(path, Look(**look)), messages.append)  # type: ignore[arg-type]
    return [record for part in messages if isinstance(part, Part) for record in part.records], messages


@pytest.mark.parametrize(
    ("name", "codec"),
    [
        ("a.mp4", "mpeg4"),
        ("a.mov", "libx264"),
        ("a.avi", "mpeg4"),
        ("a.mkv", "libx264"),
        ("a.webm", "libvpx"),
        ("a.gif", "gif"),
    ],
)
def test_every_kind_of_video_is_read_at_the_chosen_rate(tmp_path: Path, name: str, codec: str) -> None:
    assert times_ms(write_video(tmp_path / name, FACES, codec=codec)) == list(range(0, 2000, 200))


def test_the_name_of_a_file_does_not_matter(tmp_path: Path) -> None:
    write_video(tmp_path / "a.mp4", FACES).rename(tmp_path / "a.txt")
    assert len(times_ms(tmp_path / "a.txt")) == 10


def test_a_picture_that_stays_is_seen_as_long_as_it_stays(tmp_path: Path) -> None:
    path = write_video(tmp_path / "a.mkv", FACES[:4], [0, 100, 1500, 1600])
    assert times_ms(path) == [0, 100, 400, 600, 800, 1000, 1200, 1400, 1600]


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    gaps=st.lists(st.integers(20, 900), min_size=1, max_size=12), hz=st.sampled_from([0.5, 2.0, 5.0, 30.0])
)
@example(gaps=[20, 20, 527], hz=30.0)
def test_time_is_the_files_own_whatever_the_rate(tmp_path: Path, gaps: list[int], hz: float) -> None:
    shown = np.concatenate([[0], np.cumsum(gaps)]).tolist()
    found = times_ms(write_video(tmp_path / "a.mkv", [FACES[0]] * len(shown), shown), hz)
    assert found[0] == 0
    assert all(later > earlier for earlier, later in pairwise(found))
    assert all(near(t, shown) or near(t % (1000 / hz), [0, 1000 / hz]) for t in found)
    assert len(found) <= shown[-1] / 1000 * hz + 2 + hz


def near(value: float, places: list[float]) -> bool:
    return min(abs(value - place) for place in places) <= 1


def test_a_video_of_a_phone_held_upright_is_turned(tmp_path: Path) -> None:
    left_dark = np.zeros((180, 320, 3), np.uint8)
    left_dark[:, 160:] = 255
    path = turned(write_video(tmp_path / "a.mp4", [left_dark] * 5))
    image = next(iter(SampledVideo(path, 5))).image
    assert image.shape == (320, 180, 3)
    assert image[:100].mean() < 20 and image[-100:].mean() > 230


def test_what_is_there_of_a_cut_video_is_read_and_it_is_said(tmp_path: Path) -> None:
    source = SampledVideo(cut(write_video(tmp_path / "a.mkv", moving_face(60), codec="libx264"), 0.5), 5)
    assert 1 <= len(list(source)) < 25
    assert "cut short" in source.reading.notes[0] and "00:05" in source.reading.notes[0]


def test_a_whole_video_has_nothing_to_note(tmp_path: Path) -> None:
    source = SampledVideo(write_video(tmp_path / "a.mp4", FACES), 5)
    assert list(source) and source.reading.notes == []
    assert source.reading.end_ms == pytest.approx(2000, abs=100)


def text(path: Path) -> None:
    path.write_text("This is not a video. " * 30)


def playlist(path: Path) -> None:
    path.write_text("#EXTM3U\n#EXTINF:10,\nfile:///etc/hostname\n#EXT-X-ENDLIST\n")


def without_index(path: Path) -> None:
    cut(write_video(path.with_name("whole.mp4"), FACES), 0.5).rename(path)


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (text, "a text file"),
        (playlist, "a text file"),
        (without_index, "index is missing"),
        (Path.mkdir, "a folder"),
        (Path.touch, "empty"),
        (lambda path: None, "no such file"),
        (lambda path: path.write_bytes(b"%PDF-1.7\n" + bytes(50)), "a PDF"),
        (lambda path: path.write_bytes(b"PK\x03\x04" + bytes(50)), "ZIP"),
        (lambda path: path.write_bytes(bytes(range(256)) * 9), "nothing Attune can read"),
        (lambda path: path.write_bytes(png_that_declares(50_000, 50_000)), "million pixels"),
        (lambda path: path.write_bytes(gif_that_declares(50_000, 50_000)), "declares 50,000 x 50,000"),
        (lambda path: path.write_bytes(gif_that_declares(320, 200)[:7]), "7 bytes"),
        (lambda path: path.write_bytes(bgr_png(astronaut())[:9000]), "cut short or damaged"),
    ],
)
def test_what_is_no_recording_is_refused_in_a_sentence(tmp_path: Path, make: object, said: str) -> None:
    path = tmp_path / "meeting.mp4"
    make(path)  # type: ignore[operator]
    with pytest.raises(RecordingError, match=said):
        analysed(path)


def test_sound_alone_is_refused(tmp_path: Path) -> None:
    import av

    with av.open(str(tmp_path / "a.mp4"), "w") as container:
        stream = container.add_stream("aac", rate=16_000)
        sound = av.AudioFrame.from_ndarray(np.zeros((1, 16_000), np.float32), format="fltp", layout="mono")
        sound.sample_rate = 16_000
        container.mux(stream.encode(sound))
        container.mux(stream.encode(None))
    with pytest.raises(RecordingError, match="sound only"):
        open_video(tmp_path / "a.mp4")


@given(start=st.binary(min_size=1, max_size=300))
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_content_at_all_does_more_than_being_refused(tmp_path: Path, start: bytes) -> None:
    path = tmp_path / "a.mp4"
    path.write_bytes(start)
    with pytest.raises(RecordingError) as refused:
        open_photo(path) if kind_of(path) is Kind.PHOTO else list(SampledVideo(path, 5))
    assert str(refused.value).endswith(".")


def test_a_video_becomes_numbered_frames_with_the_face_in_them(tmp_path: Path) -> None:
    records, messages = analysed(write_video(tmp_path / "a.mp4", FACES))
    assert [record.frame for record in records] == list(range(10))
    assert [len(record.observations) for record in records] == [1] * 10
    assert {seen.track_id for record in records for seen in record.observations} == {1}
    assert isinstance(messages[0], Opened) and not messages[0].photo
    assert isinstance(messages[-1], Done) and messages[-1].end_ms == pytest.approx(2000, abs=100)


def test_everybody_in_a_photo_is_scored_at_once_from_left_to_right(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    path.write_bytes(bgr_png(face_grid(1, 3, 900, 300)))
    (record,), messages = analysed(path)
    from_left = sorted(record.observations, key=lambda seen: seen.box[0])
    assert [seen.track_id for seen in from_left] == [1, 2, 3]
    assert all(seen.scores and len(seen.scores) == len(EMOTIONS) for seen in record.observations)
    assert isinstance(messages[0], Opened) and messages[0].photo


def test_a_gif_of_one_picture_is_a_photo(tmp_path: Path) -> None:
    (record,), messages = analysed(write_video(tmp_path / "a.gif", FACES[:1], codec="gif"))
    assert len(record.observations) == 1
    assert isinstance(messages[0], Opened) and messages[0].photo


def test_one_picture_under_a_long_sound_is_its_cover(tmp_path: Path) -> None:
    path = write_film(tmp_path / "a.mp4", Reel(FACES[:1]), sound_s=5)
    with pytest.raises(RecordingError, match="sound with a cover picture beside it"):
        analysed(path)


def test_presence_alone_measures_nothing_but_where_a_face_is(tmp_path: Path) -> None:
    records, _ = analysed(write_video(tmp_path / "a.mp4", FACES[:8]), scored=False)
    seen = [one for record in records for one in record.observations]
    assert seen
    assert all(one.scores is None and one.signals.yaw_deg is None for one in seen)


def test_an_annotated_copy_shows_the_same_length(tmp_path: Path) -> None:
    path = write_video(tmp_path / "a.mp4", FACES)
    messages: list[Message] = []
    analyse(Task(path, Look(), tmp_path / "drawn"), messages.append)
    done = messages[-1]
    assert isinstance(done, Done) and done.annotated == tmp_path / "drawn.mp4"
    assert times_ms(done.annotated) == times_ms(path)


def test_time_left_counts_what_took_time_only() -> None:
    files = [
        FileStatus("a", 100, State.SKIPPED, 1.0),
        FileStatus("b", 100, State.DONE, 1.0),
        FileStatus("c", 100, State.RUNNING, 0.5),
        FileStatus("d", 100),
    ]
    status = run_status(files, 30.0, finished=False, cancelled=False)
    assert status.left_s == pytest.approx(30.0)
    assert status.done == pytest.approx(2.5 / 4)
    assert run_status(files, 1.0, finished=False, cancelled=False).left_s is None


@needs_media
def test_a_real_clip_has_its_face_in_nearly_every_frame() -> None:
    records, _ = analysed(MEDIA / "pyfeat_single_face.mp4")
    assert len(records) == 12
    assert sum(len(record.observations) for record in records) >= 10
