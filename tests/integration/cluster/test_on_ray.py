"""Recordings on Ray's workers: each made into one session, whatever happens to who analyses it."""

import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from dashboard.cluster.run import LOCAL, ClusterRun, NoRayError
from dashboard.cluster.worker import POISON, FarOrder
from dashboard.recordings.messages import Look
from dashboard.recordings.sessions import Statement
from db.engine import open_database
from db.reports import list_sessions
from tests import ROOT
from tests.made.alone import Cluster, alone, cluster, needs_a_namespace, needs_ray
from tests.made.videos import moving_face, write_video

pytestmark = [needs_ray, pytest.mark.timeout(300)]


@pytest.fixture
def clips(tmp_path: Path) -> Path:
    """Four films of different lengths, and a file that is none."""
    needs_a_namespace()
    folder = tmp_path / "clips"
    (folder / "below").mkdir(parents=True)
    for number in range(4):
        write_video(folder / "below" / f"{number}.mp4", moving_face(20 + 5 * number))
    (folder / "none.mp4").write_bytes(b"no film")
    return folder


def url_in(folder: Path) -> str:
    return f"sqlite:///{folder}/attune.db"


@pytest.fixture(scope="module")
def ray() -> Iterator[Cluster]:
    needs_a_namespace()
    with cluster() as running:
        yield running


def on_ray(ray: Cluster, *arguments: object) -> dict[str, Any]:
    given = (*map(str, arguments), "--ray", ray.address)
    command = ray.beside(sys.executable, "-m", "tests.made.on_ray", *given)
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    [line] = [one for one in done.stdout.splitlines() if one.startswith("{")]  # Ray tells of who died, too
    told: dict[str, Any] = json.loads(line)
    return told


def titles(folder: Path) -> Sequence[str]:
    engine = open_database(url_in(folder))
    found = list_sessions(engine)
    engine.dispose()
    assert all(one.ended_at and one.frames for one in found)
    return sorted(one.title for one in found)


def test_a_folder_is_analysed_and_the_same_command_goes_on_where_it_stopped(
    clips: Path, tmp_path: Path
) -> None:
    command = alone(
        *(sys.executable, "-m", "dashboard.analyse", str(clips), "--ray", "local", "--quiet"),
        *("--database", url_in(tmp_path), "--json", str(tmp_path / "out.json")),
    )
    first = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (first.returncode, "none.mp4: failed" in first.stderr) == (1, True), first.stderr
    write_video(clips / "4.mp4", moving_face(60))
    second = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (second.returncode, "none.mp4: failed" in second.stderr) == (1, True), second.stderr
    told = json.loads((tmp_path / "out.json").read_text(encoding="utf-8"))["files"]
    states = {one["file"]: one["state"] for one in told}
    assert states.pop("none.mp4") == "failed"
    assert states == {"4.mp4": "done"} | {f"{number}.mp4": "skipped" for number in range(4)}
    assert titles(tmp_path) == [f"{number}.mp4" for number in range(5)]


def test_who_is_killed_leaves_nothing_and_another_one_makes_the_session(
    ray: Cluster, clips: Path, tmp_path: Path
) -> None:
    told = on_ray(ray, clips, url_in(tmp_path), "--kill", 2)
    assert told["killed"] == 2
    made = [name for name, (state, *_) in told["files"].items() if state == "done"]
    left = [name for name, (_, notes, _) in told["files"].items() if notes == [POISON]]
    assert sorted([*made, *left, "none.mp4"]) == ["0.mp4", "1.mp4", "2.mp4", "3.mp4", "none.mp4"]
    assert list(titles(tmp_path)) == sorted(made)
    assert len(left) <= 1


def test_a_file_that_brings_two_workers_down_is_left_and_named(
    ray: Cluster, clips: Path, tmp_path: Path
) -> None:
    told = on_ray(ray, clips / "below" / "0.mp4", url_in(tmp_path), "--jobs", 1, "--kill", 9)
    assert told["killed"] == 2
    assert told["files"] == {"0.mp4": ["failed", [POISON], None]}
    assert titles(tmp_path) == []


def test_what_is_cancelled_leaves_nothing(ray: Cluster, clips: Path, tmp_path: Path) -> None:
    told = on_ray(ray, clips / "below", url_in(tmp_path), "--cancel")
    assert "cancelled" in [state for state, *_ in told["files"].values()]
    made = [name for name, (state, *_) in told["files"].items() if state == "done"]
    assert list(titles(tmp_path)) == sorted(made)


def test_a_machine_too_busy_for_ray_to_start_is_tried_again_and_then_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    tried = []

    def too_slow(**told: object) -> None:
        tried.append(told)
        raise Exception("The current node timed out during startup.")

    monkeypatch.setattr("ray.init", too_slow)
    order = FarOrder("sqlite:///none.db", "r" * 32, Look(), Statement())
    with pytest.raises(NoRayError, match="timed out during startup"):
        ClusterRun([], order, LOCAL)
    assert len(tried) == 2
