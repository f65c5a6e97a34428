"""Presses on a real database: stored in order, once, at their own moment; waiting, undone, closed."""

from pathlib import Path

import pytest

from dashboard.markers.desk import MarkerDesk, Press
from db.errors import MarkerNotFoundError
from db.reports import markers
from db.store import Store
from tests.made.storage import locked_by_another_program, new_session, open_empty


class Marked:
    def __init__(self, path: Path) -> None:
        self.engine = open_empty(path, busy_timeout_ms=50)
        self.store = Store(self.engine)
        self.session_id = self.store.start_session(new_session())
        self.desk = MarkerDesk(self.session_id)

    def press(self, number: int, label: str = "Topic", *, stretch: bool = False) -> bool:
        return self.desk.take(self.store, [Press(f"a-{number}", label, number * 1000, stretch)])

    @property
    def stored(self) -> list[tuple[str, int, int | None]]:
        return [(one.label, one.offset_ms, one.end_ms) for one in markers(self.engine, self.session_id)]


@pytest.fixture
def marked(path: Path) -> Marked:
    return Marked(path)


def test_a_press_that_is_told_twice_counts_once(marked: Marked) -> None:
    assert marked.press(3) and not marked.press(3)
    assert marked.stored == [("Topic", 3000, None)]


def test_a_stretch_begins_and_ends_by_the_same_press(marked: Marked) -> None:
    marked.press(3, "Break", stretch=True)
    assert [*marked.desk.running] == ["Break"]
    marked.press(4, "Break")  # a moment inside it
    marked.press(9, "Break", stretch=True)
    assert marked.stored == [("Break", 3000, 9000), ("Break", 4000, None)]
    assert marked.desk.running == {}


def test_while_the_database_is_locked_presses_wait_and_keep_their_moments(marked: Marked, path: Path) -> None:
    with locked_by_another_program(path):
        marked.press(3, "Break", stretch=True)
        marked.press(5)
        marked.press(9, "Break", stretch=True)
        assert marked.desk.problem is not None
        assert [one.offset_ms for one in marked.desk.waiting] == [3000, 5000, 9000]
        assert marked.stored == [] and not marked.desk.catch_up(marked.store)
    assert marked.desk.catch_up(marked.store) and not marked.desk.problem
    assert marked.stored == [("Break", 3000, 9000), ("Topic", 5000, None)]
    assert marked.desk.waiting == () and not marked.desk.catch_up(marked.store)


def test_what_is_refused_for_good_holds_nothing_up(marked: Marked) -> None:
    marked.desk.take(marked.store, [Press("x", " ", 1000)])
    assert "label" in str(marked.desk.problem)
    marked.press(2)
    assert marked.stored == [("Topic", 2000, None)]


def test_every_change_is_taken_back_in_turn(marked: Marked) -> None:
    marked.press(3, "Break", stretch=True)
    marked.press(9, "Break", stretch=True)
    [one] = markers(marked.engine, marked.session_id)
    marked.desk.change(marked.store, one, type(one)(one.id, 4000, 9000, "Pause", "long"))
    [one] = markers(marked.engine, marked.session_id)
    marked.desk.delete(marked.store, one)
    seen = []
    while marked.desk.undoes:
        marked.desk.undo(marked.store)
        seen.append(marked.stored)
    assert seen == [[("Pause", 4000, 9000)], [("Break", 3000, 9000)], [("Break", 3000, None)], []]


def test_the_end_of_a_stretch_is_taken_back_and_it_runs_again(marked: Marked) -> None:
    marked.press(3, "Break", stretch=True)
    marked.press(9, "Break", stretch=True)
    assert marked.desk.undoes == "end of Break at 00:03"
    marked.desk.undo(marked.store)
    assert marked.stored == [("Break", 3000, None)] and [*marked.desk.running] == ["Break"]
    marked.desk.undo(marked.store)
    assert marked.stored == [] and marked.desk.running == {} and marked.desk.undoes is None


def test_a_marker_that_was_deleted_elsewhere_cannot_be_taken_back_twice(marked: Marked) -> None:
    marked.press(3)
    [one] = markers(marked.engine, marked.session_id)
    marked.store.delete_marker(marked.session_id, one.id)
    with pytest.raises(MarkerNotFoundError):
        marked.desk.undo(marked.store)
    assert marked.desk.undoes is None


def test_the_end_of_the_session_ends_its_stretches_and_keeps_their_notes(marked: Marked) -> None:
    marked.press(3, "Break", stretch=True)
    [one] = markers(marked.engine, marked.session_id)
    marked.store.update_marker(marked.session_id, type(one)(one.id, 3000, None, "Break", "coffee"))
    marked.desk.close(marked.store, 20_000)
    marked.desk.close(marked.store, 30_000)
    [one] = markers(marked.engine, marked.session_id)
    assert (one.end_ms, one.note) == (20_000, "coffee")


def test_an_edit_of_what_runs_is_taken_back_and_it_runs_as_before(marked: Marked) -> None:
    marked.press(3, "Break", stretch=True)
    [one] = markers(marked.engine, marked.session_id)
    for after in (type(one)(one.id, 3000, 8000, "Break", None), type(one)(one.id, 3000, None, "Pause", None)):
        marked.desk.change(marked.store, one, after)
        marked.desk.undo(marked.store)
        assert [*marked.desk.running] == ["Break"] and marked.stored == [("Break", 3000, None)]
    marked.desk.delete(marked.store, one)
    marked.desk.undo(marked.store)
    marked.press(9, "Break", stretch=True)
    assert marked.stored == [("Break", 3000, 9000)]


def test_what_was_marked_after_the_last_picture_belongs_to_it(marked: Marked) -> None:
    marked.press(3)
    marked.press(30)
    marked.desk.close(marked.store, 20_000)
    assert marked.stored == [("Topic", 3000, None), ("Topic", 20_000, None)]
