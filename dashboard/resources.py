"""Composition root: the only place that builds real collaborators and the only cache_resource."""

import logging
import threading

import streamlit as st
from sqlalchemy import Engine

from dashboard.errors import DashboardError
from dashboard.retention import Retention
from dashboard.settings import Settings, load_settings
from db.engine import open_database
from db.errors import DatabaseError
from db.store import Store

LOGGER = logging.getLogger(__name__)


@st.cache_resource(show_spinner=False)
def settings() -> Settings:
    return load_settings()


@st.cache_resource(show_spinner=False)
def database() -> Engine:
    """The one engine of this server, migrated; retention runs from here on."""
    engine = open_database(settings().database_url)
    retention = Retention(Store(engine), settings().retention_days)
    threading.Thread(target=retention.run, name="retention", daemon=True).start()
    return engine


def store() -> Store:
    return Store(database())


def start_up_problem() -> str | None:
    """A sentence about settings or database that keeps every page from working, or None."""
    try:
        database()
    except (DashboardError, DatabaseError) as error:
        LOGGER.error("cannot start: %s", error)
        return str(error)
    return None
