"""What a model card says, for people: accuracy in a sentence, figures as tables, facts as lines."""

from dataclasses import asdict
from pathlib import Path
from typing import Any

import pandas as pd

from dashboard.palette import SCORES
from dashboard.wording import ACCURACY_UNKNOWN, PERCENT, size, tenths
from model.card import ModelCard, load_card
from model.errors import ArtifactError
from model.evaluation import Evaluation, evaluation_of

NO_EVALUATION = "This card has no evaluation, so nobody knows how often the model is right."
UNREADABLE = "This card has no evaluation that can be read, so nobody knows how often the model is right."
CLASS_FIGURES = ["precision", "recall", "f1", "support"]
RELIABILITY = ["score", "accuracy", "n"]


def class_table(measured: Evaluation) -> pd.DataFrame:
    """By expression: precision, recall and f1 (0..1), support; empty if the card has no such figures."""
    rows = {name: asdict(figures) for name, figures in measured.per_class.items()}
    return pd.DataFrame(list(rows.values()), index=list(rows), columns=CLASS_FIGURES)


def recall_intervals(measured: Evaluation) -> pd.DataFrame | None:
    """By expression: low and high (0..1) of the recall's 95 % interval; None if the card lacks one."""
    rows = {name: figures.recall_ci95 for name, figures in measured.per_class.items()}
    if not rows or None in rows.values():
        return None
    return pd.DataFrame.from_dict(rows, orient="index", columns=["low", "high"]).astype("float64")


def reliability_table(measured: Evaluation) -> pd.DataFrame:
    """score, accuracy (0..1) and n of each bin of the reliability diagram."""
    return pd.DataFrame([asdict(each) for each in measured.reliability], columns=RELIABILITY)


def accuracy_sentence(folder: Path) -> str:
    """How often the model in `folder` is right, or that nobody knows."""
    told = _told(folder)
    return ACCURACY_UNKNOWN if told is None else f"The model on this machine names {told}."


def accuracy_line(folder: Path) -> str:
    """The same with what it hides, for a printed page."""
    told = _told(folder)
    return ACCURACY_UNKNOWN if told is None else f"Named: {told}; errors differ between groups."


def _told(folder: Path) -> str | None:
    try:
        measured, _ = evaluation_of(load_card(folder))
    except ArtifactError:
        return None
    if measured is None:
        return None
    ends = interval(measured.ci95)
    within = f" (95{PERCENT} interval {ends})" if ends else ""
    return f"{tenths(measured.accuracy)} of {measured.n:,} test images as people labelled them{within}"


def interval(ends: tuple[float, float] | None) -> str | None:
    """Both ends, 0..1, in percent with a decimal: 68.6 to 71.6 %."""
    return f"{ends[0] * 100:.1f} to {tenths(ends[1])}" if ends else None


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
