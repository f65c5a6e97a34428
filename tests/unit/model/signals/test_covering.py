"""Which parts are covered: a real face with made things before it, in made lights."""

from functools import cache
from pathlib import Path

import numpy as np
import pytest

from model.errors import LandmarkError
from model.faces import Faces
from model.images import Image
from model.signals import SignalReader, with_signals
from model.signals.covering import CARD_FILE, FOLDER, NETWORK_FILE, CoveringNetwork, standardised
from tests.made.media import astronaut
from training.covering.canvas import Canvas
from training.covering.coverings import HARMLESS, HIDING
from training.covering.lights import LIGHTS

FACE = np.array([176, 62, 270, 182], np.float32)
SEEDS = range(8)


@cache
def reader() -> SignalReader:
    return SignalReader()


def hidden(image: Image) -> bool:
    """Whether anything of the portrait is told as covered."""
    faces = Faces(FACE[None], np.ones(1, np.float32))
    faces = with_signals(faces, [reader().landmarks(image, FACE, 0.0, 120.0)])
    assert faces.eyes_hidden is not None and faces.mouth_hidden is not None
    return bool(faces.eyes_hidden[0] > 0.2 or faces.mouth_hidden[0] > 0.5)


def painted(name: str, seed: int) -> Image:
    mesh = reader().landmarks(astronaut(), FACE, 0.0, 120.0)
    assert mesh is not None
    canvas = Canvas.of(astronaut(), mesh.mesh)
    (HIDING | HARMLESS)[name](canvas, np.random.default_rng(seed))
    return np.asarray(np.clip(canvas.image, 0, 255), np.uint8)


@pytest.mark.parametrize("name", ["mask", "sunglasses", "hand before both eyes", "band over the eyes"])
def test_what_hides_a_part_is_told(name: str) -> None:
    assert np.mean([hidden(painted(name, seed)) for seed in SEEDS]) >= 0.75


@pytest.mark.parametrize("name", HARMLESS)
def test_what_hides_nothing_is_not_told(name: str) -> None:
    assert np.mean([hidden(painted(name, seed)) for seed in SEEDS]) <= 0.25


@pytest.mark.parametrize("name", LIGHTS)
def test_no_light_covers_a_face(name: str) -> None:
    lit = [LIGHTS[name](astronaut(), np.random.default_rng(seed)) for seed in SEEDS]
    assert np.mean([hidden(image) for image in lit]) <= 0.25


def test_light_and_contrast_cancel_out() -> None:
    crop = np.random.default_rng(0).integers(0, 200, (1, 40, 40)).astype(np.uint8)
    paler = (crop * 0.5 + 60).astype(np.uint8)
    assert np.abs(standardised(crop) - standardised(paler)).max() < 0.1


def test_a_changed_or_missing_network_is_named_with_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(LandmarkError, match=r"restore it"):
        CoveringNetwork(tmp_path)
    (tmp_path / CARD_FILE).write_bytes((FOLDER / CARD_FILE).read_bytes())
    (tmp_path / NETWORK_FILE).write_bytes(b"another")
    with pytest.raises(LandmarkError, match="sha256"):
        CoveringNetwork(tmp_path)
