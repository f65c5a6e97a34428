"""Small files that would bind a core or fill the memory are refused soon, in a sentence with the bound."""

import resource
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from PIL import Image as Pillow

from dashboard.errors import RecordingError
from dashboard.recordings import bounds
from dashboard.recordings.bounds import Bounds, longest_s
from dashboard.recordings.messages import Done, Look, Message, Part, Refused, Task
from dashboard.recordings.process import AnalysisProcess, ProcessEndedError
from tests import ROOT
from tests.made.videos import moving_face, write_video

GIF_STAYS_MS = 655_350
"""The longest that a GIF can ask for."""


def told(path: Path, look: Look | None = None) -> list[Message]:
    """What the process answers about one file, without what it finds."""
    process = AnalysisProcess()
    try:
        every = list(process.analyse(Task(path, look or Look())))
        return [message for message in every if not isinstance(message, Part)]
    finally:
        process.close()


def flat(width_px: int, height_px: int, count: int) -> list[Pillow.Image]:
    return [Pillow.new("P", (width_px, height_px), 1 + number % 200) for number in range(count)]


def write_gif(path: Path, pictures: list[Pillow.Image], stays_ms: int) -> Path:
    """As small as a GIF gets: every picture after the first is a single pixel's change."""
    pictures[0].save(path, save_all=True, append_images=pictures[1:], duration=stays_ms, optimize=False)
    return path


def sentence(messages: list[Message]) -> str:
    [refused] = messages
    assert isinstance(refused, Refused), refused
    return refused.sentence


def test_a_small_gif_that_goes_on_for_weeks_is_refused_before_its_pictures_are_analysed(
    tmp_path: Path,
) -> None:
    path = write_gif(tmp_path / "weeks.gif", flat(48, 27, 2000), GIF_STAYS_MS)
    assert path.stat().st_size < 200_000
    refused = sentence(told(path))
    assert "goes on for 364 h" in refused and "of pictures of 48 x 27 in" in refused


def test_a_small_webp_that_goes_on_for_weeks_too(tmp_path: Path) -> None:
    path, pictures = tmp_path / "weeks.webp", [Pillow.new("RGB", (16, 16), (n, n, n)) for n in range(90)]
    pictures[0].save(path, save_all=True, append_images=pictures[1:], duration=3_500_000)
    assert "goes on for 87 h" in sentence(told(path))


def test_a_small_gif_of_huge_pictures_is_refused_with_the_memory_that_one_may_take(tmp_path: Path) -> None:
    path = write_gif(tmp_path / "huge.gif", flat(6900, 6900, 3), 100)
    assert path.stat().st_size < 200_000
    before_kb = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    refused = sentence(told(path))
    assert "MB of memory" in refused and "Save it with smaller pictures" in refused
    if before_kb < 800_000:
        assert resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss < 800_000


def test_the_process_goes_on_with_the_next_file_as_if_nothing_had_been(tmp_path: Path) -> None:
    bad = write_gif(tmp_path / "huge.gif", flat(6900, 6900, 3), 100)
    good = write_video(tmp_path / "good.mp4", moving_face(12))
    process = AnalysisProcess()
    try:
        assert isinstance(list(process.analyse(Task(bad, Look())))[-1], Refused)
        assert isinstance(list(process.analyse(Task(good, Look())))[-1], Done)
    finally:
        process.close()


def test_a_call_that_never_ends_is_ended_by_the_system_and_told_with_its_bound() -> None:
    one_second = (
        "import sys; from pathlib import Path; from dashboard.recordings import bounds\n"
        "bounds.PICTURE_CPU_S = 1\n"
        "with bounds.Bounds(Path(sys.argv[1]), 5.0):\n"
        "    max(iter(lambda: 0, 1))\n"
    )
    done = subprocess.run([sys.executable, "-c", one_second, "."], check=False, cwd=ROOT, timeout=100)
    assert done.returncode == -signal.SIGXCPU
    assert bounds.ended_by(done.returncode) == bounds.PICTURE_TOO_COSTLY
    assert bounds.ended_by(0) is bounds.ended_by(-signal.SIGKILL) is None


def test_a_process_ended_by_a_bound_says_so_to_whoever_waits(tmp_path: Path) -> None:
    path = write_video(tmp_path / "clip.mp4", moving_face(12))
    process = AnalysisProcess()
    process._process.send_signal(signal.SIGXCPU)
    with pytest.raises(ProcessEndedError, match="120 s of processor time"):
        list(process.analyse(Task(path, Look())))
    process.close()


def test_processor_time_is_bounded_by_the_second_of_the_file(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"x")
    with Bounds(tmp_path / "file", 5.0) as watch:
        watch.looked(1.0)
        watch._began_s = time.process_time() - bounds.CPU_FREE_S - bounds.CPU_PER_S - 1
        with pytest.raises(
            RecordingError, match=r"at most 20 s of processor time a second; of this one 1\.0 s"
        ):
            watch.looked(1.0)


@pytest.mark.parametrize(
    ("size_bytes", "width", "height", "hours"),
    [(400_000, 1920, 1080, 1), (40_000_000, 640, 360, 10), (2_000_000_000, 3840, 2160, 12)],
    ids=["slides that hardly change", "a long call", "a conference in 2160p"],
)
def test_honest_files_are_far_from_the_bound(size_bytes: int, width: int, height: int, hours: float) -> None:
    assert longest_s(size_bytes, width, height) >= hours * 3600


def test_a_still_screen_recorded_for_minutes_is_analysed_to_its_end(tmp_path: Path) -> None:
    [image] = moving_face(1)
    path = write_video(tmp_path / "still.mkv", [image, np.roll(image, 2, 1)], [0, 300_000])
    [*_, done] = told(path, Look(hz=0.5, scored=False))
    assert isinstance(done, Done) and done.end_ms >= 300_000


def test_the_limits_are_lifted_after_the_file(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"x")
    kinds = (resource.RLIMIT_DATA, resource.RLIMIT_CPU)
    with Bounds(tmp_path / "file", 5.0):
        assert all(resource.getrlimit(kind)[0] != resource.getrlimit(kind)[1] for kind in kinds)
    assert all(resource.getrlimit(kind)[0] == resource.getrlimit(kind)[1] for kind in kinds)
