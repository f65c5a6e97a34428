"""Under Share on a report, for its owner: people, links, a participant's code, and what was done."""

from collections.abc import Mapping

import pandas as pd
import streamlit as st

from dashboard import navigation
from dashboard.links import PARAMETER, local_time
from dashboard.wording import counted, escaped
from db.access import Sessions
from db.reports import SessionSummary
from db.rights.accounts import names_of_accounts
from db.rights.audit import KEPT_DAYS, Entry, entries
from db.rights.own_codes import HOLDS_MIN, make_code
from db.rights.shares import MOST_DAYS, USUAL_DAYS, Share, make_link, revoke, share_with, shares_of

PERSON, LINK = "A person", "Whoever has a link"
ONCE = "This link is shown once. Whoever has it sees the session until its time is over, or you take it back."
GROUP = "Leaves single people out, and what was said; there is no way from there to them."
WHOM = "The mail address, or the subject, that they sign in with."
CODE = "For {name}, at {address}, within {minutes} minutes, once. Tell it to them alone."


def show_sharing(sessions: Sessions, session: SessionSummary, names: Mapping[int, str], origin: str) -> None:
    """Draw it. `names`: the people of the session; `origin`: the server's public address."""
    _new(sessions, session, origin)
    _those_in_force(sessions, shares_of(sessions.engine, session.id))
    st.divider()
    _code(sessions, session, names, origin)
    with st.expander("What was done with this session", icon=":material/history:"):
        show_entries(sessions, entries(sessions.engine, session.id))


def shared_by(sessions: Sessions, session: SessionSummary) -> str:
    """What a reader is told of where the session comes from."""
    owner = session.owner or ""
    return f"Shared by {escaped(names_of_accounts(sessions.engine).get(owner, owner))}, to read."


def _new(sessions: Sessions, session: SessionSummary, origin: str) -> None:
    way = st.radio("Share with", [PERSON, LINK], horizontal=True, key="share-way")
    name = st.text_input("Who", key="share-who", help=WHOM) if way == PERSON else ""
    days = st.number_input("For so many days", 1, MOST_DAYS, USUAL_DAYS, key="share-days")
    group_only = st.toggle("Group only", value=way == LINK, key=f"share-group-{way}", help=GROUP)
    label = "Share" if way == PERSON else "Make a link"
    if not st.button(label, type="primary", disabled=way == PERSON and not name.strip(), key="share-do"):
        return
    if way == PERSON:
        share_with(sessions.engine, sessions.who, session.id, name, group_only=group_only, days=int(days))
        st.success(f"Shared with {escaped(name.strip())}.")
        return
    token = make_link(sessions.engine, sessions.who, session.id, group_only=group_only, days=int(days))
    st.code(f"{origin}/s/{token}", language=None, wrap_lines=True)
    st.caption(ONCE)


def _those_in_force(sessions: Sessions, shares: list[Share]) -> None:
    for one in shares:
        told, way_back = st.columns([4, 1], vertical_alignment="center")
        told.markdown(told_of(one))
        if way_back.button("Take back", key=f"revoke-{one.id}", type="tertiary"):
            revoke(sessions.engine, sessions.who, one.id)
            st.rerun()


def told_of(one: Share) -> str:
    """A share in words."""
    whom = f"Link of {local_time(one.made_at)}" if one.subject is None else escaped(one.subject)
    return f"{whom} · {'group only' if one.group_only else 'everything'} · until {one.until:%d %b %Y}"


def _code(sessions: Sessions, session: SessionSummary, names: Mapping[int, str], origin: str) -> None:
    if not names:
        return
    person = st.selectbox(
        "A code for a participant", list(names), index=None, format_func=names.__getitem__, key="code-for"
    )
    if person is not None and st.button("Make the code", icon=":material/pin:", key="code-make"):
        code = make_code(sessions.engine, sessions.who, session.id, person)
        st.code(f"{code[:4]}-{code[4:]}", language=None)
        address = f"{origin}/{navigation.ME.url}?{PARAMETER}={session.id}"
        st.caption(CODE.format(name=escaped(names[person]), address=escaped(address), minutes=HOLDS_MIN))


def show_entries(sessions: Sessions, shown: list[Entry]) -> None:
    """What was done, as a table, the newest first."""
    if not shown:
        st.caption("Nothing yet.")
        return
    called = names_of_accounts(sessions.engine)
    rows = [
        (local_time(one.at), called.get(one.who, one.who), one.what, str(one.session_id or ""))
        for one in shown
    ]
    table = pd.DataFrame(rows, columns=["When", "Who", "What", "Session"])
    st.dataframe(table, hide_index=True)
    st.caption(
        f"{counted(len(rows), 'entry', 'entries')}; each is kept for {KEPT_DAYS} days, and holds no figure."
    )
