"""Opens one page of the whole app in AppTest, on a database file of its own."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import streamlit as st
from sqlalchemy import Engine
from streamlit.testing.v1 import AppTest

from tests import ROOT
from tests.made.storage import open_empty

APP = ROOT / "dashboard" / "app.py"


class OpenedApp:
    """The app with its database; `engine` is the test's own way into it."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        url = f"sqlite:///{(folder / 'attune.db').as_posix()}"
        monkeypatch.setenv("ATTUNE_DATABASE_URL", url)
        monkeypatch.setenv("ATTUNE_RETENTION_DAYS", "0")
        st.cache_resource.clear()
        self.engine: Engine = open_empty(folder / "attune.db")

    def page(self, name: str, **query: object) -> AppTest:
        """`pages/name.py` after its first run, with `query` in its address."""
        app = AppTest.from_file(str(APP), default_timeout=100)
        for key, value in query.items():
            app.query_params[key] = str(value)
        app.switch_page(f"../pages/{name}.py").run()
        assert not app.exception, app.exception
        return app


def just_now(frames: int) -> datetime:
    """When a session of so many seconds, one frame each, started if it is still running."""
    return datetime.now(UTC) - timedelta(seconds=frames)


def texts(app: AppTest) -> str:
    """Everything a person can read on the page in sentences, one after the other."""
    kinds = (app.title, app.header, app.markdown, app.caption, app.info, app.warning, app.error)
    links = [str(link.proto.label) for link in app.get("page_link")]
    return "\n".join([*(str(element.value) for kind in kinds for element in kind), *links])


def everything(app: AppTest) -> str:
    """All that reaches the browser, also what no element shows."""
    return "".join(str(element.proto) for element in app.main) + "".join(str(one) for one in app.main)
