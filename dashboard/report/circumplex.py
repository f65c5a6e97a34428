"""The group's way through valence and arousal, and the table of points that it is computed from."""

import pandas as pd
import streamlit as st

from dashboard.controls.chart import show_chart
from dashboard.palette import LABELS, SCORES
from dashboard.report import maps as report_maps
from dashboard.report.sections import is_line
from dashboard.stored.report import SessionReport
from dashboard.wording import escaped
from db.errors import DatabaseError
from db.store import Store
from model.emotions import EMOTIONS
from model.engagement.affect import AXES, CIRCUMPLEX, Circumplex, checked_circumplex, circumplex_numbers
from model.errors import EngagementError


def show_circumplex(report: SessionReport, store: Store | None) -> None:
    """Draw the path beside what it is, and the table to edit."""
    if not is_line(report.timeline[SCORES[0]]):
        return
    words, plane = st.columns([2, 3], gap="large", vertical_alignment="center")
    table = report.reading.circumplex
    with words:
        st.header("Valence and arousal", anchor=False)
        st.markdown("How pleasant and how excited the group looked, from the first minute to the last")
        whose = "Russell 1980" if table == CIRCUMPLEX else "this session's own"
        st.caption(
            f"Each dot is the mean of the expressions' points (diamonds, {whose}) under the group's "
            "scores. Published tables disagree on surprise, disgust and fear."
        )
        if store is not None:
            with st.expander("Points of the expressions", icon=":material/tune:"):
                _edit(report.session.id, table, store)
    with plane:
        figure = report_maps.circumplex(report.timeline, table)
        show_chart(figure, "circumplex", "Path through valence and arousal.")


def _edit(session_id: int, table: Circumplex, store: Store) -> None:
    """The table as fields. Their key holds what is kept, so that another table brings fresh fields."""
    points = pd.DataFrame([table[one] for one in EMOTIONS], [LABELS[one] for one in EMOTIONS], columns=AXES)
    number = st.column_config.NumberColumn
    typed = st.data_editor(
        points,
        key=f"points-{session_id}-{hash(tuple(points.to_numpy().ravel().tolist()))}",
        column_config={"_index": st.column_config.TextColumn("", disabled=True)}
        | {axis: number(axis.title(), min_value=-1.0, max_value=1.0, step=0.01) for axis in AXES},
    )
    chosen = _checked(typed)
    if chosen is None:
        return
    if chosen != table and st.button("Keep these points", key="keep-points", icon=":material/save:"):
        _keep(session_id, chosen, store)
    if table != CIRCUMPLEX and st.button(
        "Published points", key="published-points", icon=":material/restart_alt:"
    ):
        _keep(session_id, CIRCUMPLEX, store)


def _checked(typed: pd.DataFrame) -> Circumplex | None:
    """The table that was typed; None, with a sentence, where it is none."""
    values = zip(EMOTIONS, typed.to_numpy(dtype="float64").tolist(), strict=True)
    given = {f"{one}_{axis}": value for one, row in values for axis, value in zip(AXES, row, strict=True)}
    try:
        return checked_circumplex(given)
    except EngagementError as error:
        st.error(f"{escaped(str(error))}. The points from before are used until then.")
        return None


def _keep(session_id: int, table: Circumplex, store: Store) -> None:
    try:
        store.set_circumplex(session_id, None if table == CIRCUMPLEX else circumplex_numbers(table))
    except DatabaseError as error:
        st.error(escaped(str(error)))
        return
    st.rerun()
