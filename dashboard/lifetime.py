"""From the server's start to its end: what it is told, and what begins without waiting for a visitor."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import streamlit as st
from streamlit import config

from dashboard.errors import DashboardError
from dashboard.event_stream.route import PATH as EVENTS
from dashboard.front_door import LOCAL, MIB, Rules, name_of
from dashboard.resources import settings


def rules() -> Rules:
    """What the front door lets in; with settings that cannot be read, this machine's own pages alone."""
    with suppress(DashboardError):
        chosen = settings()
        return Rules(
            frozenset(chosen.public_origins),
            {EVENTS: chosen.event_origin.lower()} if chosen.event_origin else {},
            chosen.upload_mb * MIB,
        )
    return Rules()


@asynccontextmanager
async def lifetime(_app: st.App) -> AsyncIterator[None]:
    """Around everything that the server does."""
    tell_streamlit(rules())
    yield


def tell_streamlit(told: Rules) -> None:
    """The same for Streamlit, which shows the limit to browsers and is a second door behind the first."""
    names = {name_of(one.partition("://")[2]) for one in told.origins} | LOCAL
    for option, value in (
        ("server.maxUploadSize", told.upload_bytes // MIB),
        ("server.allowedHosts", sorted(one.strip("[]") for one in names)),
        ("server.corsAllowedOrigins", sorted(told.origins)),
    ):
        config.set_option(option, value)
