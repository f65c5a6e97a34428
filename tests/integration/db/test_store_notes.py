"""Markers, events and how a session is read: kept as typed, changed, deleted, and harmless when broken."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, update

from db.errors import DatabaseError, MarkerNotFoundError, SessionNotFoundError
from db.reports import Marker, SessionSettings, StoredEvent, events, get_session, markers, session_settings
from db.schema import session
from db.store import NewEvent, Store
from tests.made.faces import frame
from tests.made.storage import new_session

WEIGHTS = {"happy": 0.6, "neutral": 0.9, "closed": 0}


def test_markers_are_kept_in_time_order_changed_and_deleted(
    store: Store, engine: Engine, session_id: int
) -> None:
    later = store.add_marker(session_id, 9000, " Break\n", end_ms=12_000)
    first = store.add_marker(session_id, 400, "Question", note="why?\nand how?")
    assert markers(engine, session_id) == [
        Marker(first, 400, None, "Question", "why?\nand how?"),
        Marker(later, 9000, 12_000, "Break", None),
    ]
    store.update_marker(session_id, Marker(first, 9500, 9600, "Poll", " "))
    store.delete_marker(session_id, later)
    assert markers(engine, session_id) == [Marker(first, 9500, 9600, "Poll", None)]


@pytest.mark.parametrize(
    ("changes", "sentence"), [({"label": " "}, "needs a label"), ({"end_ms": 99}, "cannot end")]
)
def test_a_marker_without_a_label_or_that_ends_before_it_begins_is_refused(
    changes: dict[str, Any], sentence: str, store: Store, engine: Engine, session_id: int
) -> None:
    with pytest.raises(DatabaseError, match=sentence):
        store.add_marker(session_id, 100, **{"label": "x"} | changes)
    kept = Marker(store.add_marker(session_id, 100, "Kept"), 100, None, "Kept", None)
    with pytest.raises(DatabaseError, match=sentence):
        store.update_marker(session_id, replace(kept, **changes))
    assert markers(engine, session_id) == [kept]


def test_a_marker_belongs_to_its_session(store: Store, engine: Engine, session_id: int) -> None:
    other = store.start_session(new_session())
    kept = store.add_marker(session_id, 100, "Kept")
    with pytest.raises(MarkerNotFoundError):
        store.delete_marker(other, kept)
    with pytest.raises(MarkerNotFoundError, match=f"no marker {kept} in session {other}"):
        store.update_marker(other, Marker(kept, 1, None, "Taken", None))
    assert [one.label for one in markers(engine, session_id)] == ["Kept"]
    assert markers(engine, other) == []


def test_events_follow_the_people_they_are_of(store: Store, engine: Engine, session_id: int) -> None:
    store.write_frames(session_id, [frame(n, faces=1) for n in range(20)])
    store.write_events(
        session_id,
        [
            NewEvent(1500, "away", 1800, 1),
            NewEvent(0, "fall", 900, None, -12.5),
            NewEvent(200, "nod", 300, 1),
        ],
    )
    new = store.split_participant(session_id, 1, 1000)
    assert events(engine, session_id) == [
        StoredEvent(0, 900, "fall", None, -12.5),
        StoredEvent(200, 300, "nod", 1, None),
        StoredEvent(1500, 1800, "away", new, None),
    ]
    assert [one.kind for one in events(engine, session_id, start_ms=200, end_ms=1500)] == ["nod"]
    assert [one.kind for one in events(engine, session_id, kinds=["fall", "away"])] == ["fall", "away"]
    store.exclude_participant(session_id, new)
    assert [one.kind for one in events(engine, session_id)] == ["fall", "nod"]
    assert len(events(engine, session_id, include_excluded=True)) == 3


def test_an_event_is_written_again_when_it_is_over(store: Store, engine: Engine, session_id: int) -> None:
    begun = [NewEvent(100, "away", None, 1), NewEvent(100, "fall"), NewEvent(100, "away", None, 2)]
    store.write_events(session_id, begun)
    store.write_events(session_id, [NewEvent(100, "away", 5000, 1, 4.9), NewEvent(100, "fall", 700)])
    store.write_events(session_id, [])
    assert sorted(events(engine, session_id), key=lambda one: (one.kind, one.person or 0)) == [
        StoredEvent(100, 5000, "away", 1, 4.9),
        StoredEvent(100, None, "away", 2, None),
        StoredEvent(100, 700, "fall", None, None),
    ]


def test_definition_weights_and_thresholds_are_kept(store: Store, engine: Engine, session_id: int) -> None:
    assert session_settings(engine, session_id) == SessionSettings(None, None, None)
    store.set_engagement(session_id, "concentration_index", WEIGHTS)
    store.set_thresholds(session_id, {"away_s": 20})
    kept = SessionSettings("concentration_index", WEIGHTS, {"away_s": 20.0})
    assert session_settings(engine, session_id) == kept
    store.set_engagement(session_id, "valence", {})
    assert session_settings(engine, session_id) == SessionSettings("valence", {}, {"away_s": 20.0})
    store.set_circumplex(session_id, {"happy_valence": 0.5})
    assert session_settings(engine, session_id).circumplex == {"happy_valence": 0.5}
    store.set_circumplex(session_id, None)
    assert session_settings(engine, session_id).circumplex is None


@pytest.mark.parametrize(
    "broken",
    [
        *("", "{", "null", "[1, 2]", "7", '{"a": "b"}', '{"a": true}', '{"a": null}', '{"a": NaN}'),
        *('{"a": 1e999}', '{"a": ' + "9" * 400 + "}", "[" * 50_000),
    ],
    ids=lambda text: text[:12],
)
def test_broken_settings_of_an_old_session_never_keep_it_from_opening(
    broken: str, store: Store, engine: Engine, session_id: int
) -> None:
    values = {"engagement": "of_another_time", "weights": broken, "thresholds": broken}
    values["circumplex"] = broken
    with engine.begin() as connection:
        connection.execute(update(session).where(session.c.id == session_id).values(values))
    assert session_settings(engine, session_id) == SessionSettings("of_another_time", None, None)
    assert get_session(engine, session_id).id == session_id


@pytest.mark.parametrize(
    ("weights", "sentence"),
    [
        ({"happy": float("nan")}, "must be finite"),
        ({"happy": float("inf")}, "must be finite"),
        ({"x" * 30_000: 1.0}, "more than 20000"),
    ],
)
def test_weights_that_are_no_numbers_are_refused(
    weights: dict[str, float], sentence: str, store: Store, engine: Engine, session_id: int
) -> None:
    with pytest.raises(DatabaseError, match=sentence):
        store.set_engagement(session_id, "concentration_index", weights)
    assert session_settings(engine, session_id) == SessionSettings(None, None, None)


def test_nothing_is_noted_of_a_session_that_is_gone(store: Store, engine: Engine, session_id: int) -> None:
    store.delete_session(session_id)
    for write in (
        lambda: store.add_marker(session_id, 0, "x"),
        lambda: store.write_events(session_id, [NewEvent(0, "nod")]),
        lambda: store.set_engagement(session_id, "x", {}),
        lambda: store.set_thresholds(session_id, {}),
    ):
        with pytest.raises(SessionNotFoundError):
            write()
    with pytest.raises(SessionNotFoundError):
        session_settings(engine, session_id)


def test_a_deleted_session_takes_its_notes_along(
    store: Store, engine: Engine, session_id: int, path: Path
) -> None:
    store.write_frames(session_id, [frame(0)])
    store.add_marker(session_id, 0, "Zebedee Quux")
    store.write_events(session_id, [NewEvent(0, "Zebedee Quux")])
    store.set_engagement(session_id, "x", {"Zebedee Quux": 1.0})
    store.delete_session(session_id)
    assert (markers(engine, session_id), events(engine, session_id)) == ([], [])
    assert b"Zebedee" not in b"".join(file.read_bytes() for file in path.parent.glob("attune.db*"))
