"""The parts of the Model page that say what the model is and how it came to be."""

from pathlib import Path

import pandas as pd
import streamlit as st
from streamlit.elements.lib.column_types import ColumnConfig

from dashboard.controls.chart import show_chart
from dashboard.model_card import charts as model_charts
from dashboard.model_card import making as model_making
from dashboard.model_card.facts import split_sizes, technical_facts
from dashboard.model_card.making import Cleaning
from dashboard.model_card.sections import TENTH
from dashboard.palette import ENGAGEMENT_LINE, LABELS, faded
from dashboard.wording import NOTHING, escaped
from model.card import ModelCard

NETWORK_COLUMNS: dict[str, ColumnConfig | str | None] = {
    "name": st.column_config.TextColumn("Network", pinned=True, width="medium"),
    "accuracy": st.column_config.NumberColumn("Named right", format=TENTH),
    "low": st.column_config.NumberColumn("from", format=TENTH, help="95 % interval."),
    "high": st.column_config.NumberColumn("to", format=TENTH, help="95 % interval."),
    "macro_f1": st.column_config.NumberColumn("Macro F1", format="%.3f"),
    "parameters": st.column_config.NumberColumn("Parameters", format="localized"),
    "multiply_adds": st.column_config.NumberColumn(
        "Multiply-adds", format="compact", help="For one face: how much work it is."
    ),
    "epochs": st.column_config.NumberColumn("Epochs", format="%d"),
    "minutes": st.column_config.NumberColumn("Minutes", format="%.0f", help="Of training, by the clock."),
    "what": st.column_config.TextColumn("What it is", width="large"),
}


def show_architectures(table: pd.DataFrame, card: ModelCard) -> None:
    """The networks that were tried on the same data, this one marked."""
    if table.empty:
        return
    st.header("Networks compared", anchor=False)
    st.markdown(escaped(model_making.architectures_finding(table, card)))
    shown = table.reindex(columns=[name for name in NETWORK_COLUMNS if name in table.columns])
    shown[["accuracy", "low", "high"]] *= 100
    ours = [model_making.is_ours(str(name), card) for name in shown["name"]]
    shown["name"] = [
        f"{name} (this one)" if own else name for name, own in zip(shown["name"], ours, strict=True)
    ]
    tint = f"background-color: {faded(ENGAGEMENT_LINE, 0.18)}"
    marked = shown.style.apply(lambda row: [tint if ours[int(row.name)] else ""] * len(row), axis=1)
    st.dataframe(marked, hide_index=True, column_config=NETWORK_COLUMNS, placeholder=NOTHING)
    st.caption(
        "Each from a run of its own on the same images, measured on the same split with one look at each. "
        "The runs are as long as they say: the large networks were stopped for what an epoch costs, not "
        f"because they had learned all they could. {escaped(table.attrs.get('note', ''))}"
    )


def show_curves(card: ModelCard) -> None:
    """Loss and accuracy over the run, and whether it learned by heart."""
    curves = model_making.curves_of(card)
    if curves.empty:
        return
    finding = model_making.fit_sentence(card, curves)
    st.header("How it learned", anchor=False)
    st.markdown(escaped(finding))
    for column, figure in zip(st.columns(2, gap="large"), ("accuracy", "loss"), strict=True):
        with column:
            alt = f"Lines of {figure} over {len(curves)} epochs. {finding}."
            show_chart(model_charts.curve_lines(curves, figure), figure, alt)


def show_facts(card: ModelCard, folder: Path) -> None:
    """What the network is and how it is fed, with the sum that identifies it."""
    st.header("What it is", anchor=False)
    st.markdown("\n".join(f"- {name}: **{escaped(value)}**" for name, value in technical_facts(card, folder)))
    st.caption("SHA-256 of the file, stored with every session")
    st.code(card.runtime_sha256, language=None, wrap_lines=True)


def show_cleaning(report: Cleaning | None) -> None:
    """What was read, what was dropped and why, and what that did to each expression."""
    if report is None:
        return
    finding = model_making.cleaning_finding(report)
    st.header("What was cleaned", anchor=False)
    st.markdown(escaped(finding))
    left, right = st.columns(2, gap="large")
    if len(report.dropped):
        reasons = report.dropped.rename_axis("Dropped because").rename("Images").reset_index()
        share = reasons["Images"] / max(1, report.read) * 100
        left.dataframe(
            reasons.assign(share=share),
            hide_index=True,
            column_config={
                "Images": st.column_config.NumberColumn(format="localized"),
                "share": st.column_config.NumberColumn("Of those read", format=TENTH),
            },
        )
    for note in report.notes:
        left.caption(escaped(note))
    if not report.classes.empty:
        with right:
            show_chart(model_charts.cleaning_bars(report.classes), "cleaning", f"Bars: {finding}.")


def show_data(card: ModelCard) -> None:
    """Images by expression and split."""
    sizes = split_sizes(card)
    if sizes.empty:
        return
    st.header("What it was trained and tested on", anchor=False)
    st.markdown(escaped(_rarest(sizes)))
    sizes.index = [LABELS[str(name)] for name in sizes.index]
    st.table(sizes.map("{:,}".format), border="horizontal")


def _rarest(sizes: pd.DataFrame) -> str:
    counts = sizes.iloc[:, 0].sort_values()
    rare, common = counts.index[0], counts.index[-1]
    return (
        f"{LABELS[str(rare)]} is rarest with {counts.iloc[0]:,.0f} images of {sizes.columns[0]}, "
        f"{LABELS[str(common)].lower()} most frequent with {counts.iloc[-1]:,.0f}"
    )
