"""The stream of this tab's session, drawn by the entry script so that it outlives the pages.

It is drawn first in every run, always at the same place, because the browser keeps a frame alive only where
nothing around it moves. The Live page draws around it; on every other page it is hidden and a bar stands in.
"""

from contextlib import suppress
from contextvars import ContextVar
from dataclasses import dataclass

import streamlit as st
from sqlalchemy import Engine
from streamlit.delta_generator import DeltaGenerator

from dashboard.consent import Source
from dashboard.ice import rtc_configuration
from dashboard.live.bar import show_bar, show_ended_bar
from dashboard.live.source_picker import watch_source
from dashboard.live.stream import StreamState, open_stream
from dashboard.live.tab import Host
from dashboard.settings import Settings
from dashboard.wording import escaped
from db.errors import DatabaseError
from db.store import Store
from model.errors import ModelError

# Not display: none, which would stop some browsers' video; hidden is out of the keyboard's way too.
# It keeps its width, so that coming back moves nothing.
OFF_STAGE = """<style>.st-key-stage {position: fixed; left: 0; bottom: 0; width: 100vw; height: 1px;
  overflow: hidden; visibility: hidden} .st-key-stage iframe {visibility: hidden}</style>"""


@dataclass(frozen=True)
class Stage:
    """Where the Live page may draw: under the picture and beside it. `trouble`: why no session starts."""

    picture: DeltaGenerator
    beside: DeltaGenerator
    stream: StreamState
    trouble: str | None


_stage: ContextVar[Stage | None] = ContextVar("stage", default=None)


def stage() -> Stage | None:
    """The stage of this run of the script; None where no stream is drawn."""
    return _stage.get()


def show_stage(here: Host, chosen: Settings, engine: Engine, keeper: Store, *, on_live: bool) -> None:
    """Draw the stream of a set-up that was agreed to, and follow it. Call first in every run."""
    _stage.set(None)
    if here.over:
        if not (on_live or here.end_was_seen):
            show_ended_bar(here)
        return
    _stage.set(_drawn(here, chosen, keeper))
    if here.over:
        st.rerun()
    if not on_live:
        st.html(OFF_STAGE)
        show_bar(here, engine)


def _drawn(here: Host, chosen: Settings, keeper: Store) -> Stage:
    assert here.setup is not None
    with st.container(key="stage"):
        st.header(escaped(here.setup.title), anchor=False)
        picture, beside = st.columns(2, gap="medium")
    with picture:
        key = f"stream-{here.attempt}"
        state = open_stream(key, here.on_frame, here.on_ended, here.on_error, rtc_configuration(chosen))
        shared = here.setup.source is not Source.CAMERA
        told = watch_source(f"source-{here.attempt}", shared=shared, live=state.playing)
        if changed := here.hear(told):
            _mark_change(here, keeper, changed)
    return Stage(picture, beside, state, _follow(here, state))


def _follow(here: Host, state: StreamState) -> str | None:
    try:
        here.follow(state.playing, state.signalling)
    except (DatabaseError, ModelError) as error:
        return str(error)
    return None


def _mark_change(here: Host, keeper: Store, source: Source) -> None:
    """The session's row says where it began; a marker says what took over."""
    if here.live is None:
        return
    offset_ms = here.live.status().people.offset_ms
    with suppress(DatabaseError):
        keeper.add_marker(here.live.session_id, offset_ms, "Source", note=source)
