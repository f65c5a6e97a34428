"""PNG pictures of a run: curves, confusion matrix, figures of each class, reliability diagram."""

from pathlib import Path

import matplotlib as mpl
import numpy as np

mpl.use("Agg")

from matplotlib import pyplot as plt

from model.emotions import EMOTIONS
from model.evaluation import Evaluation

Rows = list[dict[str, float]]
CLASS_FIGURES = ("precision", "recall", "f1")
CLASS_COLOURS = ("#b9c4d0", "#7fb2d6", "#e0b870")


def describe_fit(log: Rows) -> str:
    """One sentence on over- or underfitting: the gap between training and validation at the last epoch."""
    gap = log[-1]["accuracy"] - log[-1]["val_accuracy"]
    if gap > 0.10:
        verdict = "overfitting: more data or stronger regularisation would help"
    elif log[-1]["accuracy"] < 0.60:
        verdict = "underfitting: a longer run or a larger network would help"
    else:
        verdict = "neither strong overfitting nor underfitting"
    return (
        f"At epoch {int(log[-1]['epoch'])}, accuracy is {log[-1]['accuracy']:.1%} on training images and "
        f"{log[-1]['val_accuracy']:.1%} on PublicTest, a gap of {100 * gap:.1f} points: {verdict}."
    )


def plot_curves(log: Rows, path: Path) -> None:
    figure, axes = plt.subplots(1, 2, figsize=(10, 4), layout="constrained")
    epochs = [row["epoch"] for row in log]
    for axis, key, title in ((axes[0], "loss", "Cross-entropy"), (axes[1], "accuracy", "Accuracy")):
        axis.plot(epochs, [row[key] for row in log], label="training (unchanged images)")
        axis.plot(epochs, [row[f"val_{key}"] for row in log], label="PublicTest")
        axis.set(title=title, xlabel="epoch")
        axis.grid(alpha=0.3)
        axis.legend()
    figure.suptitle(describe_fit(log), fontsize=9)
    figure.savefig(path, dpi=110)
    plt.close(figure)


def plot_confusion(evaluation: Evaluation, path: Path) -> None:
    counts = np.array(evaluation.confusion)
    rates = counts / np.maximum(1, counts.sum(axis=1, keepdims=True))
    figure, axis = plt.subplots(figsize=(6.5, 6), layout="constrained")
    axis.imshow(rates, cmap="Blues", vmin=0, vmax=1)
    for (i, j), rate in np.ndenumerate(rates):
        colour = "white" if rate > 0.5 else "black"
        axis.text(j, i, f"{counts[i, j]}\n{rate:.0%}", ha="center", va="center", color=colour, fontsize=8)
    axis.set_xticks(range(len(EMOTIONS)), EMOTIONS, rotation=45)
    axis.set_yticks(range(len(EMOTIONS)), EMOTIONS)
    axis.set(xlabel="predicted", ylabel="label", title=f"PublicTest, n = {evaluation.n}")
    figure.savefig(path, dpi=110)
    plt.close(figure)


def plot_classes(evaluation: Evaluation, path: Path) -> None:
    """Precision, recall with its 95 % interval, and F1 of each class, as bars with their numbers."""
    classes = evaluation.per_class
    figure, axis = plt.subplots(figsize=(10, 4.5), layout="constrained")
    places = np.arange(len(classes))
    for shift, name, colour in zip((-0.27, 0, 0.27), CLASS_FIGURES, CLASS_COLOURS, strict=True):
        shares = np.array([getattr(c, name) for c in classes.values()])
        bars = axis.bar(places + shift, shares, 0.25, color=colour, label=name)
        axis.bar_label(bars, [f"{share:.2f}" for share in shares], label_type="center", fontsize=7)
    low, high = np.transpose([c.recall_ci95 for c in classes.values()])
    recall = np.array([c.recall for c in classes.values()])
    axis.errorbar(places, recall, (recall - low, high - recall), fmt="none", ecolor="black", capsize=3)
    axis.set_xticks(places, [f"{name}\nn = {c.support}" for name, c in classes.items()])
    axis.set(
        ylim=(0, 1),
        title=f"PublicTest, macro F1 {evaluation.macro_f1:.3f}; lines: 95 % intervals of recall",
    )
    axis.grid(axis="y", alpha=0.3)
    axis.set_axisbelow(True)
    figure.legend(loc="outside lower center", ncols=3)
    figure.savefig(path, dpi=110)
    plt.close(figure)


def plot_reliability(evaluation: Evaluation, path: Path) -> None:
    bins = evaluation.reliability
    figure, axis = plt.subplots(figsize=(5, 5), layout="constrained")
    axis.plot([0, 1], [0, 1], "--", color="grey", label="perfect")
    axis.plot([b.score for b in bins], [b.accuracy for b in bins], "o-", label="this network")
    axis.set(xlabel="top score", ylabel="accuracy", xlim=(0, 1), ylim=(0, 1))
    axis.set_title(f"calibration error {evaluation.ece_after:.1%} (before {evaluation.ece_before:.1%})")
    axis.legend()
    axis.grid(alpha=0.3)
    figure.savefig(path, dpi=110)
    plt.close(figure)
