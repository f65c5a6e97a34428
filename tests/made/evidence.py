"""Invented curves, robustness, other data, cleaning and networks tried, in the form a card has them."""

from typing import Any

import numpy as np

from tests.made.card import NAMES


def curves(epochs: int, accuracy: float = 0.65, val_accuracy: float = 0.6) -> tuple[dict[str, float], ...]:
    """Rows of a run that ends at those accuracies."""
    rise = np.linspace(0.4, 1, epochs)
    return tuple(
        {
            "epoch": float(epoch + 1),
            "loss": float(2 - rise[epoch]),
            "accuracy": float(accuracy * rise[epoch]),
            "val_loss": float(2.1 - rise[epoch]),
            "val_accuracy": float(val_accuracy * rise[epoch]),
            "seconds": 60.0,
        }
        for epoch in range(epochs)
    )


def _condition(name: str, accuracy: float) -> dict[str, Any]:
    return {
        "name": name,
        "what": f"the face made {name}",
        "accuracy": accuracy,
        "ci95": [accuracy - 0.02, accuracy + 0.02],
        "macro_f1": accuracy - 0.04,
        "difference": accuracy - 0.67,
        "not_sure_share": 0.3,
    }


ROBUSTNESS: dict[str, Any] = {
    "split": "PublicTest",
    "n": 3589,
    "clean": {"accuracy": 0.67, "ci95": [0.65, 0.69], "macro_f1": 0.63},
    "conditions": [_condition("dark", 0.66), _condition("mouth covered", 0.41), _condition("blurred", 0.52)],
}
OTHER_DATA: dict[str, Any] = {
    "CK+": {
        "what": "Trained on FER2013 only.",
        "n": 309,
        "accuracy": 0.81,
        "ci95": [0.76, 0.85],
        "macro_f1": 0.7,
        "mean_recall": 0.69,
        "per_class": {},
        "command": "python -m training.evaluate",
    },
    "CK+, 10 folds": {
        "what": "Ten folds by subject.",
        "folds": 10,
        "mean_accuracy": 0.95,
        "std_accuracy": 0.02,
        "n": 327,
        "ci95": [0.92, 0.97],
        "macro_f1": 0.93,
        "per_class": {},
    },
}
CLEANING: dict[str, Any] = {
    "read": 1000,
    "kept": 930,
    "unusable_rows": 5,
    "dropped": {"blank": 3, "copy": 60, "not a face": 0},
    "left_out": {"contempt": 2},
    "notes": ["Contempt has no place among the seven."],
    "faults_in_tests": {"PublicTest": {"blank": 1, "copy": 0}},
    "per_class_before": dict.fromkeys(NAMES, 100),
    "per_class_after": dict.fromkeys(NAMES, 90),
}
ARCHITECTURES: dict[str, Any] = {
    "rows": [
        {
            "name": name,
            "what": f"the {name} net",
            "parameters": parameters,
            "multiply_adds": 30 * parameters,
            "epochs": 12,
            "minutes": 9.5,
            "accuracy": accuracy,
            "ci95": [round(accuracy - 0.02, 2), round(accuracy + 0.02, 2)],
            "macro_f1": accuracy - 0.05,
            "created": "2026-03-05",
        }
        for name, parameters, accuracy in (("cnn", 1_200_000, 0.55), ("compact", 1_207_821, 0.67))
    ]
}

SCOREBOARD: dict[str, Any] = {
    "command": "python -m training.scoreboard --model made48 --data people.npz",
    "notes": ["Half of the people were trained on."],
    "rows": [
        {
            "set": "Acted",
            "n": 60,
            "subjects": 10,
            "by": {
                "people": {
                    "accuracy": 0.7,
                    "ci95": [0.57, 0.8],
                    "mean_recall": 0.68,
                    "mean_recall_ci95": [0.6, 0.75],
                    "recall": {"happy": 0.9, "neutral": 0.46},
                    "groups": {},
                    "coverage": [[0.5, 0.9], [1.0, 0.7]],
                },
                "fer2013": {
                    "accuracy": 0.6,
                    "ci95": [0.47, 0.71],
                    "mean_recall": 0.58,
                    "mean_recall_ci95": [0.5, 0.66],
                    "recall": {"happy": 0.8, "neutral": 0.36},
                    "groups": {},
                },
            },
        },
        {
            "set": "Neutral ones",
            "n": 40,
            "subjects": None,
            "by": {
                name: {
                    "accuracy": share,
                    "ci95": [0.8, 0.98],
                    "mean_recall": share,
                    "recall": {"neutral": share},
                    "groups": {
                        "A": {"n": 20, "accuracy": 0.85, "ci95": [0.64, 0.95]},
                        "B": {"n": 16, "accuracy": 1.0, "ci95": [0.81, 1.0]},
                        "C": {"n": 4, "accuracy": 0.5, "ci95": [0.15, 0.85]},
                    },
                }
                for name, share in (("people", 0.925), ("fer2013", 0.9))
            },
        },
    ],
}
"""As `training.scoreboard` gives it, of invented counts."""
