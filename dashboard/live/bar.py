"""The bar that stands on every other page while a session runs, with the way to end it."""

from contextlib import suppress
from html import escape

import streamlit as st
from sqlalchemy import Engine

from dashboard import navigation
from dashboard.links import link
from dashboard.live.ended import ended_sentence
from dashboard.live.tab import LiveTab, TabNow
from dashboard.palette import PAGE_DARK, PAGE_LIGHT
from dashboard.running.figures import live_figures
from dashboard.running.status import LiveStatus
from dashboard.wording import clock
from db.errors import DatabaseError
from db.reports import roster

DOT = """<style>
.at-rec {display: inline-block; width: .7em; height: .7em; border-radius: 50%; background: #d92d20;
  margin-right: .45em; animation: at-rec 2s infinite}
.at-rec.waiting {background: #b9770e; animation: none}
@keyframes at-rec {50% {opacity: .35}}
@media (prefers-reduced-motion: reduce) {.at-rec {animation: none}}
</style>"""
LOOKS = f"""{DOT}<style>
.st-key-live-bar {{position: fixed; bottom: .75rem; left: 50%; transform: translateX(-50%); z-index: 90;
  width: min(64rem, calc(100vw - 1.5rem)); padding: .35rem .75rem;
  background: light-dark({PAGE_LIGHT}, {PAGE_DARK});
  border: 1px solid rgba(128,138,150,.45); border-radius: .5rem; box-shadow: 0 2px 12px rgba(0,0,0,.25)}}
.at-live {{display: flex; flex-wrap: wrap; gap: .1rem 1rem; align-items: center; line-height: 1.5;
  font-variant-numeric: tabular-nums}}
.at-live b {{white-space: nowrap}}
</style>"""


@st.fragment(run_every=1.0)
def show_bar(tab: LiveTab, engine: Engine) -> None:
    """Dot, time, people, engagement and STOP, redrawn every second; nothing before the session runs."""
    now = tab.now()
    if now.live is None or now.setup is None:
        return
    status = now.live.status()
    if status.end_reason is not None:
        st.rerun()
    with suppress(DatabaseError):  # who is who may have been said on this very page; next second again
        now.live.people.follow(roster(engine, now.live.session_id))
    with st.container(horizontal=True, vertical_alignment="center", key="live-bar"):
        st.html(LOOKS + bar_html(now, status))
        link(navigation.LIVE, "Open Live")
        if ask_stop(tab, f"bar-stop-{now.attempt}"):
            st.rerun()


def ask_stop(tab: LiveTab, key: str) -> bool:
    """The one STOP; whether it was pressed. As a callback, which comes before anything is drawn, so that it
    holds where the press meets the opening of another page."""
    return st.button("STOP", icon=":material/stop_circle:", key=key, on_click=tab.stop)


def bar_html(now: TabNow, status: LiveStatus) -> str:
    """What the bar says, in HTML."""
    left_s = now.wait_left_s()
    dot = '<i class="at-rec"></i>' if left_s is None else '<i class="at-rec waiting"></i>'
    said = [f"<b>{dot}Live {clock(status.elapsed_s)}</b>"]
    if left_s is not None:
        said.append(f"No source: choose another on Live, else the session ends in {left_s:.0f} s")
    else:
        said.append(status.people.in_view_told)
        if now.setup is not None and now.setup.expressions_allowed:
            said.append(_engagement(status))
    parts = "".join(f"<span>{one}</span>" for one in said)
    return f'<div class="at-live" role="group" aria-label="Live session">{parts}</div>'


def show_ended_bar(now: TabNow) -> None:
    """Why the session ended, until its summary was opened."""
    assert now.live is not None
    with st.container(horizontal=True, vertical_alignment="center", key="live-bar"):
        said = escape(ended_sentence(now.live.status(), now.source))
        st.html(f'{LOOKS}<div class="at-live" role="status">{said}</div>')
        link(navigation.LIVE, "Open the summary")


def _engagement(status: LiveStatus) -> str:
    figures = live_figures(status.people)
    reading = figures.reading
    told = reading.told(figures.now, signed=reading.is_change)
    return f"{escape(reading.definition.plain)} {escape(told)}"
