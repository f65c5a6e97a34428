"""Recordings that were copied one behind the other are read one after the other, whatever is in each."""

from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.errors import RecordingError
from dashboard.files.frames import SampledVideo, VideoReading
from dashboard.files.parts import MOST_PARTS, WALKS, parts_of
from dashboard.files.scan import scanned_s
from model.images import Image
from tests.made.films import Reel, write_film
from tests.made.videos import moving_face

HZ, SECONDS = 10, 1.5
FACES = moving_face(round(HZ * SECONDS))
LARGE = moving_face(round(HZ * SECONDS), (320, 240))
FRAGMENTED = "frag_keyframe+empty_moov"
LIVE = {"live": "1"}

Written = tuple[str, str, str, dict[str, str]]
"""A container by its suffix, codecs of pictures and sound ("" for none), and the container's options."""
MP4: Written = ("mp4", "mpeg4", "aac", {})
WEBM: Written = ("webm", "libvpx", "libopus", LIVE)
JOINED: dict[str, list[Written]] = {
    "mp4": [MP4, MP4],
    "mp4 in fragments": [("mp4", "mpeg4", "aac", {"movflags": FRAGMENTED})] * 3,
    "webm of a browser": [WEBM] * 3,
    "webm, another codec": [WEBM, ("webm", "libvpx-vp9", "libopus", LIVE)],
    "webm, sound in the second only": [("webm", "libvpx", "", LIVE), WEBM],
    "mkv that knows its length": [("mkv", "mpeg4", "aac", {})] * 2,
    "ogg": [("ogv", "libvpx", "libopus", {})] * 2,
    "flv": [("flv", "flv", "aac", {})] * 2,
    "wmv": [("wmv", "wmv2", "wmav2", {})] * 2,
    "ivf": [("ivf", "libvpx", "", {})] * 2,
}


def read(path: Path, hz: float = HZ) -> tuple[list[int], list[tuple[int, ...]], VideoReading]:
    source = SampledVideo(path, hz)
    try:
        looks = [(timed.offset_ms, timed.image.shape[:2]) for timed in source]
    finally:
        source.close()
    return [time_ms for time_ms, _ in looks], [shape for _, shape in looks], source.reading


def part(folder: Path, written: Written, images: Sequence[Image] = FACES) -> bytes:
    suffix, codec, sound, options = written
    reel = Reel(images, HZ, 0.0, codec)
    path, sound_s = folder / f"part.{suffix}", SECONDS if sound else 0.0
    return write_film(path, reel, sound_s=sound_s, sound=sound or "aac", form=None, **options).read_bytes()


@pytest.mark.parametrize("kind", JOINED)
def test_every_part_is_read_behind_the_one_before(tmp_path: Path, kind: str) -> None:
    written = JOINED[kind]
    path = tmp_path / "joined.bin"
    path.write_bytes(b"".join(part(tmp_path, one, LARGE if i else FACES) for i, one in enumerate(written)))
    times_ms, shapes, reading = read(path)
    whole_ms = 1000 * SECONDS * len(written)
    assert reading.end_ms == pytest.approx(whole_ms, abs=100 * len(written))
    assert len(times_ms) == pytest.approx(whole_ms / 100, abs=len(written))
    assert all(0 < later - earlier <= 250 for earlier, later in pairwise(times_ms))
    assert set(shapes[15 - 1 :: 15]) >= {FACES[0].shape[:2]} and shapes[-1] == LARGE[0].shape[:2]
    assert len(reading.notes) == 1 and "starts again" in reading.notes[0]
    assert scanned_s(path) == pytest.approx(whole_ms / 1000, abs=0.2 * len(written))


def test_a_part_that_cannot_be_read_is_told_and_the_next_one_is_read(tmp_path: Path) -> None:
    whole = part(tmp_path, MP4)
    broken = whole.replace(b"trak", b"tric")
    (path := tmp_path / "a.mp4").write_bytes(whole + broken + whole)
    _, _, reading = read(path)
    assert reading.end_ms == pytest.approx(3000, abs=150)
    assert "Part 2 of 3 of the file could not be read and is left out." in reading.notes


def test_a_clock_that_goes_on_in_the_next_part_makes_no_gap(tmp_path: Path) -> None:
    first, second = (
        write_film(tmp_path / f"{n}.mp4", Reel(FACES, HZ, n * SECONDS), movflags=FRAGMENTED).read_bytes()
        for n in (0, 1)
    )
    (path := tmp_path / "a.mp4").write_bytes(first + second)
    times_ms, _, reading = read(path)
    assert len(times_ms) == 30 and reading.end_ms == pytest.approx(3000, abs=100)


def test_a_usual_file_has_one_part(tmp_path: Path) -> None:
    for written in (MP4, WEBM):
        path = tmp_path / "a.bin"
        path.write_bytes(part(tmp_path, written))
        assert [(one.start, one.end) for one in parts_of(path)] == [(0, None)]


def test_more_parts_than_anybody_joins_are_refused(tmp_path: Path) -> None:
    (path := tmp_path / "a.ivf").write_bytes((b"DKIF" + bytes(28)) * (MOST_PARTS + 2))
    with pytest.raises(RecordingError, match="Join fewer"):
        parts_of(path)


@given(st.sampled_from([(at, sign) for at, sign, _ in WALKS]), st.binary(max_size=200), st.integers(1, 3))
def test_whatever_follows_a_known_beginning_parts_are_in_order(
    tmp_path_factory: pytest.TempPathFactory, begin: tuple[int, bytes], rest: bytes, times: int
) -> None:
    at, sign = begin
    path = tmp_path_factory.getbasetemp() / "any.bin"
    path.write_bytes((bytes(at) + sign + rest) * times)
    parts = parts_of(path)
    assert parts[0].start == 0
    assert all(one.end == other.start and one.start < other.start for one, other in pairwise(parts))
