"""Who is who in a session that runs or is over: names, leaving out, merging, splitting, forgetting."""

from collections.abc import Callable, Collection, Sequence
from functools import partial

import streamlit as st
from sqlalchemy import Engine

from dashboard.wording import escaped, numbered_name, person_name, told_apart
from db.errors import DatabaseError
from db.reports import Person, people
from db.store import Store

LONGEST_NAME = 60
WARNING = (
    "Everything kept of {name} is deleted now, and nothing more of this face is stored. This cannot be "
    "undone. Whoever leaves the picture and comes back may be seen as somebody new: nobody is recognised."
)


def edit_people(
    engine: Engine, store: Store, session_id: int, here: Collection[int], at_ms: int | None
) -> bool:
    """Draw the panel; True when something was changed. `here`: who is listed first; `at_ms`: where "from now
    on" begins, None for a session that is over: then a time is asked for."""
    try:
        known = people(engine, session_id)
    except DatabaseError as error:
        st.error(escaped(str(error)))
        return False
    if not known:
        st.caption("Nobody has been stored yet.")
        return False
    desk = _Desk(store, session_id)
    shown = _shown(known, here, session_id)
    for person in shown:
        _show_row(desk, person)
    _show_more(desk, known, shown, at_ms)
    return desk.changed


class _Desk:
    """Does what was asked for, and says why not."""

    def __init__(self, store: Store, session_id: int) -> None:
        self.store, self.session_id, self.changed = store, session_id, False

    def do(self, write: Callable[[], object]) -> None:
        try:
            write()
        except DatabaseError as error:
            st.error(escaped(str(error)))
        else:
            self.changed = True


def _shown(known: Sequence[Person], here: Collection[int], session_id: int) -> Sequence[Person]:
    """Who was here of late or of whom something was said; everybody when asked for."""
    near = [one for one in known if one.person in here or one.name or one.excluded]
    if len(near) in (0, len(known)):
        return known
    everybody = st.toggle(
        f"Everybody so far ({len(known)})", key=f"everybody-{session_id}", help="Also who left long ago."
    )
    return known if everybody else near


def _show_row(desk: _Desk, person: Person) -> None:
    """Name and "left out". The keys hold what is stored, so that other values bring fresh fields."""
    number, key = person.person, f"{desk.session_id}-{person.person}"
    named, left_out = st.columns([3, 2], vertical_alignment="bottom")
    typed = named.text_input(
        f"P{number}",
        person.name or "",
        max_chars=LONGEST_NAME,
        placeholder="Name",
        key=f"name-{key}-{person.name}",
    )
    if typed.strip() != (person.name or ""):
        desk.do(lambda: desk.store.name_participant(desk.session_id, number, typed))
    excluded = left_out.checkbox(
        "Leave out",
        person.excluded,
        key=f"out-{key}-{person.excluded}",
        help="Of every figure and export; nothing is deleted.",
    )
    if excluded != person.excluded:
        desk.do(lambda: desk.store.exclude_participant(desk.session_id, number, excluded))


def _show_more(desk: _Desk, known: Sequence[Person], shown: Sequence[Person], at_ms: int | None) -> None:
    """What is done to one person at a time."""
    st.divider()
    by_number = {one.person: one for one in known}
    chosen = st.selectbox(
        "Merge, split or forget",
        [one.person for one in shown],
        index=None,
        format_func=lambda number: name_of(by_number.get(number), number),
        placeholder="Choose somebody",
        key=f"chosen-{desk.session_id}",
    )
    if chosen is None or chosen not in by_number:
        return
    person = by_number[chosen]
    _merge(desk, person, [one for one in shown if one.person != chosen])
    with st.container(horizontal=True):
        _split(desk, person, at_ms)
        _undo(desk, person)
    _forget(desk, person)


def _merge(desk: _Desk, person: Person, others: Sequence[Person]) -> None:
    if not others:
        return
    by_number = {one.person: one for one in others}
    other = st.selectbox(
        "Is the same person as",
        list(by_number),
        index=None,
        format_func=lambda number: name_of(by_number.get(number), number),
        placeholder="Choose somebody",
        key=f"same-{desk.session_id}-{person.person}",
    )
    pressed = st.button(
        "Merge", disabled=other is None, icon=":material/merge:", key=f"merge-{person.person}"
    )
    if pressed and other is not None:
        desk.do(lambda: desk.store.merge_participants(desk.session_id, other, [person.person]))


def _split(desk: _Desk, person: Person, at_ms: int | None) -> None:
    if at_ms is None:
        _split_at(desk, person)
        return
    pressed = st.button(
        "From now on somebody else",
        icon=":material/call_split:",
        key=f"split-{person.person}",
        help="When one number went from one person to another.",
    )
    if pressed:
        desk.do(partial(desk.store.split_participant, desk.session_id, person.person, at_ms))


def _split_at(desk: _Desk, person: Person) -> None:
    with st.form(f"split-{desk.session_id}-{person.person}", border=False):
        at_s = st.number_input(
            "Somebody else from (seconds from the start)",
            min_value=0.0,
            step=1.0,
            format="%.1f",
            help="When one number went from one person to another. Merging the two undoes it.",
        )
        if st.form_submit_button("Split", icon=":material/call_split:"):
            desk.do(partial(desk.store.split_participant, desk.session_id, person.person, round(at_s * 1000)))


def _undo(desk: _Desk, person: Person) -> None:
    for number in person.parts:
        label = f"Give P{number} back"
        if st.button(label, icon=":material/undo:", key=f"undo-{person.person}-{number}"):
            desk.do(partial(desk.store.separate, desk.session_id, number))


def _forget(desk: _Desk, person: Person) -> None:
    name = name_of(person, person.person)
    key = f"{desk.session_id}-{person.person}"
    sure = st.checkbox(f"Delete everything kept of {escaped(name)}", key=f"sure-{key}")
    if sure:
        st.warning(WARNING.format(name=escaped(name)))
    pressed = st.button(
        "Forget this person", disabled=not sure, icon=":material/delete_forever:", key=f"forget-{key}"
    )
    if pressed and sure:
        desk.do(lambda: desk.store.forget_participant(desk.session_id, person.person))


def name_of(person: Person | None, number: int) -> str:
    """Name and number: Ana (P3)."""
    return numbered_name(None if person is None else person.name, number)


def names_of(everybody: Sequence[Person]) -> dict[int, str]:
    """What to call whom a report shows, by number; nobody as another."""
    return told_apart(
        {one.person: person_name(one.name, one.person) for one in everybody if not one.excluded}
    )
