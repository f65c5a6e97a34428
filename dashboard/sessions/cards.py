"""One stored session as a card of the list, with the dialogs that rename and delete it."""

from collections.abc import Callable

import streamlit as st

from dashboard import navigation
from dashboard.links import link, local_time
from dashboard.wording import counted, duration, escaped, percent, session_title
from db.errors import DatabaseError, SessionNotFoundError
from db.reports import SessionSummary
from db.schema import TITLE_LENGTH
from db.store import Store


def show_card(session: SessionSummary, store: Store) -> None:
    """Title, facts and the three things that can be done with a session."""
    with (
        st.container(border=True, key=f"session_{session.id}"),
        st.container(horizontal=True, vertical_alignment="center", gap="small"),
    ):
        with st.container(width="stretch", gap="xxsmall"):
            with st.container(horizontal=True, vertical_alignment="center", gap="small"):
                st.markdown(f"**{escaped(session_title(session))}**", width="content")
                _badges(session)
            st.caption(_facts(session))
        with st.container(horizontal=True, vertical_alignment="center", gap="small", width="content"):
            link(navigation.REPORT, "Open report", session.id)
            if st.button("Rename", key=f"rename_{session.id}", icon=":material/edit:", type="tertiary"):
                st.dialog("Rename session")(rename_form)(session, store)
            if st.button("Delete", key=f"delete_{session.id}", icon=":material/delete:", type="tertiary"):
                st.dialog("Delete session?")(delete_form)(session, store)


def _badges(session: SessionSummary) -> None:
    if session.is_demo:
        st.badge("Demo", color="violet", icon=":material/auto_awesome:")
    if session.ended_at is None:
        st.badge("Running", color="green", icon=":material/radio_button_checked:")
    st.badge(session.kind.capitalize(), color="gray")


def _facts(session: SessionSummary) -> str:
    usable = f"{percent(session.usable / session.faces)} usable" if session.faces else "no face seen"
    facts = [
        local_time(session.started_at),
        duration(session.duration_ms),
        counted(session.people, "person", "people"),
        usable,
    ]
    return " · ".join(facts)


def rename_form(session: SessionSummary, store: Store) -> None:
    """What the dialog holds that gives a session another title."""
    title = st.text_input("Title", session.title, max_chars=TITLE_LENGTH, key=f"title_{session.id}")
    with st.container(horizontal=True, horizontal_alignment="right"):
        if st.button("Cancel"):
            st.rerun()
        if st.button("Rename", type="primary", disabled=not title.strip(), key=f"do_rename_{session.id}"):
            _do(lambda: store.rename_session(session.id, title.strip()))


def delete_form(session: SessionSummary, store: Store) -> None:
    """What the dialog holds that asks before a session is deleted."""
    st.write(
        f"**{escaped(session_title(session))}** and its {counted(session.faces, 'row', 'rows')} are deleted "
        "for good. There is no way back; export it first if you may need it."
    )
    if session.ended_at is None:
        st.warning("This session is still running. What it records from now on is lost too.")
    with st.container(horizontal=True, horizontal_alignment="right"):
        if st.button("Keep it"):
            st.rerun()
        if st.button(
            "Delete for good", type="primary", icon=":material/delete:", key=f"do_delete_{session.id}"
        ):
            _do(lambda: store.delete_session(session.id))


def _do(change: Callable[[], None]) -> None:
    """Carries a change out and closes the dialog; says why if that fails. Gone already counts as done."""
    try:
        change()
    except SessionNotFoundError:
        st.toast("This session was deleted in another window.")
    except DatabaseError as error:
        st.error(str(error))
        return
    st.rerun()
