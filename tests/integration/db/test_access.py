"""Who may see what: owners, shares with people and by link, their ends; on both databases."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine, insert

from db.access import LOCAL, STRANGER, Access, Sessions, Who
from db.errors import SessionNotFoundError
from db.rights.schema import share
from db.store import Store
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


@pytest.mark.parametrize("who", [OTHER, STRANGER])
def test_nobody_changes_what_is_not_theirs_and_is_told_that_there_is_none(
    engine: Engine, session_id: int, who: Who
) -> None:
    shared(engine, session_id, subject="sub-2")
    store = Store(engine, who)
    changes: tuple[Callable[[], None], ...] = (
        lambda: store.rename_session(session_id, "Mine now"),
        lambda: store.keep_session(session_id, True),
        lambda: store.delete_session(session_id),
        lambda: store.name_participant(session_id, 1, "Ana"),
        lambda: store.forget_participant(session_id, 1),
    )
    for change in changes:
        with pytest.raises(SessionNotFoundError):
            change()
    Store(engine, OWNER).rename_session(session_id, "Still mine")
    assert Sessions(engine, OWNER).get(session_id).title == "Still mine"
