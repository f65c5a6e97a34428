"""The stream of this tab's session, drawn by the entry script so that it outlives the pages.

It is drawn first in every run, always at the same place, because the browser keeps a frame alive only where
nothing around it moves. The Live page draws around it; on every other page it is hidden and a bar stands in.
"""

from collections.abc import Sequence
from contextvars import ContextVar
from dataclasses import dataclass

import streamlit as st
from sqlalchemy import Engine
from streamlit.delta_generator import DeltaGenerator

from dashboard.consent import Source
from dashboard.ice import rtc_configuration
from dashboard.live.bar import show_bar, show_ended_bar
from dashboard.live.source_events import SourceEvent
from dashboard.live.source_picker import watch_source
from dashboard.live.stream import SoundHandler, StreamState, open_stream
from dashboard.live.tab import LiveTab
from dashboard.markers.desk import Press
from dashboard.running.session import LiveSession
from dashboard.settings import Settings
from db.errors import DatabaseError
from db.store import Store
from model.errors import ModelError

LEAST_SENT_HZ = 5.0
"""While the page draws, nobody watches what is sent: as many pictures as are analysed. Rarer ones would look
like a source that was lost."""

# Not display: none, which would stop some browsers' video; hidden is out of the keyboard's way too.
# It keeps its width, so that coming back moves nothing.
OFF_STAGE = """<style>.st-key-stage {position: fixed; left: 0; bottom: 0; width: 100vw; height: 1px;
  overflow: hidden; visibility: hidden} .st-key-stage iframe {visibility: hidden}</style>"""


@dataclass(frozen=True)
class Stage:
    """Where the Live page may draw: above the picture and beside it. `trouble`: why no session starts."""

    head: DeltaGenerator
    beside: DeltaGenerator
    stream: StreamState
    trouble: str | None


_stage: ContextVar[Stage | None] = ContextVar("stage", default=None)


def stage() -> Stage | None:
    """The stage of this run of the script; None where no stream is drawn."""
    return _stage.get()


def show_stage(tab: LiveTab, settings: Settings, engine: Engine, store: Store, *, on_live: bool) -> None:
    """Draw the stream of a set-up that was agreed to, and follow it. Call first in every run."""
    _stage.set(None)
    now = tab.now()
    if now.over:
        if not (on_live or now.end_was_seen):
            show_ended_bar(now)
        return
    _stage.set(_drawn(tab, settings, store))
    if tab.now().over:
        st.rerun()
    if not on_live:
        st.html(OFF_STAGE)
        show_bar(tab, engine)


def _drawn(tab: LiveTab, settings: Settings, store: Store) -> Stage:
    now = tab.now()
    assert now.setup is not None
    with st.container(key="stage"):
        head = st.container(gap="xsmall")
        picture, beside = st.columns([5, 6], gap="medium")
    with picture:
        key = f"stream-{now.attempt}"
        rtc = rtc_configuration(settings)
        listen = _listening(tab) if now.setup.sound else None
        state = open_stream(
            key, tab.on_frame, tab.on_ended, tab.on_error, rtc, link=tab.link, on_sound=listen
        )
        shared = now.setup.source is not Source.CAMERA
        sent_hz = max(LEAST_SENT_HZ, settings.analysis_hz) if settings.live_drawing == "browser" else 0.0
        told = watch_source(
            f"source-{now.attempt}",
            shared=shared,
            live=state.playing,
            overlay_hz=sent_hz,
            sound=now.setup.sound,
            heard=now.heard,
        )
        changes = tab.hear(told)
        if now.live is not None and changes:
            _mark_changes(now.live, store, changes)
    return Stage(head, beside, state, _follow(tab, state))


def _listening(tab: LiveTab) -> SoundHandler:
    """Where the sound of a new stream goes; a stream that plays already keeps the one it has."""
    from dashboard.live.sound.listener import Listener  # not where nobody listens

    return Listener(tab.on_sound, tab.on_silence).take


def _follow(tab: LiveTab, state: StreamState) -> str | None:
    try:
        tab.follow(state.playing, state.signalling)
    except (DatabaseError, ModelError) as error:
        return str(error)
    return None


def _mark_changes(live: LiveSession, store: Store, changes: Sequence[SourceEvent]) -> None:
    """The session's row says where it began; a marker says what took over. One that cannot be stored now
    waits with the host's own."""
    offset_ms = live.status().people.offset_ms
    presses = [Press(f"source-{one.number}", "Source", offset_ms, note=one.source) for one in changes]
    live.markers.take(store, presses)
