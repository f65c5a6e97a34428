"""A word about the session that a reload or a closed tab cut off, where the next one is set up."""

from datetime import UTC, datetime, timedelta

import streamlit as st

from dashboard.links import link
from dashboard.navigation import REPORT
from dashboard.wording import duration, escaped
from db.access import Sessions
from db.reports import SessionSummary
from db.store import EndReason

TOLD_FOR = timedelta(minutes=10)
BECAUSE: dict[str, str] = {
    EndReason.DISCONNECTED: "its tab was closed or loaded again or the connection was lost",
    EndReason.INTERRUPTED: "the server that it ran on was lost",
}


def cut_off(newest: SessionSummary | None, now: datetime) -> str | None:
    """What to say of the newest session at `now` (aware); None where nothing is to be said."""
    if newest is None or newest.is_demo:
        return None
    if newest.ended_at is None:
        return (
            f"“{newest.title}” is running. If this tab held it and was loaded again, its picture is lost: it "
            "ends by itself within a minute, with everything so far."
        )
    why = BECAUSE.get(newest.end_reason or "")
    if why is None or now - newest.ended_at > TOLD_FOR:
        return None
    return (
        f"“{newest.title}” ended after {duration(newest.duration_ms)}, because {why}. Everything until "
        "then is stored."
    )


def show_cut_off(sessions: Sessions) -> None:
    """Say so, with the way to the report."""
    newest = next(iter(sessions.own(limit=1)), None)
    said = cut_off(newest, datetime.now(UTC))
    if said is None or newest is None:
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        st.info(escaped(said), icon=":material/info:", width="stretch")
        link(REPORT, "Open its report", newest.id)
