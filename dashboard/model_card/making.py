"""How a model came to be, for people: the curves of its run, the networks tried, the data cleaned."""

import json
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from dashboard.palette import SCORES
from dashboard.wording import counted, tenths
from model.card import ModelCard
from model.card_parts import read_part

ARCHITECTURES_FILE = "architectures.json"
CURVES = ["epoch", "loss", "accuracy", "val_loss", "val_accuracy"]
OVERFITTING_FROM, UNDERFITTING_BELOW = 0.10, 0.60
"""Gap between training and validation accuracy, and training accuracy, 0..1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CleaningCounts:
    """What the page needs of `training.cleaning_report.CleaningReport`, as a card has it."""

    read: int
    kept: int
    dropped: dict[str, int]
    unusable_rows: int = 0
    left_out: dict[str, int] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    faults_in_tests: dict[str, dict[str, int]] = field(default_factory=dict)
    per_class_before: dict[str, int] = field(default_factory=dict)
    per_class_after: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Cleaning:
    """The report of data preparation: images read and kept, dropped ones by reason, images by expression
    (rows) before and after (columns) if it has them, and its notes."""

    read: int
    kept: int
    dropped: pd.Series
    classes: pd.DataFrame
    notes: tuple[str, ...]


def curves_of(card: ModelCard) -> pd.DataFrame:
    """Epoch, loss and accuracy (0..1) for training and validation; empty if the card has no curves."""
    table = pd.DataFrame([row for row in card.curves if isinstance(row, dict)])
    if not set(CURVES) <= set(table.columns):
        return pd.DataFrame(columns=CURVES)
    return _numbers(table[CURVES]).dropna().reset_index(drop=True)


def fit_sentence(card: ModelCard, curves: pd.DataFrame) -> str:
    """Over- or underfitting, as the card's notes say it, else from the last epoch of its curves."""
    for note in card.notes:
        if "fitting" in note and note.startswith("At epoch"):
            return note.removesuffix(".")
    last = curves.iloc[-1]
    gap = last["accuracy"] - last["val_accuracy"]
    return (
        f"At epoch {last['epoch']:.0f}, {tenths(last['accuracy'])} of training and "
        f"{tenths(last['val_accuracy'])} of validation images are named right, a gap of "
        f"{gap * 100:.1f} points: {_fit(gap, last['accuracy'])}"
    )


def architectures_of(artifact: Path) -> pd.DataFrame:
    """The networks tried on the same data, from the file beside the artifact; empty if there is none.

    Columns as in the file (name, parameters, multiply_adds, epochs, minutes, accuracy, macro_f1 and more),
    with low and high of the accuracy's interval; `attrs["note"]` is the file's sentence on how they came to
    be.
    """
    try:
        found = json.loads((artifact.parent / ARCHITECTURES_FILE).read_text(encoding="utf-8"))
        table = pd.DataFrame(found["rows"])
        table[["low", "high"]] = [tuple(pair) for pair in table["ci95"]]
        table.attrs["note"] = str(found.get("note", ""))
        return table if {"name", "accuracy"} <= set(table.columns) else pd.DataFrame()
    except (OSError, ValueError, KeyError, TypeError):
        return pd.DataFrame()


def is_ours(name: str, card: ModelCard) -> bool:
    """Whether a row of the architecture table is the network of this card."""
    return name in (card.name, card.architecture, card.recipe.get("name"))


def architectures_finding(table: pd.DataFrame, card: ModelCard) -> str:
    """Which network names most images right, at what size."""
    best = table.sort_values("accuracy").iloc[-1]
    ours = " (this one)" if is_ours(str(best["name"]), card) else ""
    return f"Most are named right by {best['name']}{ours}: {tenths(best['accuracy'])}"


def cleaning_of(card: ModelCard) -> Cleaning | None:
    """The card's cleaning report, or None if it has none that can be read."""
    found, faults = read_part(CleaningCounts, card.cleaning, "cleaning")
    if found is None or faults:
        return None
    dropped = found.dropped | found.left_out | {"unreadable": found.unusable_rows}
    counts = pd.Series(dropped, dtype="int64").sort_values(ascending=False)
    return Cleaning(found.read, found.kept, counts[counts > 0], _classes(found), _notes(found))


def cleaning_finding(report: Cleaning) -> str:
    """How many images were read, kept and dropped, and what for most."""
    said = f"{counted(report.read, 'image', 'images')} read, {report.kept:,} kept"
    if report.dropped.empty:
        return said
    reason, n = report.dropped.index[0], report.dropped.iloc[0]
    return f"{said}, {report.dropped.sum():,} dropped, most of them for one reason: {reason} ({n:,})"


def _notes(found: CleaningCounts) -> tuple[str, ...]:
    """The report's own, and what cleaning left in the test splits."""
    said = list(found.notes)
    for split, counts in found.faults_in_tests.items():
        stays = [f"{fault} ({n:,})" for fault, n in counts.items() if n]
        if stays:
            said.append(f"{split} is never cleaned and keeps: {', '.join(stays)}.")
    return tuple(said)


def _classes(found: CleaningCounts) -> pd.DataFrame:
    if not found.per_class_before or not found.per_class_after:
        return pd.DataFrame()
    table = pd.DataFrame(
        {"before": pd.Series(found.per_class_before), "after": pd.Series(found.per_class_after)}
    )
    return table.reindex(SCORES).fillna(0).astype("int64")


def _numbers(table: pd.DataFrame) -> pd.DataFrame:
    """What is no number becomes NaN."""
    return pd.DataFrame({name: pd.to_numeric(table[name], errors="coerce") for name in table.columns})


def _fit(gap: float, accuracy: float) -> str:
    if gap > OVERFITTING_FROM:
        return "overfitting, as more data or stronger regularisation would lessen"
    if accuracy < UNDERFITTING_BELOW:
        return "underfitting, as a longer run or a larger network would lessen"
    return "neither strong overfitting nor underfitting"
