"""The parts of the Model page that say how good the model is, top to bottom."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
import streamlit as st
from streamlit.elements.lib.column_types import ColumnConfig

from dashboard.controls.chart import show_chart
from dashboard.controls.trust import TRUST
from dashboard.model_card import charts as model_charts
from dashboard.model_card import trials as model_trials
from dashboard.model_card.facts import (
    NO_EVALUATION,
    UNREADABLE,
    class_table,
    interval,
    recall_intervals,
    reliability_table,
)
from dashboard.palette import LABELS
from dashboard.wording import NOTHING, PERCENT, SHORT_LIMITS, escaped, label, percent, tenths
from model.card import ModelCard
from model.emotions import EMOTIONS
from model.evaluation import Evaluation, Measured, OtherData, Robustness

RATES, COUNTS = "Percent of each row", "Number of images"
FEWEST_IMAGES = 10
WHOLE, TENTH = "%.0f %%", "%.1f %%"
CONDITION_COLUMNS: dict[str, ColumnConfig | str | None] = {
    "name": st.column_config.TextColumn("Condition", pinned=True),
    "accuracy": st.column_config.NumberColumn("Named right", format=TENTH),
    "low": st.column_config.NumberColumn("from", format=TENTH, help="95 % interval."),
    "high": st.column_config.NumberColumn("to", format=TENTH, help="95 % interval."),
    "difference": st.column_config.NumberColumn("Points", format="%+.1f", help="Against the images as is."),
    "not_sure": st.column_config.NumberColumn("Not sure", format=WHOLE, help="Shown as not sure."),
    "what": st.column_config.TextColumn("What was done", width="large"),
}
OTHER_COLUMNS: dict[str, ColumnConfig | str | None] = {
    "name": st.column_config.TextColumn("Data", pinned=True),
    "n": st.column_config.NumberColumn("Images", format="localized"),
    "accuracy": st.column_config.NumberColumn("Named right", format=TENTH),
    "low": st.column_config.NumberColumn("from", format=TENTH, help="95 % interval."),
    "high": st.column_config.NumberColumn("to", format=TENTH, help="95 % interval."),
    "macro_f1": st.column_config.NumberColumn("Macro F1", format="%.3f"),
    "mean_recall": st.column_config.NumberColumn("Mean recall", format=TENTH),
    "spread": st.column_config.NumberColumn(
        "Spread", format=TENTH, help="Standard deviation over the folds."
    ),
    "what": st.column_config.TextColumn("What was measured", width="large"),
}


def show_heading(card: ModelCard) -> None:
    """Name, and that the file is the one the card describes."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.badge(escaped(card.name), color="gray")
        st.badge("File matches its card", color="green", icon=":material/verified:")
        st.caption(
            "Which of seven expressions people would see, not what a person feels",
            width="content",
        )


def show_headline(measured: Evaluation) -> None:
    """Accuracy with its interval, and what qualifies it, as far as the card has it."""
    with st.container(horizontal=True, gap="small", key="headline"):
        for name, value, meaning in _headline(measured):
            if value is not None:
                st.metric(name, value, help=meaning, border=True, width="stretch")
    said, more = _measured_on(measured)
    st.caption(said, help=more)


def _headline(measured: Evaluation) -> list[tuple[str, str | None, str | None]]:
    """Name, value (None: not in the card) and meaning of each figure."""
    f1, sure, error = measured.macro_f1, measured.accuracy_when_sure, measured.ece_after
    return [
        ("Accuracy", tenths(measured.accuracy), f"Share of {measured.n:,} images named as labelled."),
        ("95 % interval", interval(measured.ci95), "Wilson interval of the accuracy."),
        (
            "Macro F1",
            None if f1 is None else f"{f1:.3f}",
            "Mean F1 of the seven expressions, each counted once.",
        ),
        ("When sure", None if sure is None else percent(sure), _when_sure(measured)),
        ("Calibration error", None if error is None else tenths(error), _calibration(measured)),
    ]


def show_faults(measured: Measured) -> None:
    """What is missing or wrong in what the card says was measured."""
    if measured.evaluation is None:
        wrong = any(fault.startswith("evaluation") for fault in measured.faults)
        st.warning(UNREADABLE if wrong else NO_EVALUATION)
    if measured.faults:
        st.caption(f"Left out, for it cannot be read in the card: {escaped('; '.join(measured.faults))}")


def show_classes(measured: Evaluation) -> None:
    """How well each expression is recognised: bars beside a table."""
    classes, intervals = class_table(measured), recall_intervals(measured)
    if classes.empty:
        return
    recall = classes["recall"]
    best, worst = str(recall.idxmax()), str(recall.idxmin())
    finding = (
        f"{label(best)} is named right most often ({percent(recall[best])}), {label(worst).lower()} least "
        f"({percent(recall[worst])})"
    )
    st.header("Each expression", anchor=False)
    st.markdown(finding)
    left, right = st.columns(2, gap="large", vertical_alignment="center")
    with left:
        show_chart(model_charts.class_bars(recall, intervals), "classes", f"Bars: {finding}.")
    right.dataframe(_with_intervals(classes, intervals), hide_index=True, column_config=_class_columns())
    if intervals is not None:
        st.caption(f"Thin lines: 95{PERCENT} intervals.")


def _with_intervals(classes: pd.DataFrame, intervals: pd.DataFrame | None) -> pd.DataFrame:
    table = classes[["recall", "precision", "f1", "support"]].copy()
    table[["precision", "recall", "f1"]] *= 100
    if intervals is not None:
        limits = (intervals * 100).round().astype(int)
        spans = [f"{low} to {high}{PERCENT}" for low, high in limits.itertuples(index=False)]
        table.insert(1, "interval", spans)
    table.insert(0, "name", [LABELS[str(name)] for name in table.index])
    return table


