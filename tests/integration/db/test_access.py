"""Who may see what: owners, shares with people and by link, their ends; on both databases."""

from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from inspect import getmembers, isfunction, signature

import pytest
from sqlalchemy import Engine, insert

from db.access import LOCAL, STRANGER, Access, Sessions, Who
from db.errors import SessionNotFoundError
from db.reports.narrowed import Narrowed
from db.rights.schema import share
from db.schema import metadata
from db.store import NewEvent, Store
from db.summaries import Marker, Utterance
from model.observations import FrameRecord
from tests.made.faces import face
from tests.made.storage import new_session

OWNER, OTHER = Who("sub-1", "ana@example.org"), Who("sub-2", "ben@example.org")


@pytest.fixture
def session_id(engine: Engine) -> int:
    return Store(engine, OWNER).start_session(new_session())


def shared(engine: Engine, session_id: int, **values: object) -> None:
    now = datetime.now(UTC)
    usual: dict[str, object] = {
        "session_id": session_id,
        "group_only": False,
        "until": now + timedelta(days=1),
        "made_by": OWNER.subject,
        "made_at": now,
    }
    with engine.begin() as connection:
        connection.execute(insert(share).values(usual | values))


def test_an_owner_may_do_everything_and_others_nothing(engine: Engine, session_id: int) -> None:
    assert Sessions(engine, OWNER).access(session_id) is Access.OWN
    for who in (OTHER, STRANGER, Who("sub-9", is_administrator=True)):
        asked = Sessions(engine, who)
        assert asked.access(session_id) is Access.NONE
        assert asked.listed() == [] and asked.count() == 0 and not asked.visible([session_id])
        with pytest.raises(SessionNotFoundError):
            asked.get(session_id)


def test_where_nobody_signs_in_everything_is_everybodys(engine: Engine, session_id: int) -> None:
    unowned = Store(engine).start_session(new_session())
    asked = Sessions(engine, LOCAL)
    assert (
        {one.id for one in asked.listed()}
        == {session_id, unowned}
        == set(asked.visible([session_id, unowned]))
    )
    assert asked.access(session_id) is asked.access(unowned) is Access.OWN


def test_what_nobody_owns_is_nobodys_once_people_sign_in(engine: Engine) -> None:
    unowned = Store(engine).start_session(new_session())
    assert (
        Sessions(engine, OWNER).access(unowned) is Sessions(engine, STRANGER).access(unowned) is Access.NONE
    )


@pytest.mark.parametrize("name", ["sub-2", "ben@example.org"])
def test_a_session_is_shared_with_a_person_by_subject_or_mail(
    engine: Engine, session_id: int, name: str
) -> None:
    shared(engine, session_id, subject=name)
    asked = Sessions(engine, OTHER)
    assert asked.access(session_id) is Access.READ and asked.get(session_id, Access.READ).id == session_id
    assert [one.id for one in asked.listed()] == [session_id] and asked.own() == []
    assert Sessions(engine, STRANGER).access(session_id) is Access.NONE


def test_a_link_opens_its_session_alone_and_the_group_alone_if_it_says_so(
    engine: Engine, session_id: int
) -> None:
    another = Store(engine, OWNER).start_session(new_session())
    shared(engine, session_id, digest="d" * 64, group_only=True)
    asked = Sessions(engine, Who(links=frozenset({"d" * 64})))
    assert asked.access(session_id) is Access.GROUP and asked.access(another) is Access.NONE
    with pytest.raises(SessionNotFoundError):
        asked.get(session_id, Access.READ)


def test_a_share_that_is_over_or_was_revoked_opens_nothing(engine: Engine, session_id: int) -> None:
    now = datetime.now(UTC)
    shared(engine, session_id, subject="sub-2", until=now - timedelta(seconds=1))
    shared(engine, session_id, subject="sub-2", revoked_at=now)
    assert Sessions(engine, OTHER).access(session_id) is Access.NONE


def test_of_two_shares_the_wider_one_counts(engine: Engine, session_id: int) -> None:
    shared(engine, session_id, subject="sub-2", group_only=True)
    shared(engine, session_id, subject="ben@example.org")
    assert Sessions(engine, OTHER).access(session_id) is Access.READ


def test_nobody_changes_anything_of_what_is_not_theirs_and_is_told_that_there_is_none(
    engine: Engine, session_id: int
) -> None:
    shared(engine, session_id, subject="sub-2")
    seen = [FrameRecord(n, n * 100, (face(1), face(2))) for n in range(20)]
    Store(engine, OWNER).write_frames(session_id, seen)
    Store(engine, OWNER).add_marker(session_id, 100, "Break")
    before = everything(engine)
    for who in (OTHER, STRANGER):
        for change in changes():
            given = {name: GIVEN[name] for name in list(signature(change).parameters)[2:]}
            with suppress(SessionNotFoundError):
                change(Store(engine, who), session_id, **given)
                assert change is Store.end_session, f"{change.__name__} told nothing"
    assert everything(engine) == before


def changes() -> list[Callable[..., object]]:
    """Everything that a store does to a session; what is new needs its arguments in GIVEN."""
    every = [one for name, one in getmembers(Store, isfunction) if not name.startswith("_")]
    return [one for one in every if "session_id" in signature(one).parameters]


def everything(engine: Engine) -> str:
    with engine.connect() as connection:
        return str([connection.execute(table.select()).all() for table in metadata.sorted_tables])


NOW = datetime.now(UTC)
GIVEN: dict[str, object] = {
    **{"title": "Mine", "series": "Mine", "kept": True, "ended_at": NOW, "reason": "stopped", "dropped": 1},
    **{"offset_ms": 100, "label": "Mine", "end_ms": 200, "note": "Mine", "marker_id": 1, "by_ms": 10},
    **{"changed": Marker(1, 100, None, "Mine", None), "events": [NewEvent(100, "fall")], "least_people": 2},
    **{"person": 1, "name": "Mine", "excluded": True, "into": 1, "others": [2], "number": 1, "at_ms": 500},
    **{"definition": "valence", "weights": {"happy": 1.0}, "thresholds": {"fall": 0.5}, "points": None},
    **{"said": [Utterance(0, 100, "Ben", "mine")], "people": {"Ben": 1}, "server_id": None, "now": NOW},
    **{"records": [FrameRecord(99, 9900, (face(1),))], "model_sha256": "ab" * 32, "titled": True},
}


def test_a_list_is_narrowed_by_kind_and_time_within_what_one_may_see(engine: Engine) -> None:
    mine, theirs = Store(engine, OWNER), Store(engine, OTHER)
    for day, kind in enumerate(("class", "meeting", "class")):
        mine.start_session(
            new_session(title=f"{kind} {day}", kind=kind, started_at=NOW + timedelta(days=day))
        )
    theirs.start_session(new_session(title="Not mine", kind="class", started_at=NOW))
    seen, since = Sessions(engine, OWNER), NOW + timedelta(days=1)
    classes = Narrowed("class", since, since + timedelta(days=5))
    assert [one.title for one in seen.listed(narrowed=classes)] == ["class 2"]
    assert seen.count(narrowed=Narrowed("class")) == 2 and seen.count(narrowed=Narrowed(until=since)) == 1
    assert [one.kind for one in seen.labels()] == ["class", "meeting", "class"]
