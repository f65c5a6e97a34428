"""The dialogs that rename and delete sessions, and what is offered for several at once."""

from collections.abc import Callable, Sequence

import streamlit as st

from dashboard import navigation
from dashboard.links import link, link_with
from dashboard.stored.series import series_in
from dashboard.wording import counted, escaped, session_title
from db.errors import DatabaseError, SessionNotFoundError
from db.reports import SessionSummary
from db.schema import TITLE_LENGTH
from db.store import Store

MOST_COMPARED = 10


def show_chosen(chosen: Sequence[SessionSummary], store: Store | None) -> None:
    """What can be done with the ticked sessions; `store` None: not all are one's own."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="chosen"):
        st.markdown(f"**{len(chosen)} selected**", width="content")
        if 2 <= len(chosen) <= MOST_COMPARED:
            numbers = ",".join(str(session.id) for session in chosen)
            link_with(navigation.COMPARE, "Compare", {"sessions": numbers}, navigation.COMPARE.icon)
        if len(chosen) == 1:
            link(navigation.EXPORT, "Export", chosen[0].id)
        else:
            _show_exports(chosen)
        if store is not None and st.button(
            "Delete", key="delete_chosen", icon=":material/delete:", type="tertiary"
        ):
            st.dialog("Delete sessions?")(delete_form)(chosen, store)


def _show_exports(chosen: Sequence[SessionSummary]) -> None:
    """Each session leaves in files of its own."""
    with st.popover("Export", icon=navigation.EXPORT.icon, type="tertiary", key="export_chosen"):
        for one in chosen:
            link(navigation.EXPORT, escaped(session_title(one)), one.id)


def rename_form(session: SessionSummary, store: Store) -> None:
    """What the dialog holds that gives a session another title and course."""
    title = st.text_input("Title", session.title, max_chars=TITLE_LENGTH, key=f"title_{session.id}")
    series = st.text_input(
        "Course or series",
        session.series or "",
        placeholder=series_in(title),
        max_chars=TITLE_LENGTH,
        key=f"series_{session.id}",
        help="Left empty, the title tells.",
    )
    with st.container(horizontal=True, horizontal_alignment="right"):
        if st.button("Cancel"):
            st.rerun()
        if st.button("Rename", type="primary", disabled=not title.strip(), key=f"do_rename_{session.id}"):
            do(lambda: store.rename_session(session.id, title.strip(), series))


def delete_form(sessions: Sequence[SessionSummary], store: Store) -> None:
    """What the dialog holds that asks before sessions are deleted."""
    names = ", ".join(escaped(session_title(one)) for one in sessions[:5])
    more = f" and {len(sessions) - 5} more" if len(sessions) > 5 else ""
    rows = counted(sum(one.faces for one in sessions), "row", "rows")
    whose = "its" if len(sessions) == 1 else "their"
    st.write(
        f"**{names}**{more} and {whose} {rows} are deleted for good. There is no way back; export first "
        "what you may need."
    )
    if any(one.ended_at is None for one in sessions):
        st.warning("A session among these is still running. What it records from now on is lost too.")
    with st.container(horizontal=True, horizontal_alignment="right"):
        if st.button("Keep it" if len(sessions) == 1 else "Keep them"):
            st.rerun()
        key = f"do_delete_{sessions[0].id}" if len(sessions) == 1 else "do_delete_chosen"
        if st.button("Delete for good", type="primary", icon=":material/delete:", key=key):
            do(lambda: _delete_all(sessions, store))


def do(change: Callable[[], None]) -> None:
    """Carries a change out and closes the dialog; says why if that fails. Gone already counts as done."""
    try:
        change()
    except SessionNotFoundError:
        st.toast("This session was deleted in another window.")
    except DatabaseError as error:
        st.error(str(error))
        return
    st.rerun()


def _delete_all(sessions: Sequence[SessionSummary], store: Store) -> None:
    for session in sessions:
        store.delete_session(session.id)
