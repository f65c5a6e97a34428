"""What the picture of a file is: the default or best track, never a cover, never the tiles of a photo."""

from pathlib import Path

import cv2
import pytest

from dashboard.errors import RecordingError
from dashboard.files.frames import SampledVideo
from dashboard.files.kinds import Kind, kind_of
from dashboard.files.probe import open_video
from model.images import Image
from tests.made.films import Reel, write_film, write_sound
from tests.made.media import astronaut
from tests.made.photos import bgr_png
from tests.made.videos import moving_face

SLIDES = [image // 4 for image in moving_face(4, (640, 360))]
CAMERA = moving_face(24)


def read(path: Path, track: int | None = None) -> tuple[set[tuple[int, ...]], list[str]]:
    """The sizes of a file's pictures, and what is said of it."""
    source = SampledVideo(path, 5, track=track)
    try:
        return {timed.image.shape[:2] for timed in source}, source.reading.notes
    finally:
        source.close()


@pytest.mark.parametrize("name", ["a.mkv", "a.ts"])
def test_of_two_tracks_the_camera_is_taken_and_the_choice_is_said(tmp_path: Path, name: str) -> None:
    path = write_film(tmp_path / name, Reel(SLIDES, 2), Reel(CAMERA, 12))
    sizes, notes = read(path)
    assert sizes == {(180, 320)}
    assert "2 video tracks: 1, 640 x 360 at 2 pictures a second; 2, 320 x 180 at 12" in notes[0]
    assert "Track 2 was analysed" in notes[0] and "--track" in notes[0]


def test_the_track_that_the_file_calls_its_default_comes_first(tmp_path: Path) -> None:
    path = write_film(tmp_path / "a.mkv", Reel(CAMERA, 12), Reel(SLIDES, 2, marks="default"))
    sizes, notes = read(path)
    assert sizes == {(360, 640)}
    assert "2, 640 x 360 at 2 pictures a second, the default. Track 2 was analysed" in notes[0]


@pytest.mark.parametrize("still", [SLIDES[:1], SLIDES[:3]])
def test_a_large_still_picture_beside_the_camera_is_not_taken_for_the_video(
    tmp_path: Path, still: list[Image]
) -> None:
    path = write_film(tmp_path / "a.mkv", Reel(CAMERA, 8), Reel(still, 1))
    sizes, notes = read(path)
    assert sizes == {(180, 320)} and "Track 1 was analysed" in notes[0]


def test_another_track_can_be_chosen(tmp_path: Path) -> None:
    path = write_film(tmp_path / "a.mkv", Reel(SLIDES, 2), Reel(CAMERA, 12))
    assert read(path, track=1)[0] == {(360, 640)}
    with pytest.raises(RecordingError, match="Wanted video track 3; this file has 2 of them: 1, 640"):
        read(path, track=3)


def test_a_single_track_needs_no_word(tmp_path: Path) -> None:
    path = write_film(tmp_path / "a.mkv", Reel(CAMERA, 12), sound_s=1)
    assert read(path)[1] == [] and read(path, track=1)[0] == {(180, 320)}
    with pytest.raises(RecordingError, match="Wanted video track 2; this file has 1 one"):
        read(path, track=2)


@pytest.mark.parametrize(("name", "codec"), [("a.mp4", "aac"), ("a.mp3", "libmp3lame"), ("a.flac", "flac")])
def test_the_cover_of_a_sound_is_no_picture(tmp_path: Path, name: str, codec: str) -> None:
    jpeg = cv2.imencode(".jpg", astronaut())[1].tobytes()
    path = write_sound(tmp_path / name, 2, codec, jpeg if name == "a.mp4" else bgr_png(astronaut()))
    with pytest.raises(RecordingError, match="sound with a cover picture beside it, no video"):
        open_video(path)


@pytest.mark.parametrize(
    ("name", "codec"),
    [
        ("a.mp3", "libmp3lame"),
        ("a.wav", "pcm_s16le"),
        ("a.flac", "flac"),
        ("a.ogg", "libopus"),
        ("a.aac", "aac"),
        ("a.ac3", "ac3_fixed"),
        ("a.aiff", "pcm_s16be"),
        ("a.au", "pcm_s16be"),
        ("a.wma", "wmav2"),
        ("a.mka", "aac"),
        ("a.caf", "pcm_s16le"),
        ("a.ts", "aac"),
    ],
)
def test_sound_alone_is_called_sound_whatever_holds_it(tmp_path: Path, name: str, codec: str) -> None:
    try:
        path = write_sound(tmp_path / name, 2, codec)
    except ValueError:
        pytest.skip(f"no encoder for {codec}")
    with pytest.raises(RecordingError, match="sound only"):
        open_video(path)


def test_files_are_told_by_their_contents(tmp_path: Path) -> None:
    path = tmp_path / "a.mp4"
    path.write_bytes(bgr_png(astronaut()))
    assert kind_of(path) is Kind.PHOTO
    assert kind_of(write_film(tmp_path / "a.jpg", Reel(CAMERA), form="mp4")) is Kind.VIDEO


def test_pictures_in_an_unknown_code_are_called_that(tmp_path: Path) -> None:
    path = write_film(tmp_path / "a.avi", Reel(CAMERA, 12), sound_s=1, sound="mp2")
    path.write_bytes(path.read_bytes().replace(b"FMP4", b"ZZZ9"))
    with pytest.raises(RecordingError, match="coded in a way that cannot be read"):
        open_video(path)
