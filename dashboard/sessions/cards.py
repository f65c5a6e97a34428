"""One stored session as a row of the list: what it was, its engagement, how long it is kept."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import streamlit as st

from dashboard import navigation
from dashboard.links import PARAMETER, link, local_time, target
from dashboard.sessions.dialogs import delete_form, do, rename_form
from dashboard.sessions.sparkline import sparkline
from dashboard.wording import counted, duration, escaped, session_title
from db.reports import SessionSummary
from db.store import Store

if TYPE_CHECKING:  # brings pandas, which a list without results does not need
    from dashboard.stored.overview import Overview


LOOKS = """<style>
[class*="st-key-session_"] {position: relative; isolation: isolate}
[class*="st-key-session_"] [data-testid="stPageLink-NavLink"] {padding-left: 0; position: static}
[class*="st-key-session_"] [data-testid="stPageLink-NavLink"] * {white-space: normal; overflow-wrap: anywhere}
[class*="st-key-session_"] [data-testid="stElementContainer"]:has([data-testid="stPageLink"]) {
  position: static}
[class*="st-key-session_"] [data-testid="stPageLink-NavLink"]::after {
  content: ""; position: absolute; inset: 0; z-index: 1}
[class*="st-key-session_"] :is([data-testid="stCheckbox"], button) {position: relative; z-index: 2}
[class*="st-key-rename_"] [data-testid="stMarkdownContainer"],
[class*="st-key-delete_"]:not([class*="chosen"]) [data-testid="stMarkdownContainer"] {
  position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%)}
@media (max-width: 640px) {
  [class*="st-key-session_"] [data-testid="stColumn"] {flex: 1 1 auto; min-width: 0; width: auto}
  [class*="st-key-session_"] [data-testid="stColumn"]:first-child {flex: none}
  [class*="st-key-session_"] [data-testid="stColumn"]:nth-child(2) {flex-basis: calc(100% - 4rem)}
}
</style>"""
"""A long title is read to its end, where titles of one course differ, and begins where its facts do. The
whole row opens: its link lies under all that else is pressed in it. A pencil and a bin need no words to be
seen, but to be read out. On a phone the box to tick stands beside its title."""


@dataclass(frozen=True, slots=True)
class Row:
    """`overview` None: nothing was scored. `less_usual`: against the course's other sessions, in points."""

    session: SessionSummary
    overview: "Overview | None"
    less_usual: float | None


def show_row(row: Row, store: Store | None, retention_days: int) -> bool:
    """Draw it; whether the person ticked it. `store` None: it is somebody else's, and may be read only."""
    session = row.session
    with st.container(border=True, key=f"session_{session.id}"):
        tick, what, figure, rest = st.columns([0.4, 5, 3, 3.6], vertical_alignment="center", gap="small")
        title = session_title(session)
        ticked = tick.checkbox(
            f"Select {escaped(title)}", key=f"tick_{session.id}", label_visibility="collapsed"
        )
        with what:
            with st.container(horizontal=True, vertical_alignment="center", gap="small"):
                link(navigation.REPORT, f"**{escaped(title)}**", session.id)
                if session.ended_at is None:
                    st.badge("Running", color="green", icon=":material/radio_button_checked:")
            st.caption(_facts(session))
        with figure:
            _show_figure(row)
        if store is None:
            rest.caption("Shared with you", text_alignment="right")
            return ticked
        with rest, st.container(horizontal=True, vertical_alignment="center", gap="small"):
            _show_kept(session, store, retention_days)
            if _icon_button("Rename", f"rename_{session.id}", ":material/edit:"):
                st.dialog("Rename session")(rename_form)(session, store)
            if _icon_button("Delete", f"delete_{session.id}", ":material/delete:"):
                st.dialog("Delete session?")(delete_form)([session], store)
    return ticked


def open_demo(store: Store) -> None:
    """Make the demo sessions and open the report of the last. Raises DatabaseError."""
    # Brings numpy and pandas, which the first page does not need.
    from dashboard.sessions.demo_series import write_demo_series

    with st.spinner("Making three demo sessions"):
        session_id = write_demo_series(store, datetime.now(UTC))
    st.switch_page(target(navigation.REPORT), query_params={PARAMETER: str(session_id)})


def _icon_button(label: str, key: str, icon: str) -> bool:
    return st.button(label, key=key, icon=icon, type="tertiary", help=label)


def _show_figure(row: Row) -> None:
    found = row.overview
    if found is None:
        return
    if found.engagement is None:
        st.caption(found.told)
        return
    line = sparkline(found.line, found.low, found.high, f"The group's line; {found.told} on average")
    st.html(
        f'<div style="display:flex;gap:.6rem;align-items:center">{line}'
        f'<b title="{found.definition}">{found.told}</b>{_against_usual(row.less_usual)}</div>'
    )


def _against_usual(less: float | None) -> str:
    if less is None:
        return ""
    told = f"{less:+.0f} to usual" if abs(less) >= 0.5 else "as usual"
    return f'<small title="Against the other sessions of its course, in points">{told}</small>'


def _show_kept(session: SessionSummary, store: Store, retention_days: int) -> None:
    if session.ended_at is None or not retention_days:
        return
    if session.kept:
        _keep_button("Kept", "Delete it after its time, as others are", session, store, keep=False)
    else:
        last = session.ended_at + timedelta(days=retention_days)
        _keep_button(f"Until {last:%d %b}", "Keep it until you delete it", session, store, keep=True)


def _keep_button(label: str, meaning: str, session: SessionSummary, store: Store, *, keep: bool) -> None:
    icon = ":material/bookmark_add:" if keep else ":material/bookmark_added:"
    if st.button(label, key=f"keep_{session.id}", icon=icon, type="tertiary", help=meaning):
        do(lambda: store.keep_session(session.id, keep))


def _facts(session: SessionSummary) -> str:
    facts = [
        local_time(session.started_at, near=True),
        duration(session.duration_ms),
        counted(session.people, "person", "people") if session.faces else "no face seen",
    ]
    return " · ".join(facts)
