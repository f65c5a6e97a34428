"""`python -m dashboard.analyse` as a person runs it: files in, sessions and a CSV out."""

import csv
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from dashboard.analyse import main
from dashboard.export.formats.columns import LONG_HEADER
from db.engine import open_database
from db.reports import get_session, list_sessions
from tests import ROOT
from tests.made.media import face_grid
from tests.made.photos import bgr_png, png_that_declares
from tests.made.signals import HANG_UP
from tests.made.videos import cut, moving_face, write_video
from tests.made.waiting import wait_until

COMMAND = [sys.executable, "-m", "dashboard.analyse"]
pytestmark = pytest.mark.timeout(300)


def run(*arguments: object, code: int = 0, **environment: str) -> subprocess.CompletedProcess[str]:
    found = subprocess.run(
        [*COMMAND, *map(str, arguments)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, **environment},
    )
    assert found.returncode == code, found.stdout + found.stderr
    return found


def complaint(capsys: pytest.CaptureFixture[str], *arguments: object, code: int) -> str:
    """What a command says that goes wrong; in this process, for most of such a command is its start."""
    try:
        found = main([*map(str, arguments)])
    except SystemExit as end:
        found = int(str(end.code))
    told = capsys.readouterr()
    assert found == code, told.err
    return told.err


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        assert tuple(reader.fieldnames or ()) == LONG_HEADER
        return list(reader)


def leftovers(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir() if "part" in path.name]


def photo(path: Path, faces: int) -> Path:
    path.write_bytes(bgr_png(face_grid(1, faces, 300 * faces, 300)))
    return path


def test_good_files_are_written_and_bad_ones_named(tmp_path: Path) -> None:
    good = write_video(tmp_path / "clip.mp4", moving_face(20))
    short = cut(write_video(tmp_path / "short.mkv", moving_face(60), codec="libx264"), 0.5)
    faces = photo(tmp_path / "people.png", 3)
    bad = {name: tmp_path / name for name in ("text.mp4", "huge.png", "missing.mov", "folder")}
    bad["text.mp4"].write_text("no video")
    bad["huge.png"].write_bytes(png_that_declares(50_000, 50_000))
    bad["folder"].mkdir()
    out, told = tmp_path / "out.csv", tmp_path / "out.json"
    given = (good, short, faces, *bad.values())
    found = run(*given, "--csv", out, "--json", told, "--annotate", tmp_path / "drawn", code=1)

    titles = {row["session_title"] for row in rows(out)}
    assert titles == {"clip.mp4", "short.mkv", "people.png"}
    people = [row for row in rows(out) if row["session_title"] == "people.png"]
    assert [row["track_id"] for row in people] == ["1", "2", "3"]
    assert all(row["dominant"] and row["time_s"] == "0.0000" for row in people)
    assert "cut short" in found.stdout and "1 person" in found.stdout
    assert all(f"{name}: failed" in found.stderr for name in bad)
    files = json.loads(told.read_text(encoding="utf-8"))["files"]
    assert [file["state"] for file in files] == ["done"] * 3 + ["failed"] * 4
    assert files[0]["frames"] == 10 and files[2]["people"] == 3
    drawn = sorted(path.name for path in (tmp_path / "drawn").iterdir())
    assert drawn == [
        "clip-annotated.mp4",
        "people-annotated.jpg",
        "short-annotated.mp4",
    ]
    assert not leftovers(tmp_path)


