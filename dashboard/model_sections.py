"""The parts of the Model page, top to bottom."""

from pathlib import Path

import streamlit as st
from streamlit.elements.lib.column_types import ColumnConfig

from dashboard import charts, model_charts
from dashboard.model_facts import Evaluation, split_sizes, technical_facts
from dashboard.palette import LABELS
from dashboard.wording import PERCENT, escaped, label, percent
from model.card import ModelCard


def show_heading(card: ModelCard) -> None:
    """Name, and that the file is the one the card describes."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.badge(escaped(card.name), color="primary")
        st.badge("File matches its card", color="green", icon=":material/verified:")
        st.caption("Seven expressions from a grey picture of one face", width="content")


def show_headline(measured: Evaluation) -> None:
    """Accuracy with its interval, and what qualifies it."""
    low, high = (f"{share * 100:.1f}" for share in measured.ci95)
    figures = [
        (
            "Accuracy",
            f"{measured.accuracy * 100:.1f}{PERCENT}",
            f"Share of {measured.n:,} images named as labelled.",
        ),
        ("95 % interval", f"{low} to {high}{PERCENT}", "Wilson interval of the accuracy."),
        ("Macro F1", f"{measured.macro_f1:.3f}", "Mean F1 of the seven expressions, each counted once."),
        ("When sure", percent(measured.accuracy_when_sure), _when_sure(measured)),
        ("Calibration error", f"{measured.ece_after * 100:.1f}{PERCENT}", _calibration(measured)),
    ]
    with st.container(horizontal=True, gap="small", key="headline"):
        for name, value, meaning in figures:
            st.metric(name, value, help=meaning, border=True, width="stretch")
    unseen = (
        f"; {measured.accuracy_unseen * 100:.1f}{PERCENT} without copies" if measured.accuracy_unseen else ""
    )
    st.caption(f"Measured on {measured.n:,} images of FER2013's {measured.split} split{unseen}")


def show_classes(measured: Evaluation) -> None:
    """How well each expression is recognised: bars beside a table."""
    recall = measured.classes["recall"]
    best, worst = str(recall.idxmax()), str(recall.idxmin())
    finding = (
        f"{label(best)} is named right most often ({percent(recall[best])}), {label(worst).lower()} least "
        f"({percent(recall[worst])})"
    )
    st.subheader("Each expression", anchor=False)
    st.markdown(finding)
    left, right = st.columns(2, gap="large", vertical_alignment="center")
    with left:
        _chart(model_charts.class_bars(recall), "classes", f"Bars: {finding}.")
    table = measured.classes.copy()
    table[["precision", "recall", "f1"]] *= 100
    table.insert(0, "name", [LABELS[str(name)] for name in table.index])
    share = {
        name: st.column_config.NumberColumn(title, format="%.0f %%", help=meaning)
        for name, title, meaning in (
            ("precision", "Precision", "Of the images given this name, the share with this label."),
            ("recall", "Recall", "Of the images with this label, the share given this name."),
            ("f1", "F1", "Harmonic mean of precision and recall."),
        )
    }
    names: dict[str, ColumnConfig | str | None] = {"name": "Expression", "support": "Images", **share}
    right.dataframe(table, hide_index=True, column_config=names)


def show_confusion(measured: Evaluation) -> None:
    """What is taken for what."""
    mistakes = measured.confusion / measured.confusion.sum(axis=1, keepdims=True).clip(1)
    for name in range(len(mistakes)):
        mistakes[name, name] = 0
    true, named = divmod(int(mistakes.argmax()), len(mistakes))
    names = list(measured.classes.index)
    finding = (
        f"Most often mistaken: {label(str(names[true])).lower()} for {label(str(names[named])).lower()}, in "
        f"{percent(float(mistakes[true, named]))} of its images"
    )
    st.subheader("What is taken for what", anchor=False)
    st.markdown(finding)
    dark = st.context.theme.type == "dark"
    figure = model_charts.confusion_heatmap(measured.confusion, dark)
    _chart(figure, "confusion", f"Confusion matrix. {finding}.")
    st.caption("Percent of each row. Rows: the label people gave. Columns: what the model named.")


def show_calibration(measured: Evaluation) -> None:
    """Whether a score of 70 % is right in 70 % of the cases."""
    st.subheader("Do the scores mean what they say?", anchor=False)
    st.markdown(_calibration(measured))
    if not measured.reliability.empty:
        _chart(model_charts.reliability_line(measured.reliability), "reliability", "Reliability diagram.")


def show_facts(card: ModelCard, folder: Path) -> None:
    """What the network is and how it is fed, with the sum that identifies it."""
    st.markdown("\n".join(f"- {name}: **{escaped(value)}**" for name, value in technical_facts(card, folder)))
    st.caption("SHA-256 of the file, stored with every session")
    st.code(card.runtime_sha256, language=None, wrap_lines=True)


def show_data(card: ModelCard) -> None:
    """Images by expression and split."""
    sizes = split_sizes(card)
    if sizes.empty:
        return
    sizes.index = [LABELS[str(name)] for name in sizes.index]
    with st.expander("Images it was trained and tested on", icon=":material/photo_library:"):
        st.table(sizes, border="horizontal")


def show_limits(card: ModelCard, limits: str) -> None:
    """What the card admits, and what no such model can do."""
    for note in card.notes:
        st.markdown(f"- {escaped(note)}")
    st.markdown("- " + limits.format(accuracy="").replace("  ", " "))


def _when_sure(measured: Evaluation) -> str:
    return f"Accuracy where an expression led clearly; {percent(measured.not_sure)} are shown as not sure."


def _calibration(measured: Evaluation) -> str:
    before, after = (f"{error * 100:.1f}{PERCENT}" for error in (measured.ece_before, measured.ece_after))
    return f"Score and accuracy differ by {after} on average ({before} before temperature scaling)"


def _chart(figure: object, key: str, alt: str) -> None:
    st.plotly_chart(figure, key=f"chart_{key}", config=dict(charts.CONFIG), alt=alt)
