"""The session that a reload or a closed tab cut off, where the next one is set up: told, and gone on with."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import streamlit as st

from dashboard.consent import Setup, asked_text
from dashboard.links import link
from dashboard.live.remembered import setup_of
from dashboard.navigation import REPORT
from dashboard.wording import duration, escaped
from db.access import Sessions
from db.reports import SessionSummary
from db.store import EndReason
from db.store.going_on import LONGEST_GAP

if TYPE_CHECKING:
    from dashboard.running.session import LiveSession

BECAUSE: dict[str, str] = {
    EndReason.DISCONNECTED: "its tab was closed or loaded again, or the connection was lost",
    EndReason.INTERRUPTED: "the server that it ran on was lost",
}
GO_ON = "Everyone still agrees: go on"
LOOK_AGAIN_S = 3.0
SILENT_S = 5.0
"""A running session without a picture for so long may have lost its tab; its connection notices in 30 s."""
LOOKED_THROUGH = 50

Running = Callable[[int], "LiveSession | None"]
"""The session of that number, if it runs on this server."""


def cut_off(newest: SessionSummary | None, now: datetime, silent_s: float = 0.0) -> str | None:
    """What to say of the newest session at `now` (aware); None where nothing is to be said. `silent_s`: so
    long it has had no picture, if it runs."""
    if newest is None or newest.is_demo:
        return None
    if newest.ended_at is None:
        if silent_s < SILENT_S:
            return None
        return f"“{newest.title}” has had no picture for {duration(round(silent_s * 1000))}."
    why, ago = BECAUSE.get(newest.end_reason or ""), now - newest.ended_at
    if why is None or ago > LONGEST_GAP:
        return None
    length, since = duration(newest.duration_ms), duration(round(max(0.0, ago.total_seconds()) * 1000))
    return f"“{newest.title}” was cut off {since} ago, after {length}: {why}. All until then is stored."


def newest_that_stands(
    sessions: Sessions, running: Running
) -> "tuple[SessionSummary | None, LiveSession | None]":
    """The newest session that does not go on, and that of this server if it only has no picture. Where nobody
    signs in, those that go on may be somebody else's, begun since."""
    for one in sessions.own(limit=LOOKED_THROUGH):
        if one.ended_at is not None:
            return one, None
        live = running(one.id)
        if live is not None and live.status().since_frame_s >= SILENT_S:
            return one, live
    return None, None


def as_of(sessions: Sessions, newest: SessionSummary | None) -> datetime:
    """By the clock of the lost server that `newest` ran on, which may be hours from ours; else by ours."""
    if newest is not None and newest.ended_at is not None and newest.end_reason == EndReason.INTERRUPTED:
        lost = sessions.silence(newest.id)
        if lost is not None:
            return newest.ended_at + lost
    return datetime.now(UTC)


@st.fragment(run_every=LOOK_AGAIN_S)
def show_cut_off(
    sessions: Sessions, running: Running, agree: Callable[[Setup], None], is_full: Callable[[], bool]
) -> None:
    """Say so, with the ways to go on and to the report; `agree` is called with the set-up to go on with.

    `is_full`: whether this server takes no session more; the place of one that runs on it is free, though.
    Nothing ends by being looked at: a session that still runs and is silent ends when going on is pressed.
    """
    newest, live = newest_that_stands(sessions, running)
    said = cut_off(newest, as_of(sessions, newest), 0.0 if live is None else live.status().since_frame_s)
    if said is None or newest is None:
        return
    st.info(escaped(said), icon=":material/info:")
    setup = setup_of(newest)
    with st.container(horizontal=True, vertical_alignment="center"):
        refused = live is None and is_full()
        pressed = setup is not None and st.button(
            GO_ON, key="go-on", type="primary", help=asked_text(sound=newest.sound), disabled=refused
        )
        link(REPORT, "Open its report", newest.id)
    if setup is not None and pressed:
        if live is not None:
            live.finish(EndReason.DISCONNECTED)
        agree(replace(setup, goes_on_with=newest.id, sound=newest.sound))
        st.rerun()
