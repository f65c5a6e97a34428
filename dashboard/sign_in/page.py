"""What those see who have to sign in, and the menu of those who did."""

from collections.abc import Callable

import streamlit as st

from dashboard import navigation
from dashboard.links import link
from dashboard.wording import escaped
from db.access import Who

FAILED = (
    "The sign-in did not succeed: it was refused or given up, took too long, or the clocks of this server "
    "and the sign-in service differ by minutes. Try again; if it fails again, tell whoever runs this server."
)
WHY = "This server is for people who have an account. What is recorded here is seen by its owner alone."
BY_PROXY = "The proxy in front of this server signs people in, and named nobody. Open Attune by its address."
FOR_ADMINISTRATORS = "This page is for administrators."
LINKED = "You came by a link, which opens the session that it was made for, and nothing else."
PARTICIPANT = "You were in a session and have a code from its host? Open [your own data](me)."


def show_sign_in(who: Who, trouble: str | None, *, by_proxy: bool) -> None:
    """In place of a page that is not for `who`; `trouble`: why a sign-in of theirs does not count."""
    if who.subject is not None:
        st.info(FOR_ADMINISTRATORS, icon=":material/shield_person:")
        return
    st.title("Attune", anchor=False)
    if trouble is None and st.query_params.get("sign-in") == "failed":
        trouble = FAILED
    if trouble is not None:
        st.warning(trouble, icon=":material/error:")
    st.markdown(BY_PROXY if by_proxy else WHY)
    if who.links:
        st.caption(LINKED)
    if not by_proxy and st.button("Sign in", type="primary", icon=":material/login:", key="sign-in"):
        st.login()
    st.caption(PARTICIPANT)


def show_account(who: Who, sign_out: Callable[[], None] | None) -> None:
    """Who is signed in, and the way out; `sign_out` None: the proxy's matter."""
    with (
        st.container(key="account", horizontal=True, horizontal_alignment="right"),
        st.popover(escaped(who.name), icon=":material/account_circle:", type="tertiary"),
    ):
        st.markdown(f"Signed in as {escaped(who.mail or who.subject or '')}")
        if who.is_administrator:
            link(navigation.ACCOUNTS, "Accounts and sessions")
        if sign_out is None:
            return
        st.caption("Signing out ends every tab, also a session that runs in one.")
        if st.button("Sign out", icon=":material/logout:", key="sign-out"):
            sign_out()
            st.logout()
            st.stop()  # the tab is closed within a second; it must have heard by then where to go
