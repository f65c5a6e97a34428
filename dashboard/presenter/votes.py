"""What people press themselves, on the presenter's panel: how many say what now, in large type."""

import streamlit as st
from sqlalchemy import Engine

from dashboard.presenter.look import word
from dashboard.running.figures import SPAN_MS
from dashboard.voting.standing import HOLDS_MS, told_now, voices
from dashboard.wording import duration
from db.rights.ballots import ballot_of, votes

LABEL = f"Votes, last {duration(HOLDS_MS)}"


def show_votes_now(engine: Engine, session_id: int, now_ms: int, least_voices: int) -> None:
    """Draw them while the session is open to votes; counts from `least_voices` devices on, heard in the time
    of the line. Raises DatabaseError."""
    known = ballot_of(engine, session_id)
    if known is None or known.closed:
        return
    found = votes(engine, session_id, now_ms - SPAN_MS - HOLDS_MS)
    if voices(found) >= least_voices:
        st.html(word(LABEL, told_now(found, now_ms)))
    else:
        st.html(word(LABEL, f"Fewer than {least_voices} devices"))
