"""A model card made by code, with an artifact folder that fits it."""

import hashlib
from pathlib import Path
from typing import Any

import numpy as np

from model.card import CARD_FILE, ModelCard
from model.emotions import EMOTIONS

NAMES = tuple(str(emotion) for emotion in EMOTIONS)
CONTENT = b"not a network, but a file with a sum"


def evaluation(seed: int = 3) -> dict[str, Any]:
    """An evaluation as `training.evaluate` gives it, of invented counts."""
    random = np.random.default_rng(seed)
    confusion = random.integers(2, 40, (7, 7)) + np.diag(random.integers(120, 500, 7))
    right, support, named = np.diag(confusion), confusion.sum(axis=1), confusion.sum(axis=0)
    figures = np.stack([right / named, right / support, 2 * right / (named + support)], axis=1)
    accuracy = float(right.sum() / confusion.sum())
    return {
        "split": "PublicTest",
        "n": int(confusion.sum()),
        "accuracy": accuracy,
        "ci95": [accuracy - 0.015, accuracy + 0.015],
        "macro_f1": float(figures[:, 2].mean()),
        "accuracy_unseen": accuracy - 0.02,
        "ece_before": 0.081,
        "ece_after": 0.017,
        "not_sure_share": 0.21,
        "accuracy_when_sure": 0.78,
        "per_class": {
            name: {"precision": p, "recall": r, "f1": f, "support": int(n)}
            for name, (p, r, f), n in zip(NAMES, figures.tolist(), support, strict=True)
        },
        "confusion": confusion.tolist(),
        "reliability": [{"score": s / 10, "accuracy": s / 10 - 0.02, "n": 40 * s} for s in range(2, 11)],
    }


def made_card(**changes: Any) -> ModelCard:
    """A card that fits `write_artifact`'s file."""
    values: dict[str, Any] = {
        "name": "made48",
        "labels": NAMES,
        "input_size_px": 48,
        "value_range": (0.0, 255.0),
        "crop_margin": 1.2,
        "crop_aligned": True,
        "temperature": 1.31,
        "min_share": 0.4,
        "min_lead": 0.1,
        "created": "2026-03-05T10:00:00+00:00",
        "files": {"model.tflite": hashlib.sha256(CONTENT).hexdigest()},
        "runtime_file": "model.tflite",
        "architecture": "residual, depthwise",
        "parameters": 912_345,
        "multiply_adds": 31_000_000,
        "seed": 5,
        "minutes": 61.0,
        "datasets": {
            "name": "Invented",
            "Training": dict.fromkeys(NAMES, 100),
            "PublicTest": dict.fromkeys(NAMES, 9),
        },
        "evaluation": evaluation(),
        "notes": ("Invented for a test.",),
    }
    return ModelCard(**(values | changes))


def write_artifact(folder: Path, card: ModelCard | None = None) -> Path:
    """Writes the card and its file into `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "model.tflite").write_bytes(CONTENT)
    (folder / CARD_FILE).write_text((card or made_card()).to_json(), encoding="utf-8")
    return folder