def test_sessions_are_ordinary_and_a_second_run_skips_them(tmp_path: Path) -> None:
    clip = write_video(tmp_path / "clip.mp4", moving_face(20))
    url = f"sqlite:///{(tmp_path / 'a.db').as_posix()}"
    stated = ("--purpose", "research", "--region", "other", "--consent")
    run(clip, "--database", url, *stated)
    again = run(clip, "--database", url, "--csv", tmp_path / "folder", *stated)
    assert "analysed before, session 1" in again.stdout
    assert [path.name for path in (tmp_path / "folder").iterdir()] == ["attune-1-clip-mp4.csv"]
    engine = open_database(url)
    (session,) = list_sessions(engine)
    assert (session.title, session.end_reason, session.frames) == ("clip.mp4", "source_ended", 10)
    assert session.duration_ms == pytest.approx(2000, abs=100)
    assert (session.purpose, session.region) == ("research", "elsewhere")
    assert session.consent_at is not None and "has agreed" in str(session.consent_text)
    run(clip, "--database", url, "--hz", 2)
    assert len(list_sessions(engine)) == 2
    engine.dispose()


def test_work_in_the_eu_counts_presence_only(tmp_path: Path) -> None:
    faces = photo(tmp_path / "people.png", 2)
    url = f"sqlite:///{(tmp_path / 'a.db').as_posix()}"
    found = run(
        faces, "--database", url, "--csv", tmp_path / "o.csv", "--purpose", "work", "--region", "eu-uk"
    )
    assert "Article 5(1)(f)" in found.stderr and "faces counted only" in found.stdout
    assert {row["happy"] for row in rows(tmp_path / "o.csv")} == {""}
    engine = open_database(url)
    session = get_session(engine, 1)
    assert (session.model_name, session.consent_at) == ("presence only", None)
    engine.dispose()


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["a.mp4"], 2, "--csv"),
        (["a.mp4", "--csv", "o.csv", "--hz", "100"], 2, "0.5 to 30"),
        (["a.mp4", "--csv", "a.mp4"], 2, "read and to be written"),
        (["a.mp4", "--csv", "o.csv", "--json", "o.csv"], 2, "name another file for one of them"),
        (["a.mp4", "--csv", "o.csv", "--annotate", "o.csv"], 2, "name another file for one of them"),
        (["a.mp4", "--json", "o.csv", "--csv", "o.csv/x.csv"], 2, "which --json makes a file"),
        (["a.mp4", "--csv", "/proc/nope/o.csv"], 2, "--csv /proc/nope/o.csv cannot be written"),
        (["a.mp4", "--json", "/dev/null/deep/o.json"], 2, "name a place where files may be made"),
        (["a.mp4", "--csv", "o.csv", "--annotate", "/proc/nope"], 2, "--annotate /proc/nope cannot be"),
        (["a.mp4", "--csv", "/dev/null/out"], 2, "--csv /dev/null/out cannot be written"),
        (["a.mp4", "--csv", "o.csv", "--region", "mars"], 2, "eu-uk"),
        (["a.mp4", "--database", "nonsense"], 4, "not understood"),
        (["a.mp4", "--csv", "o.csv"], 3, "no such file"),
    ],
)
def test_a_wrong_command_says_what_is_wrong(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], code: int, said: str
) -> None:
    placed = [str(tmp_path / word) if word.endswith((".mp4", ".csv")) else word for word in arguments]
    assert said in complaint(capsys, *placed, code=code)
    assert not list(tmp_path.iterdir())


