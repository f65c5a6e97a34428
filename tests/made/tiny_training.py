"""A tiny network trained for real on made-up pictures, once for every test that looks at it."""

import os
from pathlib import Path

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
    from training.train import main

    out = tmp_path_factory.mktemp("whole") / "run"
    assert main(arguments(sources, out)) == 0
    return out
