"""A tiny network trained for real on made-up pictures, once for every test that looks at it."""

import os
from fcntl import LOCK_EX, flock
from pathlib import Path
from shutil import copytree

import numpy as np
import pytest

from training.datasets import PUBLIC_TEST, TRAINING, LabelledImages
from training.datasets.arrays import write_arrays

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

CONFIG = """
[network.options]
channels = [8, 16]
blocks = [1, 1]
dropout = 0.2
[schedule]
epochs = 3
batch_size = 32
warmup_epochs = 1
mixed_precision = false
[finish]
epochs = 1
[runtime]
flip_averaged = true
zooms = [1.0, 1.1]
"""


@pytest.fixture(scope="session")
def sources(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A config, and 192 pictures whose class is told by where a bright bar lies."""
    folder = tmp_path_factory.mktemp("sources")
    rng = np.random.default_rng(0)
    labels = np.arange(192) % 7
    x = rng.integers(0, 80, (192, 48, 48))
    for image, label in zip(x, labels, strict=True):
        image[label * 6 : label * 6 + 6] += 150
    usage = np.where(np.arange(192) < 128, TRAINING, PUBLIC_TEST)
    write_arrays(folder / "data.npz", LabelledImages.of(x.astype(np.uint8), labels, usage))
    (folder / "tiny.toml").write_text(CONFIG)
    return folder / "tiny.toml", folder / "data.npz"


def arguments(sources: tuple[Path, Path], out: Path) -> list[str]:
    return ["--config", str(sources[0]), "--data", str(sources[1]), "--out", str(out)]


@pytest.fixture(scope="session")
def whole_run(sources: tuple[Path, Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Of each test worker its own copy, for tests write into it; the first one that asks trains it."""
    from training.train import main

    own = tmp_path_factory.mktemp("whole")
    base = tmp_path_factory.getbasetemp()
    shared = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "trained"
    shared.mkdir(exist_ok=True)
    with (shared / "lock").open("w") as lock:
        flock(lock, LOCK_EX)
        if not (shared / "run").exists():
            assert main(arguments(sources, own / "run")) == 0
            copytree(own / "run", shared / "run")
    if not (own / "run").exists():
        copytree(shared / "run", own / "run")
    return own / "run"
