"""Saying who is who, without a browser: every edit is stored, refusals are sentences."""

from pathlib import Path

import pytest
from sqlalchemy import Engine
from streamlit.testing.v1 import AppTest

from db.reports import participants, people
from db.store import Store
from tests.made.faces import face, seconds
from tests.made.sessions import stored
from tests.made.storage import open_empty


def draw(url: str, session_id: int, at_ms: int | None) -> None:
    import streamlit as st

    from dashboard.controls.people import edit_people
    from db.engine import open_database
    from db.store import Store

    engine = open_database(url)
    if edit_people(engine, Store(engine), session_id, {1, 2}, at_ms):
        st.rerun()


class Panel:
    def __init__(self, folder: Path, together: bool = False) -> None:
        url = f"sqlite:///{(folder / 'attune.db').as_posix()}"
        self.engine: Engine = open_empty(folder / "attune.db")
        self.store = Store(self.engine)
        seen = [[face(1), face(2)]] * 6 if together else [[face(1)]] * 3 + [[face(2)]] * 3
        self.session_id = stored(self.store, seconds(seen), ended=False)
        self.app = AppTest.from_function(
            draw, default_timeout=100, kwargs={"url": url, "session_id": self.session_id, "at_ms": 2_000}
        )
        self.app.run()
        assert not self.app.exception, self.app.exception

    def button(self, label: str) -> None:
        next(one for one in self.app.button if one.label == label).click().run()
        assert not self.app.exception, self.app.exception

    def choose(self, person: int) -> None:
        self.app.selectbox[0].set_value(person).run()

    def names(self) -> dict[int, str | None]:
        return {one.person: one.name for one in people(self.engine, self.session_id)}


@pytest.fixture
def panel(tmp_path: Path) -> Panel:
    return Panel(tmp_path)


def test_a_typed_name_is_stored(panel: Panel) -> None:
    panel.app.text_input[0].set_value("Ana").run()
    assert panel.names() == {1: "Ana", 2: None}
    panel.app.text_input[0].set_value("").run()
    assert panel.names() == {1: None, 2: None}


def test_whoever_is_left_out_is_counted_no_more_and_may_come_back(panel: Panel) -> None:
    panel.app.checkbox[1].check().run()
    assert [one.person for one in participants(panel.engine, panel.session_id)] == [1]
    panel.app.checkbox[1].uncheck().run()
    assert [one.person for one in participants(panel.engine, panel.session_id)] == [1, 2]


def test_two_numbers_become_one_person_and_two_again(panel: Panel) -> None:
    panel.choose(2)
    panel.app.selectbox[1].set_value(1).run()
    panel.button("Merge")
    assert set(panel.names()) == {1}
    panel.choose(1)
    panel.button("Give P2 back")
    assert set(panel.names()) == {1, 2}


def test_a_number_that_went_to_somebody_else_is_split(panel: Panel) -> None:
    panel.choose(1)
    panel.button("From now on somebody else")
    assert len(panel.names()) == 3


def test_forgetting_asks_first_and_deletes_every_row(panel: Panel) -> None:
    panel.choose(1)
    forget = next(one for one in panel.app.button if one.label == "Forget this person")
    assert forget.disabled
    sure = next(one for one in panel.app.checkbox if one.label.startswith("Delete everything"))
    sure.check().run()
    assert any("cannot be undone" in warning.value for warning in panel.app.warning)
    panel.button("Forget this person")
    assert set(panel.names()) == {2}
    assert [one.person for one in participants(panel.engine, panel.session_id)] == [2]


def test_a_refusal_is_a_sentence(tmp_path: Path) -> None:
    panel = Panel(tmp_path, together=True)
    panel.choose(2)
    panel.app.selectbox[1].set_value(1).run()
    panel.button("Merge")
    assert panel.app.error and set(panel.names()) == {1, 2}