def _class_columns() -> dict[str, ColumnConfig | str | None]:
    share = {
        name: st.column_config.NumberColumn(title, format="%.0f %%", help=meaning)
        for name, title, meaning in (
            ("precision", "Precision", "Of the images given this name, the share with this label."),
            ("recall", "Recall", "Of the images with this label, the share given this name."),
            ("f1", "F1", "Harmonic mean of precision and recall."),
        )
    }
    interval = st.column_config.TextColumn("95 % interval", help="Wilson interval of the recall.")
    name = st.column_config.TextColumn("Expression", pinned=True)
    return {"name": name, "support": "Images", "interval": interval, **share}


@st.fragment
def show_confusion(measured: Evaluation) -> None:
    """What is taken for what."""
    if not measured.confusion:
        return
    confusion = np.array(measured.confusion)
    mistakes = confusion / confusion.sum(axis=1, keepdims=True).clip(1)
    np.fill_diagonal(mistakes, 0)
    true, named = divmod(int(mistakes.argmax()), len(mistakes))
    finding = (
        f"Most often mistaken: {label(EMOTIONS[true]).lower()} for {label(EMOTIONS[named]).lower()}, in "
        f"{percent(float(mistakes[true, named]))} of its images"
    )
    st.header("What is taken for what", anchor=False)
    st.markdown(finding)
    shown = st.segmented_control(
        "Cells", [RATES, COUNTS], default=RATES, required=True, label_visibility="collapsed"
    )
    dark = st.context.theme.type == "dark"
    figure = model_charts.confusion_heatmap(confusion, dark, counts=shown == COUNTS)
    show_chart(figure, "confusion", f"Confusion matrix. {finding}.")
    st.caption("Rows: the label people gave. Columns: what the model named.")


def show_calibration(measured: Evaluation) -> None:
    """Whether a score of 70 % is right in 70 % of the cases."""
    said, bins = _calibration(measured), reliability_table(measured)
    if said is None and bins.empty:
        return
    st.header("Do the scores mean what they say?", anchor=False)
    if said:
        st.markdown(said)
    if not bins.empty:
        many = bins[bins["n"] >= FEWEST_IMAGES]
        alt = f"Reliability diagram. {said}." if said else "Reliability diagram."
        show_chart(model_charts.reliability_line(many), "reliability", alt)
        if len(many) < len(bins):
            st.caption(f"Scores that fewer than {FEWEST_IMAGES} images got are left out.")


def show_robustness(measured: Robustness | None) -> None:
    """Accuracy in the dark, blurred, covered, against the images as they are."""
    if measured is None:
        return
    finding = model_trials.robustness_finding(measured)
    st.header("Under harder conditions", anchor=False)
    st.markdown(escaped(finding))
    figure = model_charts.condition_bars(model_trials.condition_table(measured), measured.clean.accuracy)
    show_chart(figure, "robustness", f"Bars: {finding}.")
    st.caption(f"The same {measured.n:,} images of the {measured.split} split, made harder.")
    with st.expander("The conditions in figures", icon=":material/table:"):
        st.dataframe(_condition_table(measured), hide_index=True, column_config=CONDITION_COLUMNS)


def _condition_table(measured: Robustness) -> pd.DataFrame:
    table = model_trials.condition_table(measured).reindex(columns=list(CONDITION_COLUMNS))
    table[["accuracy", "low", "high", "difference", "not_sure"]] *= 100
    return table


def show_other_data(others: Mapping[str, OtherData]) -> None:
    """The same network on pictures of another origin."""
    table = model_trials.other_data_table(others)
    if table.empty:
        return
    st.header("On other data sets", anchor=False)
    st.markdown(escaped(model_trials.other_data_finding(table)))
    shown = table.reindex(columns=list(OTHER_COLUMNS))
    shown[["accuracy", "low", "high", "mean_recall", "spread"]] *= 100
    shown = shown.dropna(axis="columns", how="all")
    st.dataframe(shown, hide_index=True, column_config=OTHER_COLUMNS, placeholder=NOTHING)


def show_limits(card: ModelCard, limits: str) -> None:
    """What the card admits, and what no such model can do."""
    st.markdown(SHORT_LIMITS)
    with st.expander(TRUST, icon=":material/straighten:"):
        for note in card.notes:
            st.markdown(f"- {escaped(note)}")
        st.markdown("- " + limits.format(accuracy="").replace("  ", " "))


def _when_sure(measured: Evaluation) -> str:
    not_sure = percent(measured.not_sure_share)
    return f"Accuracy where an expression led clearly; {not_sure} are shown as not sure."


def _calibration(measured: Evaluation) -> str | None:
    if measured.ece_after is None:
        return None
    before = measured.ece_before
    scaled = "" if before is None else f" ({tenths(before)} before temperature scaling)"
    return f"Score and accuracy differ by {tenths(measured.ece_after)} on average{scaled}"


def _measured_on(measured: Evaluation) -> tuple[str, str | None]:
    """On what, in few words, and what else was measured on it."""
    more = []
    if measured.accuracy_unseen:
        more.append(f"{tenths(measured.accuracy_unseen)} without images that are copies of training ones.")
    if measured.top2:
        more.append(f"The label is among the first two names in {tenths(measured.top2)}.")
    return f"{measured.n:,} images of the {measured.split} split", " ".join(more) or None
