"""Replacing an artifact: whatever goes wrong on the way, a whole one stays."""

import shutil
import signal
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from tests import ROOT
from training.artifact_folder import replacing
from training.errors import TrainingError

KILLED_BETWEEN_THE_RENAMES = """
import os, signal, sys
from pathlib import Path
from training.artifact_folder import replacing
whole = Path.rename
def once(self, target):
    whole(self, target)
    os.kill(os.getpid(), signal.SIGKILL)
Path.rename = once
with replacing(Path(sys.argv[1])) as folder:
    (folder / "card.json").write_text("new")
"""


@pytest.fixture
def artifact(tmp_path: Path) -> Path:
    out = tmp_path / "artifact"
    out.mkdir()
    (out / "card.json").write_text("old")
    return out


def written(out: Path) -> str:
    return (out / "card.json").read_text()


def left_beside(out: Path) -> list[str]:
    return [path.name for path in out.parent.iterdir() if path != out]


@pytest.mark.parametrize("there", [True, False])
def test_a_new_artifact_takes_its_place_and_leaves_nothing_beside_it(artifact: Path, there: bool) -> None:
    if not there:
        shutil.rmtree(artifact)
    with replacing(artifact) as folder:
        (folder / "card.json").write_text("new")
        assert artifact.exists() == there
    assert written(artifact) == "new" and left_beside(artifact) == []
    assert stat.S_IMODE(artifact.stat().st_mode) == 0o755


def test_an_export_that_fails_leaves_the_artifact_as_it_was(artifact: Path) -> None:
    with pytest.raises(ZeroDivisionError), replacing(artifact) as folder:
        (folder / "card.json").write_text("half")
        raise ZeroDivisionError
    assert written(artifact) == "old" and left_beside(artifact) == []


def test_a_rename_that_fails_puts_the_old_artifact_back(
    artifact: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = Path.rename

    def refused(self: Path, target: Path) -> Path:
        if self.name.startswith(".artifact-"):
            raise OSError(28, "No space left on device")
        return whole(self, target)

    monkeypatch.setattr(Path, "rename", refused)
    with pytest.raises(OSError, match="No space left"), replacing(artifact) as folder:
        (folder / "card.json").write_text("new")
    assert written(artifact) == "old" and left_beside(artifact) == []


def test_after_a_kill_between_the_renames_the_old_artifact_comes_back_first(artifact: Path) -> None:
    killed = subprocess.run(
        [sys.executable, "-c", KILLED_BETWEEN_THE_RENAMES, str(artifact)], cwd=ROOT, check=False
    )
    assert killed.returncode == -signal.SIGKILL and not artifact.exists()
    with pytest.raises(ZeroDivisionError), replacing(artifact):
        raise ZeroDivisionError  # the next export fails too
    assert written(artifact) == "old"


def test_no_half_copied_artifact_is_ever_seen(artifact: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def torn(*_: object, **__: object) -> None:
        raise OSError(5, "Input/output error")

    for name in ("copytree", "copy", "copy2", "copyfile"):
        monkeypatch.setattr(shutil, name, torn)
    with replacing(artifact) as folder:
        inode = folder.stat().st_ino
        (folder / "card.json").write_text("new")
    assert written(artifact) == "new" and artifact.stat().st_ino == inode


def test_a_link_is_followed_and_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to("real")
    for text in ("first", "second"):
        with replacing(tmp_path / "link") as folder:
            (folder / "card.json").write_text(text)
    assert (tmp_path / "link").is_symlink() and (tmp_path / "real" / "card.json").read_text() == "second"
    (tmp_path / "file").touch()
    with pytest.raises(TrainingError, match="wanted a folder"), replacing(tmp_path / "file"):
        pass
    assert {path.name for path in tmp_path.iterdir()} == {"real", "link", "file"}
