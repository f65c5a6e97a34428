"""What to compare: the controls above the Compare page. The address is the truth, as on the report."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import streamlit as st

from dashboard.compare.address import LEAST, MOST, SESSIONS, Item, Wanted, items_of, query_of, wanted_of
from dashboard.controls.definition import name_definition
from dashboard.controls.people import names_of
from dashboard.controls.state import show_as, shown_by
from dashboard.links import DEFINITION, GROUP, for_whom, local_time
from dashboard.reading import Reading
from dashboard.wording import clock, counted, escaped, session_title
from db.access import Access, Sessions
from db.errors import SessionNotFoundError
from db.reports import SessionSummary, people
from db.rights.audit import OPENED
from model.engagement.definitions import DEFAULT, DEFINITIONS

AXIS, BY_SHARE = "axis", "share"
PERSON_LIST, RANGE_LIST = "compare_people", "compare_parts"
MOST_PARTS = 10
WHOLE_TITLES = """<style>
.stMultiSelect [data-tag] {height: auto; max-width: 100%}
.stMultiSelect [data-tag] > span {white-space: normal}
.stMultiSelect [role=group], .stMultiSelect [data-testid=stMultiSelectTagsContainer] {max-height: none}
</style>"""
"""What is chosen is told whole: titles of one course differ at their end."""


@dataclass(frozen=True, slots=True)
class Choice:
    """What is compared and how."""

    items: tuple[Item, ...]
    reading: Reading
    share: bool
    group_only: bool


def choose_comparison(sessions: Sessions) -> Choice:
    """Draw the controls; tell what they and the address say, with a sentence for what cannot be used."""
    wanted = wanted_of(st.query_params)
    found, gone = _found(sessions, wanted.sessions)
    _choose_sessions(sessions, wanted, found)
    forced = any(sessions.access(one.id) < Access.READ for one in found)
    left, middle, right = st.columns([3, 2, 2], vertical_alignment="bottom", gap="medium")
    group_only = forced or st.query_params.get(GROUP) == "1"
    with left:
        reading = _choose_reading()
    with middle:
        share = _switch("As a share of the length", AXIS, BY_SHARE, "Short and long ones side by side.")
    with right:
        if forced:
            st.caption("Group only, as it is shared")
        else:
            _switch("Group only", GROUP, "1", "Hides individuals, and moments with too few people.")
    names = _names(sessions, found, group_only)
    if len(found) == 1:
        _choose_within(found[0], wanted, names)
    items, left_out = items_of(wanted, found, names)
    for sentence in (*wanted.troubles, *gone, *left_out):
        st.warning(sentence, icon=":material/info:")
    return Choice(tuple(items), reading, share, group_only)


def how_to_begin(choice: Choice) -> str:
    """Why there is nothing to compare yet."""
    if len(choice.items) == 1 and choice.items[0].person is None and not choice.items[0].start_ms:
        return "Choose a second session, or people or parts of this one."
    return f"Choose {LEAST} to {MOST} to compare."


def _found(sessions: Sessions, numbers: Sequence[int]) -> tuple[list[SessionSummary], list[str]]:
    found, gone = [], []
    for number in numbers:
        try:
            found.append(sessions.get(number))
            sessions.visit(number, OPENED)
        except SessionNotFoundError:
            gone.append(f"There is no session {number}{for_whom(sessions.who)}")
    return found, gone


def _choose_sessions(sessions: Sessions, wanted: Wanted, found: Sequence[SessionSummary]) -> None:
    listed = {one.id: one for one in [*sessions.listed(), *found]}
    key = "compare_sessions"
    st.html(WHOLE_TITLES)
    show_as(key, [one.id for one in found])

    def tell() -> None:
        chosen = tuple(shown_by(key) or ())
        _write(query_of(Wanted(chosen) if chosen != wanted.sessions else wanted))

    st.multiselect(
        "Sessions",
        list(listed),
        format_func=lambda one: (
            f"{session_title(listed[one])} ({local_time(listed[one].started_at)}, #{one})"
        ),
        max_selections=MOST,
        placeholder="Choose two to ten sessions, or one to compare within",
        key=key,
        on_change=tell,
    )


def _choose_reading() -> Reading:
    asked = st.query_params.get(DEFINITION, DEFAULT.name)
    if asked not in DEFINITIONS:
        st.warning(f"There is no definition “{escaped(asked[:40])}”; “{DEFAULT.title}” is shown.")
        asked = DEFAULT.name
    key = "compare_definition"
    show_as(key, asked)

    def tell() -> None:
        _write_one(DEFINITION, None if shown_by(key) == DEFAULT.name else shown_by(key))

    definition = name_definition(DEFINITIONS[asked], key, tell)
    return Reading(definition, dict(definition.weights))


def _switch(label: str, parameter: str, on: str, meaning: str) -> bool:
    key = f"compare_{parameter}"
    show_as(key, st.query_params.get(parameter) == on)
    return st.toggle(
        label, key=key, help=meaning, on_change=lambda: _write_one(parameter, on if shown_by(key) else None)
    )


def _choose_within(session: SessionSummary, wanted: Wanted, names: Mapping[int, str]) -> None:
    left, right = st.columns(2, gap="medium")
    with left:
        if names:
            show_as(PERSON_LIST, [one for one in wanted.people if one in names])
            st.multiselect(
                "People of this session",
                list(names),
                format_func=names.__getitem__,
                max_selections=MOST,
                key=PERSON_LIST,
                on_change=lambda: _write(query_of(Wanted((session.id,), tuple(shown_by(PERSON_LIST))))),
            )
    with right:
        _choose_parts(session, wanted)


def _choose_parts(session: SessionSummary, wanted: Wanted) -> None:
    """Equal parts; ranges of one's own are typed into the address."""
    show_as(RANGE_LIST, len(wanted.ranges) if 1 < len(wanted.ranges) <= MOST_PARTS else 0)

    def tell() -> None:
        parts = int(shown_by(RANGE_LIST))
        edges = [session.duration_ms * part // parts // 1000 * 1000 for part in range(parts)]
        spans = zip(edges, [*edges[1:], -(-session.duration_ms // 1000) * 1000], strict=True) if parts else ()
        _write(query_of(Wanted((session.id,), (), tuple(span for span in spans if span[1] > span[0]))))

    st.selectbox(
        "Equal parts of this session",
        [0, *range(2, MOST_PARTS + 1)],
        format_func=lambda one: counted(one, "part", "parts") if one else "None",
        key=RANGE_LIST,
        on_change=tell,
        help=f"It lasts {clock(session.duration_ms / 1000)}. Others: ranges=0-60,60-180 in the address.",
    )


def _names(sessions: Sessions, found: Sequence[SessionSummary], group_only: bool) -> dict[int, str]:
    return names_of(people(sessions.engine, found[0].id)) if len(found) == 1 and not group_only else {}


def _write(parts: Mapping[str, str]) -> None:
    for name in (SESSIONS, "people", "ranges"):
        _write_one(name, parts.get(name))


def _write_one(name: str, text: str | None) -> None:
    if text is None:
        st.query_params.pop(name, None)
    else:
        st.query_params[name] = text
