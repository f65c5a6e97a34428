"""The PNG of a data set's class distribution, before and after cleaning."""

from pathlib import Path

import matplotlib as mpl
import numpy as np

mpl.use("Agg")

from matplotlib import pyplot as plt
from matplotlib.axes import Axes

from training.cleaning_report import CleaningReport

BEFORE, AFTER = "#b9c4d0", "#2f6690"


def plot_classes(report: CleaningReport, path: Path) -> None:
    """One panel for each split with images: bars and numbers of each class, before and after."""
    splits = list(report.per_split_before)
    figure, panels = plt.subplots(
        1, len(splits), figsize=(max(6.5, 4.8 * len(splits)), 4.6), layout="constrained", squeeze=False
    )
    for axis, split in zip(panels[0], splits, strict=True):
        after = report.per_split_after.get(split, dict.fromkeys(report.classes, 0))
        _panel(axis, split, report.per_split_before[split], after)
    left_out = sum(report.dropped.values())
    figure.suptitle(
        f"{', '.join(report.sources)}: {report.read} read, {report.unusable_rows} unusable, "
        f"{sum(report.left_out.values())} left out, {left_out} dropped in cleaning, {report.kept} kept",
        fontsize=9,
    )
    figure.legend(*panels[0][0].get_legend_handles_labels(), loc="outside lower center", ncols=2)
    figure.savefig(path, dpi=110, format="png", metadata={"Software": None})
    plt.close(figure)


def _panel(axis: Axes, split: str, before: dict[str, int], after: dict[str, int]) -> None:
    places, names = np.arange(len(before)), list(before)
    for counts, shift, colour, label in (
        (before, -0.2, BEFORE, "read"),
        (after, 0.2, AFTER, "after cleaning"),
    ):
        bars = axis.barh(places + shift, [counts[name] for name in names], 0.4, color=colour, label=label)
        axis.bar_label(bars, padding=2, fontsize=7)
    axis.set_yticks(places, names)
    axis.invert_yaxis()
    axis.margins(x=0.14)
    axis.set(title=f"{split}, {sum(before.values())} -> {sum(after.values())}", xlabel="images")
    axis.grid(axis="x", alpha=0.3)
    axis.set_axisbelow(True)
