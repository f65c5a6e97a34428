"""Letting people vote in a running session: the switch with its QR code, and how votes stand."""

from contextlib import suppress
from html import escape
from urllib.parse import urlsplit

import streamlit as st
from sqlalchemy import Engine
from streamlit.delta_generator import DeltaGenerator

from dashboard.charts.look import CONFIG
from dashboard.charts.votes import vote_area
from dashboard.front_door import LOCAL, name_of
from dashboard.running.figures import SPAN_MS
from dashboard.running.session import LiveSession
from dashboard.voting.qr import qr_image
from dashboard.voting.routes import vote_address
from dashboard.voting.standing import HOLDS_MS, standing, told_now
from dashboard.wording import escaped
from db.errors import DatabaseError
from db.rights.ballots import ballot_of, votes
from db.store import Store

LOOK_EVERY_S = 2.0
AREA_PX = 150
MEANING = "Whoever has the code presses clear, lost or question on their own phone: no account, no name."
HERE_ONLY = (
    "This address opens on this computer alone. For phones, whoever runs Attune serves it under a public "
    "address and sets ATTUNE_PUBLIC_URL."
)


def show_votes_switch(live: LiveSession, engine: Engine, store: Store, origin: str) -> None:
    """The switch, off at first, in its panel. `origin`: where people reach this server."""
    panel = st.popover("Votes", icon=":material/how_to_vote:", key="panel-votes", on_change="rerun")
    if not panel.open:
        return
    with panel:
        try:
            key, known = live.session_id, ballot_of(engine, live.session_id)
        except DatabaseError as error:
            st.error(escaped(str(error)))
            return
        is_open = known is not None and not known.closed
        asked, shown = st.columns(2, gap="medium")  # side by side, the code needs no scrolling
        wanted = asked.toggle("Let people vote", is_open, key=f"votes-open-{key}", help=MEANING)
        titled = asked.toggle(
            "Show them the title",
            known is not None and known.title is not None,
            key=f"votes-titled-{key}",
            disabled=not wanted,
        )
        if wanted != is_open or (known is not None and wanted and titled != (known.title is not None)):
            _change(store, key, wanted, titled)
        elif known is not None and is_open:
            _show_code(vote_address(origin, known.code), asked, shown)


def show_standing(live: LiveSession, engine: Engine) -> None:
    """How votes stand, while the session is open to them; else nothing, which costs nothing."""
    with suppress(DatabaseError):  # the bar says so; the session itself goes on
        known = ballot_of(engine, live.session_id)
        if known is not None and not known.closed:
            _redraw_standing(live, engine)


@st.fragment(run_every=LOOK_EVERY_S)
def _redraw_standing(live: LiveSession, engine: Engine) -> None:
    now_ms = round(live.status().elapsed_s * 1000)
    try:
        found = votes(engine, live.session_id, now_ms - SPAN_MS - HOLDS_MS)
    except DatabaseError as error:
        st.caption(escaped(str(error)))
        return
    told = told_now(found, now_ms)
    st.markdown(f"**Votes** now: {told}")
    if found:
        area = vote_area(standing(found, max(0, now_ms - SPAN_MS), now_ms), AREA_PX)
        alt = f"Votes over the last five minutes, now {told}."
        st.plotly_chart(area, key="live-votes", config=dict(CONFIG), alt=alt)


def _change(store: Store, session_id: int, wanted: bool, titled: bool) -> None:
    try:
        if wanted:
            store.open_voting(session_id, titled=titled)
        else:
            store.close_voting(session_id)
    except DatabaseError as error:
        st.error(escaped(str(error)))
        return
    st.rerun()


def _show_code(address: str, below: DeltaGenerator, beside: DeltaGenerator) -> None:
    source = escape(qr_image(address), quote=True)
    beside.html(
        f'<img src="{source}" alt="QR code of the page to vote on" style="width:16rem;max-width:100%">'
    )
    below.code(address, language=None, wrap_lines=True)
    if name_of(urlsplit(address).netloc) in LOCAL:
        below.caption(HERE_ONLY)
