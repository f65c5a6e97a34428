"""What a card says of its model under harder conditions and on other data sets, for people."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from dashboard.wording import PERCENT, counted
from model.card import ModelCard

SHARES = ["accuracy", "low", "high", "macro_f1", "mean_recall", "spread"]
SLIGHT = 0.03
"""Points / 100 of accuracy below which a condition is said to cost little."""


@dataclass(frozen=True, slots=True)
class Robustness:
    """Accuracy (0..1) of `n` images of `split` as they are (`clean`), and made harder: `conditions` has name,
    what, accuracy, low and high (95 % interval), difference from clean and not_sure (share), a row each."""

    split: str
    n: int
    clean: float
    conditions: pd.DataFrame


def robustness_of(card: ModelCard) -> Robustness | None:
    """The card's robustness, or None if it has none that can be read."""
    found = card.robustness
    try:
        rows = [_condition(each) for each in found["conditions"]]
        clean = float(found["clean"]["accuracy"])
        split, n = str(found.get("split", "test images")), int(found["n"])
    except (KeyError, TypeError, ValueError, AttributeError):
        return None
    return Robustness(split, n, clean, pd.DataFrame(rows).astype({"not_sure": "float64"})) if rows else None


def robustness_finding(measured: Robustness) -> str:
    """Which condition costs most, and how many cost little."""
    table = measured.conditions
    worst = table.sort_values("difference").iloc[0]
    slight = int((table["difference"] > -SLIGHT).sum())
    cost = (
        f'Hardest is "{worst["name"]}": {_percent(worst["accuracy"])} named right instead of '
        f"{_percent(measured.clean)}"
    )
    kinds = counted(len(table), "condition", "conditions")
    return f"{cost}; {slight} of {kinds} cost less than {SLIGHT * 100:.0f} points"


def other_data_table(card: ModelCard) -> pd.DataFrame:
    """One row for each other data set: name, what, n, accuracy, low, high, macro_f1, mean_recall, spread.

    Shares 0..1, NaN where the card has none; `spread` is the standard deviation over folds. Empty if the
    card names no other data.
    """
    rows = [_other(str(name), found) for name, found in card.other_data.items() if isinstance(found, dict)]
    table = pd.DataFrame([row for row in rows if row["accuracy"] is not None])
    return table.astype(dict.fromkeys(SHARES, "float64")) if len(table) else table


def other_data_finding(table: pd.DataFrame) -> str:
    """The range of accuracy over other data sets."""
    ranked = table.sort_values("accuracy")
    worst, best = ranked.iloc[0], ranked.iloc[-1]
    if len(table) == 1:
        return f"On {best['name']}, {_percent(best['accuracy'])} are named right"
    lowest = f"From {_percent(worst['accuracy'])} on {worst['name']}"
    return f"{lowest} to {_percent(best['accuracy'])} on {best['name']}"


def _condition(found: Mapping[str, Any]) -> dict[str, Any]:
    low, high = found["ci95"]
    return {
        "name": _capitalised(str(found["name"])),
        "what": str(found.get("what", "")),
        "accuracy": float(found["accuracy"]),
        "low": float(low),
        "high": float(high),
        "difference": float(found["difference"]),
        "not_sure": _number(found.get("not_sure_share")),
    }


def _other(name: str, found: Mapping[str, Any]) -> dict[str, Any]:
    low, high = _interval(found.get("ci95"))
    return {
        "name": name,
        "what": str(found.get("what", "")),
        "n": int(_number(found.get("n")) or 0),
        "accuracy": _number(found.get("accuracy", found.get("mean_accuracy"))),
        "low": low,
        "high": high,
        "macro_f1": _number(found.get("macro_f1")),
        "mean_recall": _number(found.get("mean_recall")),
        "spread": _number(found.get("std_accuracy")),
    }


def _capitalised(name: str) -> str:
    return name[:1].upper() + name[1:]


def _interval(found: Any) -> tuple[float | None, float | None]:
    if not isinstance(found, list | tuple) or len(found) != 2:
        return None, None
    return _number(found[0]), _number(found[1])


def _number(found: Any) -> float | None:
    return float(found) if isinstance(found, int | float) else None


def _percent(share: float) -> str:
    return f"{share * 100:.1f}{PERCENT}"