def test_a_file_where_a_folder_is_meant_is_said_before_the_work_and_stays(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    film, out, told = tmp_path / "a.mp4", tmp_path / "results", tmp_path / "o.json"
    out.write_text("mine")
    assert "a folder is meant" in run(film, "--csv", out, code=2).stderr
    assert "it is a folder" in complaint(capsys, film, "--json", tmp_path, code=2)
    said = complaint(capsys, film, "--json", told, "--annotate", out, code=2)
    assert "it is a file, and a folder is meant" in said
    assert [path.name for path in tmp_path.iterdir()] == ["results"] and out.read_text() == "mine"


def test_trying_a_place_takes_nothing_away(tmp_path: Path) -> None:
    for name in (".part", "o.json.part"):
        (tmp_path / name).write_text("mine")
    run(tmp_path / "a.mp4", "--csv", tmp_path, "--json", tmp_path / "o.json", code=3)
    assert {path.name for path in tmp_path.iterdir()} >= {".part", "o.json.part"}


def test_a_result_that_fails_in_the_end_does_not_take_the_others_with_it(tmp_path: Path) -> None:
    (tmp_path / "out" / "attune-1-people-png.csv").mkdir(parents=True)
    told = tmp_path / "out.json"
    found = run(photo(tmp_path / "people.png", 1), "--csv", tmp_path / "out", "--json", told, code=4)
    assert "out could not be written: Is a directory." in found.stderr
    assert json.loads(told.read_text(encoding="utf-8"))["files"][0]["people"] == 1


@pytest.mark.skipif(sys.platform != "linux", reason="file names are bytes there alone")
def test_a_name_of_any_bytes_is_one_line_to_read(tmp_path: Path) -> None:
    named = Path(os.fsdecode(os.fsencode(tmp_path) + b"/bad\xff\n\x1b[31m \xc3\x9cbung.png"))
    photo(tmp_path / "people.png", 1).rename(named)
    told = tmp_path / "out.json"
    found = run(named, tmp_path / "mis\nsing.mp4", "--json", told, code=1, PYTHONIOENCODING="ascii")
    assert found.stdout.startswith("bad [31m ?bung.png: session 1, a photo, 1 person")
    assert found.stdout.count("\n") == 1 and "\x1b" not in found.stdout + found.stderr
    assert found.stderr.startswith("mis sing.mp4: failed.")
    assert json.loads(told.read_text(encoding="utf-8"))["files"][0]["file"] == "bad [31m Übung.png"


@pytest.mark.skipif(sys.platform == "win32", reason="no SIGINT to a process there")
def test_ctrl_c_leaves_nothing_half_made(tmp_path: Path) -> None:
    clip = write_video(tmp_path / "clip.mkv", moving_face(2), [0, 3_000_000])
    url = f"sqlite:///{(tmp_path / 'a.db').as_posix()}"
    drawn = tmp_path / "drawn"
    command = [
        *COMMAND,
        str(clip),
        "--database",
        url,
        "--csv",
        str(tmp_path / "o.csv"),
        "--annotate",
        str(drawn),
    ]
    before = signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background job ignores it
    try:
        running = subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True)
    finally:
        signal.signal(signal.SIGINT, before)
    wait_until(lambda: drawn.is_dir() and any(drawn.iterdir()), within_s=120)
    os.kill(running.pid, signal.SIGINT)
    _, said = running.communicate(timeout=60)
    assert running.returncode == 130 and "interrupted" in said
    assert not (tmp_path / "o.csv").exists() and not list(drawn.iterdir())
    engine = open_database(url)
    assert list_sessions(engine) == []
    engine.dispose()


@pytest.mark.skipif(sys.platform == "win32", reason="no such signals there")
@pytest.mark.parametrize("told", [signal.SIGKILL, signal.SIGTERM, HANG_UP])
def test_a_killed_command_leaves_no_sessions_and_no_process_behind(
    tmp_path: Path, told: signal.Signals
) -> None:
    clip = write_video(tmp_path / "clip.mkv", moving_face(2), [0, 3_000_000])
    place = tmp_path / "tmp"
    place.mkdir()
    command = [*COMMAND, str(clip), "--csv", str(tmp_path / "o.csv"), "--quiet"]
    running = subprocess.Popen(command, cwd=ROOT, env={**os.environ, "TMPDIR": str(place)})
    wait_until(lambda: [*place.glob("attune-*/sessions.db")], within_s=120)
    me = psutil.Process(running.pid)
    wait_until(lambda: any("worker" in " ".join(one.cmdline()) for one in me.children()), within_s=60)
    started = me.children(recursive=True)
    running.send_signal(told)
    running.wait(60)
    wait_until(lambda: not [*place.glob("attune-*")])
    wait_until(lambda: not any(one.is_running() for one in started))
