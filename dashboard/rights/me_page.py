"""A participant's page, without an account: a code, then what is kept of them, to take along or erase."""

from collections.abc import Callable
from dataclasses import dataclass

import streamlit as st
from sqlalchemy import Engine

from dashboard.links import PARAMETER, local_time, whole_number
from dashboard.rights.own_data import Own, goes_on, own_csv, own_of
from dashboard.wording import clock, counted, escaped, session_title
from db.access import LOCAL
from db.errors import DatabaseError, SessionNotFoundError
from db.reports import SessionSummary
from db.rights.audit import A_PARTICIPANT, ERASED_OWN, TOOK_OWN, note
from db.rights.own_codes import HOLDS_MIN, LENGTH, MOST_TRIES, redeem
from db.store import Store

HOW = (
    f"The host of your session makes a code for you: {LENGTH} letters and digits, good for {HOLDS_MIN} "
    "minutes and once. With it you see what is kept of your number, take it along, and erase it."
)
WRONG = (
    f"This code opens nothing: it is not the one, was used, is older than {HOLDS_MIN} minutes, or "
    f"{MOST_TRIES} wrong ones were typed for this session. Ask the host for a new one."
)
ERASING = "All of it is deleted now, for the host too. There is no way back."


@dataclass
class Opened:
    """Whose data this browser tab may see: found by a code."""

    session_id: int
    person: int


def ask_code(engine: Engine) -> Opened | None:
    """Draw the form; whom a right code opened."""
    st.markdown(HOW)
    with st.form("own-code", border=True):
        number = st.text_input("Session", st.query_params.get(PARAMETER, ""), max_chars=9)
        code = st.text_input("Code", max_chars=LENGTH + 4, autocomplete="one-time-code", key="own-code-typed")
        pressed = st.form_submit_button("Show what is kept of me", type="primary", key="own-code-show")
    if not pressed:
        return None
    session_id = whole_number(number.strip().removeprefix("#"))
    person = None if session_id is None else redeem(engine, session_id, code)
    if session_id is None or person is None:
        st.error(WRONG, icon=":material/key_off:")
        return None
    return Opened(session_id, person)


def show_own(
    engine: Engine,
    session: SessionSummary,
    opened: Opened,
    retention_days: int,
    as_cell: Callable[[str], str],
) -> None:
    """What is kept, in words; the file, whose words `as_cell` makes; and the way to erase it."""
    own = own_of(engine, session, opened.person)
    st.header(escaped(session_title(session)), anchor=False)
    st.caption(local_time(session.started_at))
    if own.summary is None and not own.words:
        st.info("Nothing is kept of you in this session.", icon=":material/check:")
        return
    _tell(own, retention_days)
    # A rerun would forget the file of the page before it has been fetched.
    st.download_button(
        "Take it along (CSV)",
        lambda: _taken(engine, own, as_cell),
        f"attune-{session.id}-own.csv",
        "text/csv",
        on_click="ignore",
        icon=":material/download:",
    )
    sure = st.checkbox("Erase everything kept of me")
    if sure:
        st.warning(ERASING)
    if st.button("Erase", disabled=not sure, icon=":material/delete_forever:", key="erase-own"):
        _erase(engine, opened)


def _taken(engine: Engine, own: Own, as_cell: Callable[[str], str]) -> bytes:
    note(engine, A_PARTICIPANT, TOOK_OWN, own.session.id)
    return own_csv(engine, own, as_cell)


def _tell(own: Own, retention_days: int) -> None:
    kept = own.summary
    if own.words:
        said = counted(len(own.words), "thing", "things")
        st.markdown(f"Kept of your words, from a transcript that the host gave: {said} that you said.")
    if kept is None:
        return
    name = f" under the name “{escaped(kept.name)}”" if kept.name else ""
    st.markdown(
        f"You are **P{own.person}**{name}, seen from {clock(kept.first_ms / 1000)} to "
        f"{clock(kept.last_ms / 1000)}. {counted(kept.faces, 'row', 'rows')} of numbers are kept: where "
        "a face was in the picture, scores of its expression, and how head, eyes and mouth stood. No "
        "picture, no sound, and nothing that could recognise you."
    )
    if kept.excluded:
        st.markdown("The host left you out of every figure.")
    st.markdown(f"{goes_on(own.session, retention_days)} Purpose: {escaped(own.session.purpose)}.")


def _erase(engine: Engine, opened: Opened) -> None:
    try:
        Store(engine, LOCAL).forget_participant(opened.session_id, opened.person)
        note(engine, A_PARTICIPANT, ERASED_OWN, opened.session_id)
    except SessionNotFoundError:
        pass
    except DatabaseError as error:
        st.error(escaped(str(error)))
        return
    st.rerun()
