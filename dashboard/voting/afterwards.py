"""What people pressed themselves while the session ran, beside what faces showed."""

import streamlit as st
from sqlalchemy import Engine

from dashboard.charts.votes import VOTES_PX, vote_area
from dashboard.controls.chart import show_chart
from dashboard.stored.report import View
from dashboard.voting.standing import HOLDS_MS, standing, voices
from dashboard.wording import counted, duration
from db.reports import SessionSummary
from db.rights.ballots import votes


def show_votes(
    engine: Engine, session: SessionSummary, view: View, least_voices: int, height_px: int = VOTES_PX
) -> None:
    """Draw the votes of a view, if there are any; below `least_voices` devices only that there were."""
    found = votes(engine, session.id)
    if not found:
        return
    st.markdown("**Votes**: what people pressed themselves")
    heard = voices(found)
    if heard < least_voices:
        st.caption(f"Fewer than {least_voices} devices voted: too few to be shown without showing who.")
        return
    last_ms = session.duration_ms if view.end_ms is None else view.end_ms
    told = f"{counted(heard, 'device', 'devices')} voted, {counted(len(found), 'time', 'times')} in all"
    area = vote_area(standing(found, view.start_ms, last_ms), height_px)
    show_chart(area, "votes", f"Stacked areas: {told}.")
    st.caption(f"{told}. The newest press of each counts, for {duration(HOLDS_MS)}.")
