"""What to show of a report, under Adjust: time range, smoothing, person, group only; by which definition.

The address is the truth: controls show what it says, and changing one changes it, so that a view can be sent.
"""

from collections.abc import Callable, Mapping
from typing import Any

import streamlit as st

from dashboard import navigation
from dashboard.controls.definition import choose_definition
from dashboard.controls.state import show_as, shown_by
from dashboard.links import DEFINITION, FROM, GROUP, PERSON, TO, link_with
from dashboard.reading import Neutral, Reading, stored_reading
from dashboard.report.address import Asked, range_query
from dashboard.stored.figures import bucket_ms_for
from dashboard.stored.report import SessionReport, View
from dashboard.wording import clock, escaped
from db.errors import DatabaseError
from db.reports import SessionSettings, SessionSummary
from db.store import Store
from model.engagement.definitions import DEFINITIONS

RANGE_STEPS = 240
SMOOTHING_MS = {"Off": 0, "5 s": 5_000, "10 s": 10_000, "30 s": 30_000, "1 min": 60_000, "5 min": 300_000}
EVERYBODY = 0


def choose_view(session: SessionSummary, asked: Asked, names: Mapping[int, str]) -> View:
    """Which part of a session to show, and how. `names`: whom one may choose, by number."""
    start_ms, end_ms = _range(session, asked)
    _person(session, asked, names)
    _group_only(session, asked)
    smoothing = st.selectbox("Smoothing", list(SMOOTHING_MS), key=f"smoothing_{session.id}")
    return View(start_ms, end_ms, SMOOTHING_MS[smoothing], asked.group_only)


def show_chosen(report: SessionReport, person: int | None) -> None:
    """What differs from all of the session, for everybody; nothing where nothing does."""
    view, told = report.view, []
    if view.start_ms or view.end_ms is not None:
        end_ms = report.session.duration_ms if view.end_ms is None else view.end_ms
        told.append(f"{clock(view.start_ms / 1000)} to {clock(end_ms / 1000)}")
    if person is not None:
        told.append(f"{escaped(report.names.get(person, f'P{person}'))} beside the group")
    if view.group_only:
        told.append("group only")
    if not told:
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.caption(f"Shown: {', '.join(told)}", width="content")
        if view.start_ms or view.end_ms is not None:
            kept = {one: text for one, text in st.query_params.to_dict().items() if one not in (FROM, TO)}
            link_with(navigation.REPORT, "Show the whole session", kept)


def choose_reading(
    session: SessionSummary, stored: SessionSettings, store: Store | None, asked: Asked
) -> Reading:
    """The picker of the definition with its formula, source and limits; its weights; and whose neutral.

    Begins with what the address asks for, else with what the session keeps, and says so where that cannot be
    used.
    """
    kept, troubles = stored_reading(stored)
    for sentence in troubles:
        st.warning(escaped(sentence), icon=":material/rule:")
    begin, key = kept, f"definition-{session.id}"
    if asked.definition not in (None, kept.definition.name):
        wanted = DEFINITIONS[asked.definition or kept.definition.name]
        begin = Reading(wanted, dict(wanted.weights))
    show_as(key, begin.definition.name)
    told = _told(key, DEFINITION, lambda name: None if name == kept.definition.name else name)
    definition, weights = choose_definition(begin, str(session.id), told) or (begin.definition, begin.weights)
    neutral = st.selectbox(
        "Show",
        list(Neutral),
        format_func=lambda one: f"Values {one}" if one is Neutral.NONE else one.capitalize(),
        key=f"neutral_{session.id}",
        help="Faces differ at rest. A change is from what the same person's face showed at rest: the middle "
        "of their first ten seconds, or a mean that follows the last minute.",
    )
    chosen = Reading(definition, weights, neutral or Neutral.NONE, kept.circumplex)
    _offer_to_keep(session, chosen, kept if not troubles else None, store)
    return chosen


def _told(key: str, parameter: str, words: Callable[[Any], str | None]) -> Callable[[], None]:
    """What a control does when changed: writes `words` of its value into the address, or takes it out."""

    def tell() -> None:
        _write({parameter: words(shown_by(key))})

    return tell


def _write(parts: Mapping[str, str | None]) -> None:
    for name, text in parts.items():
        if text is None:
            st.query_params.pop(name, None)
        else:
            st.query_params[name] = text


def _person(session: SessionSummary, asked: Asked, names: Mapping[int, str]) -> None:
    if asked.group_only or not names:
        return
    key = f"person_{session.id}"
    show_as(key, asked.person or EVERYBODY)
    st.selectbox(
        "Person",
        [EVERYBODY, *names],
        format_func=lambda one: names.get(one, "Everybody"),
        key=key,
        on_change=_told(key, PERSON, lambda one: str(one) if one else None),
        help="Beside the group's line, in the moments and under Why.",
    )


def _group_only(session: SessionSummary, asked: Asked) -> None:
    if asked.forced:
        st.caption("Group only, as it is shared.")
        return
    key = f"group_{session.id}"
    show_as(key, asked.group_only)
    st.toggle(
        "Group only",
        key=key,
        on_change=_told(key, GROUP, lambda on: "1" if on else None),
        help="Hides individuals, and every moment with too few people to be a group.",
    )


def _range(session: SessionSummary, asked: Asked) -> tuple[int, int | None]:
    step_ms = bucket_ms_for(max(session.duration_ms, 1), RANGE_STEPS)
    steps = -(-session.duration_ms // step_ms)
    if steps < 2:
        return 0, None
    end_ms = session.duration_ms
    first, last = asked.start_ms, end_ms if asked.end_ms is None else asked.end_ms
    edges = sorted({*(step * step_ms for step in range(steps)), end_ms, first, last})
    key = f"range_{session.id}"
    show_as(key, (first, last))

    def tell() -> None:
        low, high = shown_by(key)
        if low == high:
            high = min(low + step_ms, end_ms)
            low = min(low, high - step_ms)
        told = range_query(max(low, 0), None if high >= end_ms else high)
        _write({FROM: told.get(FROM), TO: told.get(TO)})

    st.select_slider(
        "Time range",
        options=edges,
        value=(first, last),
        format_func=lambda edge: clock(-(-edge // 1000)),  # the end may lie within a second
        key=key,
        on_change=tell,
    )
    return first, asked.end_ms


def _offer_to_keep(
    session: SessionSummary, chosen: Reading, kept: Reading | None, store: Store | None
) -> None:
    same = kept and (kept.definition, dict(kept.weights)) == (chosen.definition, dict(chosen.weights))
    if same or store is None:
        return
    if st.button("Keep with the session", key=f"keep_{session.id}", icon=":material/save:"):
        try:
            store.set_engagement(session.id, chosen.definition.name, chosen.weights)
        except DatabaseError as error:
            st.error(escaped(str(error)))
            return
        st.rerun()
