"""Saying who was who after a session: name, merge, split, take apart, leave out, forget."""

from collections.abc import Callable, Sequence
from functools import partial

import streamlit as st

from dashboard.wording import clock, escaped, numbered_name, person_name
from db.errors import DatabaseError
from db.reports import Person, SessionSummary
from db.schema import WORD_LENGTH
from db.store import Store

GONE = "Everything kept of **{name}** in this session is deleted for good. There is no way back."


def show_roster(session: SessionSummary, everybody: Sequence[Person], store: Store) -> None:
    """Choose somebody, then what is to be said of them. Every figure and export follows."""
    if not everybody:
        st.markdown("Nobody is left in this session.")
        return
    by_number = {one.person: one for one in everybody}
    chosen = st.selectbox(
        "Person",
        list(by_number),
        format_func=lambda one: titled(by_number[one]) if one in by_number else f"P{one}",
        key=f"roster_{session.id}",
    )
    person = by_number[chosen if chosen in by_number else everybody[0].person]
    left, right = st.columns(2, gap="large")
    with left:
        _name(session, person, store)
        _merge(session, person, everybody, store)
    with right:
        _split(session, person, store)
        _take_apart(session, person, store)
        _leave_out(session, person, store)
        if st.button("Forget this person", key=f"forget_{session.id}", icon=":material/delete:"):
            st.dialog("Forget this person?")(forget_form)(session, person, store)


def titled(person: Person) -> str:
    """Ada (P1), left out."""
    name = numbered_name(person.name, person.person)
    return f"{name}, left out" if person.excluded else name


def forget_form(session: SessionSummary, person: Person, store: Store) -> None:
    """What the dialog holds that asks before everything of a person is deleted."""
    st.write(GONE.format(name=escaped(titled(person))))
    if session.ended_at is None:
        st.write("The session is still running: nothing more of this face is stored.")
    with st.container(horizontal=True, horizontal_alignment="right"):
        if st.button("Keep"):
            st.rerun()
        if st.button("Forget for good", type="primary", key=f"do_forget_{session.id}"):
            _do(lambda: store.forget_participant(session.id, person.person))


def _name(session: SessionSummary, person: Person, store: Store) -> None:
    with st.form(f"name_{session.id}_{person.person}", border=False):
        typed = st.text_input(
            "Name", person.name or "", max_chars=WORD_LENGTH, placeholder=person_name(None, person.person)
        )
        if st.form_submit_button("Save the name", icon=":material/edit:"):
            _do(lambda: store.name_participant(session.id, person.person, typed))


def _merge(session: SessionSummary, person: Person, everybody: Sequence[Person], store: Store) -> None:
    others = {one.person: titled(one) for one in everybody if one.person != person.person}
    if not others:
        return
    with st.form(f"merge_{session.id}_{person.person}", border=False):
        same = st.multiselect(
            "Also this person", list(others), format_func=lambda one: others.get(one, f"P{one}")
        )
        if st.form_submit_button("Merge", icon=":material/merge:") and same:
            _do(lambda: store.merge_participants(session.id, person.person, same))


def _split(session: SessionSummary, person: Person, store: Store) -> None:
    with st.form(f"split_{session.id}_{person.person}", border=False):
        at_s = st.number_input(
            "Somebody else from (seconds from the start)",
            min_value=0.0,
            max_value=max(session.duration_ms / 1000, 0.1),
            value=session.duration_ms / 2000,
            step=1.0,
            format="%.1f",
            help=f"Until {clock(session.duration_ms / 1000)}. Merging the two undoes it.",
        )
        if st.form_submit_button("Split", icon=":material/call_split:"):
            _do(lambda: store.split_participant(session.id, person.person, round(at_s * 1000)))


def _take_apart(session: SessionSummary, person: Person, store: Store) -> None:
    for part in person.parts:
        key = f"apart_{session.id}_{person.person}_{part}"
        if st.button(f"Take P{part} apart again", key=key, icon=":material/undo:"):
            _do(partial(store.separate, session.id, part))


def _leave_out(session: SessionSummary, person: Person, store: Store) -> None:
    label = "Take in again" if person.excluded else "Leave out of the report"
    icon = ":material/person_add:" if person.excluded else ":material/person_off:"
    if st.button(label, key=f"exclude_{session.id}", icon=icon, help="Nothing is deleted by leaving out."):
        _do(lambda: store.exclude_participant(session.id, person.person, not person.excluded))


def _do(change: Callable[[], object]) -> None:
    """Carries a change out and draws the page anew; says why if it cannot be done."""
    try:
        change()
    except DatabaseError as error:
        st.error(escaped(str(error)))
        return
    st.rerun()
