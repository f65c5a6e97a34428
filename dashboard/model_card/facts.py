"""What a model card says, for people: accuracy in a sentence, figures as tables, facts as lines."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dashboard.palette import SCORES
from dashboard.wording import ACCURACY_UNKNOWN, PERCENT, size
from model.card import ModelCard, load_card
from model.errors import ArtifactError

CLASS_FIGURES = ["precision", "recall", "f1", "support"]
RELIABILITY = ["score", "accuracy", "n"]


@dataclass(frozen=True, slots=True)
class Evaluation:
    """A card's evaluation. Shares and errors 0..1; `classes` by expression with precision, recall, f1 and
    support; `intervals` by expression with low and high of the recall's 95 % interval, None if the card has
    none; `confusion` (7, 7) counts, true class by row; `reliability` with score, accuracy and n."""

    split: str
    n: int
    accuracy: float
    ci95: tuple[float, float]
    macro_f1: float
    ece_before: float
    ece_after: float
    classes: pd.DataFrame
    intervals: pd.DataFrame | None
    confusion: NDArray[np.int64]
    reliability: pd.DataFrame
    not_sure: float | None
    accuracy_when_sure: float | None
    accuracy_unseen: float | None
    top2: float | None


def evaluation_of(card: ModelCard) -> Evaluation | None:
    """The card's evaluation, or None if it has none that can be read."""
    found = card.evaluation
    try:
        classes = pd.DataFrame.from_dict(found["per_class"], orient="index").loc[SCORES, CLASS_FIGURES]
        confusion = np.asarray(found["confusion"], dtype=np.int64).reshape(len(SCORES), len(SCORES))
        low, high = found["ci95"]
        return Evaluation(
            split=str(found.get("split", "test images")),
            n=int(found["n"]),
            accuracy=float(found["accuracy"]),
            ci95=(float(low), float(high)),
            macro_f1=float(found["macro_f1"]),
            ece_before=float(found["ece_before"]),
            ece_after=float(found["ece_after"]),
            classes=classes,
            intervals=_intervals(found["per_class"]),
            confusion=confusion,
            reliability=pd.DataFrame(found.get("reliability", []), columns=RELIABILITY),
            not_sure=found.get("not_sure_share"),
            accuracy_when_sure=found.get("accuracy_when_sure"),
            accuracy_unseen=found.get("accuracy_unseen"),
            top2=found.get("top2"),
        )
    except (KeyError, TypeError, ValueError, AttributeError):
        return None


def accuracy_sentence(folder: Path) -> str:
    """How often the model in `folder` is right, or that nobody knows."""
    try:
        measured = evaluation_of(load_card(folder))
    except ArtifactError:
        return ACCURACY_UNKNOWN
    if measured is None:
        return ACCURACY_UNKNOWN
    low, high = (f"{share * 100:.1f}" for share in measured.ci95)
    return (
        f"The model on this machine names {measured.accuracy * 100:.1f}{PERCENT} of {measured.n:,} test "
        f"images as people labelled them (95{PERCENT} interval {low} to {high}{PERCENT})."
    )


def technical_facts(card: ModelCard, folder: Path) -> list[tuple[str, str]]:
    """Name and value of what the card says about the network itself."""
    side, low, high = card.input_size_px, card.value_range[0], card.value_range[-1]
    crop = f"{card.crop_margin:g} x the box{', eyes made level' if card.crop_aligned else ''}"
    facts = [
        ("Architecture", card.architecture),
        ("Weights", f"{card.parameters:,}" if card.parameters else ""),
        ("Multiply-adds a face", f"{card.multiply_adds / 1e6:,.1f} million" if card.multiply_adds else ""),
        (
            "Input",
            f"{side} x {side} px, grey, {low:g} to {high:g}; crop {crop}",
        ),
        ("Averaged over", _views(card)),
        ("Temperature", f"{card.temperature:g}"),
        (
            "Not sure",
            f"top score below {card.min_share:.0%}, or lead below {card.min_lead:.0%}",
        ),
        ("Training data", str(card.datasets.get("name", ""))),
        ("Made", f"{card.created[:10]}{_training(card)}"),
        ("Runs on", f"{card.runtime_file}{_file_size(folder / card.runtime_file)}"),
    ]
    return [(name, value) for name, value in facts if value]


def split_sizes(card: ModelCard) -> pd.DataFrame:
    """Images for each expression (rows) in each split (columns); empty if the card has no such counts."""
    splits = {name: counts for name, counts in card.datasets.items() if _is_counts(counts)}
    return pd.DataFrame(splits).reindex(SCORES) if splits else pd.DataFrame()


def _intervals(per_class: dict[str, Any]) -> pd.DataFrame | None:
    if not all("recall_ci95" in per_class[name] for name in SCORES):
        return None
    rows = {name: per_class[name]["recall_ci95"] for name in SCORES}
    return pd.DataFrame.from_dict(rows, orient="index", columns=["low", "high"]).astype("float64")


def _is_counts(value: Any) -> bool:
    return isinstance(value, dict) and set(value) == set(SCORES)


def _views(card: ModelCard) -> str:
    """What of one face the network looks at, with more than one look."""
    mirrored = "the face and its mirror image" if card.flip_averaged else ""
    if len(card.zooms) < 2:
        return mirrored
    zooms = " and ".join(f"{zoom:g}" for zoom in card.zooms)
    return f"{mirrored or 'the face'}, enlarged {zooms} times; in a crowd in turns"


def _training(card: ModelCard) -> str:
    return f", {card.minutes:,.0f} minutes of training, seed {card.seed}" if card.minutes else ""


def _file_size(path: Path) -> str:
    try:
        return f", {size(path.stat().st_size)}"
    except OSError:
        return ""
