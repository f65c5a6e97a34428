"""For an administrator: whose sessions there are, what is shared, what was done; no figures."""

import streamlit as st

from dashboard.links import local_time
from dashboard.rights.sharing import show_entries, told_of
from dashboard.wording import escaped, session_title
from db.access import Sessions
from db.errors import SessionNotFoundError
from db.reports import SessionSummary
from db.rights.accounts import names_of_accounts
from db.rights.audit import entries
from db.rights.shares import revoke, shares_of
from db.store import Store

WHAT = (
    "Titles and owners, shares to take back, and deletion; a session's figures only by a share of its owner. "
    "Everything done here is written down."
)


def show_accounts(sessions: Sessions, store: Store) -> None:
    """Draw the page of an administrator."""
    st.markdown(WHAT)
    every, shared, done = st.tabs(["Sessions", "Shares", "What was done"])
    called = names_of_accounts(sessions.engine)
    with every:
        search = st.text_input("Search", placeholder="Title or kind of session", key="accounts-search")
        for one in sessions.of_everybody(search):
            _show(one, called.get(one.owner or "", one.owner or "nobody"), store)
    with shared:
        for share in shares_of(sessions.engine):
            told, way_back = st.columns([4, 1], vertical_alignment="center")
            made = escaped(called.get(share.made_by, share.made_by))
            told.markdown(f"Session {share.session_id}, by {made}: {told_of(share)}")
            if way_back.button("Take back", key=f"revoke-{share.id}", type="tertiary"):
                revoke(sessions.engine, sessions.who, share.id)
                st.rerun()
    with done:
        show_entries(sessions, entries(sessions.engine))


def _show(session: SessionSummary, owner: str, store: Store) -> None:
    what, way_out = st.columns([5, 1], vertical_alignment="center")
    what.markdown(
        f"**{escaped(session_title(session))}** · {escaped(owner)} · {local_time(session.started_at)}"
    )
    with way_out.popover("Delete", type="tertiary", key=f"admin-delete-{session.id}"):
        st.markdown("It is deleted for its owner, for good.")
        if st.button("Delete for good", key=f"admin-delete-sure-{session.id}"):
            try:
                store.delete_session(session.id)
            except SessionNotFoundError:
                st.toast("It was deleted meanwhile.")
            st.rerun()
