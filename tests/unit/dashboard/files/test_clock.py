"""Time is the file's: from its zero, over joined parts, and cut short only where something is missing."""

from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.files.clock import FileClock
from dashboard.files.frames import SampledVideo, VideoReading
from tests.made.edit_lists import with_edits
from tests.made.films import Reel, write_film
from tests.made.videos import cut, moving_face

FACES = moving_face(20)


def read(path: Path, hz: float = 5) -> tuple[list[int], VideoReading]:
    source = SampledVideo(path, hz)
    try:
        return [timed.offset_ms for timed in source], source.reading
    finally:
        source.close()


@pytest.mark.parametrize(
    ("name", "codec", "sound"),
    [
        ("a.mp4", "libx264", "aac"),
        ("a.mkv", "libx264", "aac"),
        ("a.webm", "libvpx", "libopus"),
        ("a.mov", "mpeg4", "aac"),
        ("a.ts", "libx264", "aac"),
        ("a.wmv", "wmv2", "wmav2"),
        ("a.flv", "flv", "aac"),
        ("a.mpg", "mpeg2video", "mp2"),
    ],
)
def test_a_camera_that_is_switched_on_late_is_told_late(
    tmp_path: Path, name: str, codec: str, sound: str
) -> None:
    hz = 25
    reel = Reel(moving_face(50), hz, 3.0, codec)
    times_ms, reading = read(write_film(tmp_path / name, reel, sound_s=5, sound=sound))
    assert times_ms[0] == pytest.approx(3000, abs=90)
    assert times_ms[-1] == pytest.approx(4800, abs=90)
    assert reading.end_ms == pytest.approx(5000, abs=130) and reading.notes == []


def test_a_gap_before_the_first_picture_is_the_files_in_mp4(tmp_path: Path) -> None:
    times_ms, reading = read(write_film(tmp_path / "a.mp4", Reel(FACES, start_s=2.0)))
    assert times_ms[0] == 2000 and reading.end_ms == 4000 and reading.notes == []


@pytest.mark.parametrize(
    ("name", "codec", "sound"),
    [("a.webm", "libvpx", "libopus"), ("a.mkv", "mpeg4", "aac"), ("a.ts", "mpeg2video", "mp2")],
)
def test_a_clock_that_starts_again_goes_on_from_where_it_was(
    tmp_path: Path, name: str, codec: str, sound: str
) -> None:
    live: dict[str, str] = {} if name == "a.ts" else {"live": "1"}  # as browsers record
    part = write_film(tmp_path / name, Reel(moving_face(50), 25, 0.0, codec), sound_s=2, sound=sound, **live)
    part.write_bytes(part.read_bytes() * 3)
    times_ms, reading = read(part)
    assert len(times_ms) == pytest.approx(30, abs=1)
    assert reading.end_ms == pytest.approx(6000, abs=250)
    assert all(150 <= later - earlier <= 300 for earlier, later in pairwise(times_ms))
    assert "starts again 2 times" in reading.notes[0] and len(reading.notes) == 1


@pytest.mark.parametrize("hz", [1, 5])
@pytest.mark.parametrize("name", ["a.mkv", "a.mp4", "a.ts"])
def test_few_pictures_a_second_that_are_stored_out_of_order_have_one_clock(
    tmp_path: Path, name: str, hz: int
) -> None:
    ahead = {"bf": "4", "b-adapt": "0"}
    _, reading = read(write_film(tmp_path / name, Reel(FACES, hz, 0.0, "libx264", options=ahead)))
    assert reading.end_ms == 1000 * len(FACES) / hz and reading.notes == []


@pytest.mark.parametrize(
    ("edits_ms", "end_ms"),
    [
        ([(1000, 0)], 1000),
        ([(600, 400)], 600),
        ([(400, 0), (200, 1600)], 600),
        ([(400, 1600), (800, 0)], 1200),
    ],
)
def test_what_an_editor_cut_out_is_neither_seen_nor_another_clock(
    tmp_path: Path, edits_ms: list[tuple[int, int]], end_ms: int
) -> None:
    path = write_film(tmp_path / "a.mp4", Reel(moving_face(50), 25, 0.0, "libx264"))
    path.write_bytes(with_edits(path.read_bytes(), edits_ms))
    times_ms, reading = read(path, 25)
    assert reading.end_ms == pytest.approx(end_ms, abs=90) and reading.notes == []
    assert len(times_ms) == pytest.approx(end_ms / 40, abs=2)


def test_sound_that_goes_on_is_nothing_missing(tmp_path: Path) -> None:
    times_ms, reading = read(write_film(tmp_path / "a.mkv", Reel(FACES), sound_s=10))
    assert len(times_ms) == 10 and reading.notes == []
    assert reading.sound_ms == pytest.approx(8000, abs=150)


@pytest.mark.parametrize(("name", "codec"), [("a.mkv", "libx264"), ("a.avi", "mpeg4")])
def test_what_a_cut_file_declares_is_missing(tmp_path: Path, name: str, codec: str) -> None:
    reel = Reel(moving_face(60), codec=codec)
    _, reading = read(cut(write_film(tmp_path / name, reel, sound_s=6, sound="mp2"), 0.5))
    assert "cut short" in reading.notes[0]


class Stamped:
    """A stream, or a packet of it, as far as the clock reads them."""

    time_base = Fraction(1, 1000)
    start_time = duration = None
    is_discard = False
    index = 0

    def __init__(self, dts: int | None = None) -> None:
        self.dts = self.pts = dts
        self.stream = self


class Held:
    """A container with one stream."""

    duration = None

    class format:  # noqa: N801
        name = "matroska,webm"

    class streams:  # noqa: N801
        audio: list[Stamped] = []


@given(st.lists(st.lists(st.integers(1, 9000), min_size=1, max_size=6), min_size=1, max_size=4))
def test_whatever_parts_are_joined_time_goes_on(parts: list[list[int]]) -> None:
    stream = Stamped()
    clock = FileClock(Held(), stream)
    told = []
    for steps in parts:
        stamp = 0
        for step in (0, *steps):
            stamp += step
            packet = Stamped(stamp)
            clock.place(packet)
            told.append(packet.dts or 0)
    assert told[0] == 0
    assert all(later >= earlier - 300 for earlier, later in pairwise(told))
    joined = sum(sum(steps) > 300 for steps in parts[:-1])
    assert clock.restarts == joined
