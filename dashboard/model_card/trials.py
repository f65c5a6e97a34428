"""What a card says of its model under harder conditions and on other data sets, for people."""

from collections.abc import Mapping

import pandas as pd

from dashboard.wording import counted, tenths
from model.evaluation import OtherData, Robustness

SHARES = ["accuracy", "low", "high", "macro_f1", "mean_recall", "spread"]
SLIGHT = 0.03
"""Points / 100 of accuracy below which a condition is said to cost little."""


def condition_table(measured: Robustness) -> pd.DataFrame:
    """A row for each condition: name, what, accuracy, low and high of its interval, difference from clean and
    not_sure; shares 0..1, NaN where the card has none."""
    rows = [
        {
            "name": one.name[:1].upper() + one.name[1:],
            "what": one.what,
            "accuracy": one.accuracy,
            **_ends(one.ci95),
            "difference": one.difference,
            "not_sure": one.not_sure_share,
        }
        for one in measured.conditions
    ]
    return pd.DataFrame(rows).astype({"low": "float64", "high": "float64", "not_sure": "float64"})


def robustness_finding(measured: Robustness) -> str:
    """Which condition costs most, and how many cost little."""
    table = condition_table(measured)
    worst = table.sort_values("difference").iloc[0]
    slight = int((table["difference"] > -SLIGHT).sum())
    cost = (
        f'Hardest is "{worst["name"]}": {tenths(worst["accuracy"])} named right instead of '
        f"{tenths(measured.clean.accuracy)}"
    )
    kinds = counted(len(table), "condition", "conditions")
    return f"{cost}; {slight} of {kinds} cost less than {SLIGHT * 100:.0f} points"


def other_data_table(others: Mapping[str, OtherData]) -> pd.DataFrame:
    """One row for each other data set: name, what, n, accuracy, low, high, macro_f1, mean_recall, spread.

    Shares 0..1, NaN where the card has none; `spread` is the standard deviation over folds. Empty if there is
    no other data.
    """
    rows = [
        {
            "name": name,
            "what": one.what,
            "n": one.n,
            "accuracy": one.accuracy,
            **_ends(one.ci95),
            "macro_f1": one.macro_f1,
            "mean_recall": one.mean_recall,
            "spread": one.std_accuracy,
        }
        for name, one in others.items()
    ]
    table = pd.DataFrame(rows)
    return table.astype(dict.fromkeys(SHARES, "float64")) if rows else table


def other_data_finding(table: pd.DataFrame) -> str:
    """The range of accuracy over other data sets."""
    ranked = table.sort_values("accuracy")
    worst, best = ranked.iloc[0], ranked.iloc[-1]
    if len(table) == 1:
        return f"On {best['name']}, {tenths(best['accuracy'])} are named right"
    lowest = f"From {tenths(worst['accuracy'])} on {worst['name']}"
    return f"{lowest} to {tenths(best['accuracy'])} on {best['name']}"


def _ends(interval: tuple[float, float] | None) -> dict[str, float | None]:
    low, high = interval or (None, None)
    return {"low": low, "high": high}
