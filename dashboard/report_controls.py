"""What to show of a report: time range, smoothing, group only; and by which definition engagement is read."""

from collections.abc import Mapping

import streamlit as st

from dashboard import wording
from dashboard.analytics import bucket_ms_for
from dashboard.live_definition import label_of
from dashboard.reading import Neutral, Reading, stored_reading
from dashboard.session_report import View
from dashboard.wording import clock, escaped
from db.errors import DatabaseError
from db.reports import SessionSettings, SessionSummary
from db.store import Store
from model.definitions import DEFINITIONS, GAZE, HOW_GOOD, Definition
from model.errors import EngagementError
from model.weights import checked_weights

RANGE_STEPS = 240
SMOOTHING_MS = {"Off": 0, "5 s": 5_000, "10 s": 10_000, "30 s": 30_000, "1 min": 60_000, "5 min": 300_000}


def choose_view(session: SessionSummary) -> View:
    """The controls above a report and the choice made with them."""
    left, middle, right = st.columns([5, 2, 2], vertical_alignment="bottom", gap="medium")
    with left:
        start_ms, end_ms = _range(session)
    smoothing = middle.selectbox("Smoothing", list(SMOOTHING_MS), index=2, key=f"smoothing_{session.id}")
    group_only = right.toggle(
        "Group only",
        key=f"group_{session.id}",
        help="Hides individuals, and every moment with too few people to be a group.",
    )
    return View(start_ms, end_ms, SMOOTHING_MS[smoothing], group_only)


def choose_reading(session: SessionSummary, stored: SessionSettings, store: Store) -> Reading:
    """The picker of the definition with its formula, source and limits; its weights; and whose neutral.

    Begins with what the session keeps, and says so where that cannot be used.
    """
    kept, troubles = stored_reading(stored)
    for sentence in troubles:
        st.warning(escaped(sentence), icon=":material/rule:")
    names = list(DEFINITIONS)
    name = st.selectbox(
        "Definition",
        names,
        index=names.index(kept.definition.name),
        format_func=lambda one: DEFINITIONS[one].title,
        key=f"definition_{session.id}",
    )
    definition = DEFINITIONS[name]
    st.markdown(f"**{escaped(definition.formula)}**")
    st.caption(f"{escaped(definition.limits)} Source: {wording.cited(definition.citation)}.", help=HOW_GOOD)
    weights = _choose_weights(session, definition, kept)
    neutral = st.selectbox(
        "Show",
        list(Neutral),
        format_func=lambda one: f"Values {one}" if one is Neutral.NONE else one.capitalize(),
        key=f"neutral_{session.id}",
        help="Faces differ at rest. A change is from what the same person's face showed at rest: the middle "
        "of their first ten seconds, or a mean that follows the last minute.",
    )
    chosen = Reading(definition, weights, neutral or Neutral.NONE)
    _offer_to_keep(session, chosen, kept if not troubles else None, store)
    return chosen


def _choose_weights(session: SessionSummary, definition: Definition, kept: Reading) -> Mapping[str, float]:
    published = dict(definition.weights)
    begin = dict(kept.weights) if kept.definition is definition else published
    with st.expander("Weights", icon=":material/tune:"):
        own = st.toggle("Own weights", begin != published, key=f"own_{session.id}_{definition.name}")
        typed = {
            weight: _weight(session, definition, weight, value if own else published[weight], own)
            for weight, value in begin.items()
        }
    if not own:
        return published
    try:
        return checked_weights(definition, typed)
    except EngagementError as error:
        st.error(f"{escaped(str(error))}. The published weights are shown until then.")
        return published


def _weight(session: SessionSummary, definition: Definition, weight: str, value: float, own: bool) -> float:
    return st.number_input(
        label_of(weight),
        value=float(value),
        step=0.5 if weight.startswith(GAZE) else 0.05,
        format="%.2f",
        disabled=not own,
        key=f"weight_{session.id}_{definition.name}_{weight}_{own}",
    )


def _offer_to_keep(session: SessionSummary, chosen: Reading, kept: Reading | None, store: Store) -> None:
    same = kept and (kept.definition, dict(kept.weights)) == (chosen.definition, dict(chosen.weights))
    if same:
        return
    if st.button("Keep with the session", key=f"keep_{session.id}", icon=":material/save:"):
        try:
            store.set_engagement(session.id, chosen.definition.name, chosen.weights)
        except DatabaseError as error:
            st.error(escaped(str(error)))
            return
        st.rerun()


def _range(session: SessionSummary) -> tuple[int, int | None]:
    step_ms = bucket_ms_for(max(session.duration_ms, 1), RANGE_STEPS)
    steps = -(-session.duration_ms // step_ms)
    if steps < 2:
        return 0, None
    edges = [*(step * step_ms for step in range(steps)), session.duration_ms]
    first, last = st.select_slider(
        "Time range",
        options=edges,
        value=(edges[0], edges[-1]),
        format_func=lambda edge: clock(edge / 1000),
        # A session that still runs grows: its slider starts anew rather than hold an end that has moved.
        key=f"range_{session.id}_{'' if session.ended_at is None else session.duration_ms}",
    )
    if first == last:
        last = min(first + step_ms, edges[-1])
        first = min(first, last - step_ms)
    return max(first, 0), None if last == edges[-1] else last
