"""Codes of participants, shares and what is written down of them."""

import csv
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine, update

from dashboard.export.formats.cells import defused
from dashboard.rights.own_data import HEADER, own_csv, own_of
from db.access import Access, Sessions, Who
from db.engine import write_transaction
from db.errors import SessionNotFoundError
from db.reports import get_session
from db.rights import accounts, audit, own_codes, shares
from db.rights.schema import own_code, share
from db.store import Store
from db.summaries import Utterance
from model.emotions import Emotion
from model.observations import FrameRecord
from tests.made.faces import face
from tests.made.storage import new_session

ADA, EVE = Who(subject="ada"), Who(subject="eve", mail="eve@school.example")
PERSON = 3


@pytest.fixture
def session_id(store: Store) -> int:
    return store.start_session(new_session(owner="ada"))


def access(engine: Engine, who: Who, session_id: int) -> Access:
    return Sessions(engine, who).access(session_id)


def test_a_code_opens_one_person_once_however_it_is_typed(engine: Engine, session_id: int) -> None:
    code = own_codes.make_code(engine, ADA, session_id, PERSON)
    assert own_codes.redeem(engine, session_id, f" {code[:4].lower()}-{code[4:].lower()} ") == PERSON
    assert own_codes.redeem(engine, session_id, code) is None


def test_after_five_wrong_tries_the_right_code_opens_nothing(engine: Engine, session_id: int) -> None:
    code = own_codes.make_code(engine, ADA, session_id, PERSON)
    for _ in range(own_codes.MOST_TRIES - 1):
        assert own_codes.redeem(engine, session_id, "WRONG234") is None
    other = own_codes.make_code(engine, ADA, session_id, PERSON + 1)
    assert own_codes.redeem(engine, session_id, "WRONG234") is None
    assert own_codes.redeem(engine, session_id, code) is None
    assert own_codes.redeem(engine, session_id, other) == PERSON + 1


def test_a_code_is_void_once_it_is_old_replaced_or_of_another_session(
    engine: Engine, store: Store, session_id: int
) -> None:
    elsewhere = store.start_session(new_session(owner="ada"))
    first = own_codes.make_code(engine, ADA, session_id, PERSON)
    second = own_codes.make_code(engine, ADA, session_id, PERSON)
    assert own_codes.redeem(engine, session_id, first) is None
    assert own_codes.redeem(engine, elsewhere, second) is None
    with write_transaction(engine) as connection:
        past = datetime.now(UTC) - timedelta(seconds=1)
        connection.execute(update(own_code).values(until=past))
    assert own_codes.redeem(engine, session_id, second) is None


def test_only_the_owner_makes_codes_and_shares(engine: Engine, session_id: int) -> None:
    with pytest.raises(SessionNotFoundError):
        own_codes.make_code(engine, EVE, session_id, PERSON)
    with pytest.raises(SessionNotFoundError):
        shares.share_with(engine, EVE, session_id, "eve", group_only=False)
    with pytest.raises(SessionNotFoundError):
        shares.make_link(engine, EVE, session_id, group_only=False)
    assert shares.shares_of(engine, session_id) == []


@pytest.mark.parametrize("name", ["eve", "Eve@School.example"])
def test_whoever_a_session_is_shared_with_reads_it_until_it_is_taken_back(
    engine: Engine, session_id: int, name: str
) -> None:
    assert access(engine, EVE, session_id) is Access.NONE
    shares.share_with(engine, ADA, session_id, name, group_only=False)
    assert access(engine, EVE, session_id) is Access.READ
    [given] = shares.shares_of(engine, session_id)
    shares.revoke(engine, Who(subject="mallory"), given.id)
    assert access(engine, EVE, session_id) is Access.READ
    shares.revoke(engine, ADA, given.id)
    assert access(engine, EVE, session_id) is Access.NONE


@pytest.mark.parametrize("subject", ["Eve@School.example", "zoë 漢字", "o'neil; --", "%", "x" * 255])
def test_a_share_reaches_the_very_subject_however_odd_and_nobody_like_it(
    engine: Engine, session_id: int, subject: str
) -> None:
    accounts.sign_in(engine, subject, None, subject, administrator=False, at=datetime.now(UTC))
    shares.share_with(engine, ADA, session_id, subject, group_only=False)
    assert access(engine, Who(subject), session_id) is Access.READ
    for like in (subject.swapcase(), subject + " ", subject[1:], "x"):
        if like != subject:
            assert access(engine, Who(like), session_id) is Access.NONE, like


def test_a_link_to_the_group_opens_the_group_and_ends_by_itself(engine: Engine, session_id: int) -> None:
    token = shares.make_link(engine, ADA, session_id, group_only=True)
    visitor = Who(links=frozenset([shares.digest_of(token)]))
    assert access(engine, visitor, session_id) is Access.GROUP
    assert shares.session_of_link(engine, token) == session_id
    with engine.connect() as connection:
        stored = str(connection.execute(share.select()).all())
    assert token not in stored
    with write_transaction(engine) as connection:
        past = datetime.now(UTC) - timedelta(seconds=1)
        connection.execute(update(share).values(until=past))
    assert access(engine, visitor, session_id) is Access.NONE
    assert shares.session_of_link(engine, token) is None


def test_what_was_done_is_written_down_by_whom_and_of_which_session(engine: Engine, session_id: int) -> None:
    code = own_codes.make_code(engine, ADA, session_id, PERSON)
    own_codes.redeem(engine, session_id, code)
    shares.share_with(engine, ADA, session_id, "eve", group_only=True)
    for _ in range(2):  # a page is drawn often
        audit.note_visit(engine, "eve", audit.OPENED, session_id)
    found = [(one.who, one.what) for one in audit.entries(engine, session_id)]
    assert found == [
        ("eve", audit.OPENED),
        ("ada", audit.SHARED),
        (audit.A_PARTICIPANT, audit.SAW_OWN),
        ("ada", audit.CODE),
    ]
    assert audit.entries(engine, session_id + 1) == []


def test_the_first_administrator_gets_what_nobody_owned_and_signing_out_is_kept(
    engine: Engine, store: Store
) -> None:
    old, now = store.start_session(new_session()), datetime.now(UTC)
    accounts.sign_in(engine, "eve", None, "Eve", administrator=False, at=now)
    assert access(engine, EVE, old) is Access.NONE
    accounts.sign_in(engine, "ada", "ada@school.example", "Ada", administrator=True, at=now)
    accounts.sign_in(engine, "bob", None, "Bob", administrator=True, at=now)
    assert access(engine, ADA, old) is Access.OWN
    assert access(engine, Who(subject="bob"), old) is Access.NONE
    accounts.sign_out(engine, "ada", now)
    known = accounts.account_of(engine, "ada")
    assert known is not None and (known.signed_out_at, known.administrator) == (now, True)


def test_what_is_kept_of_a_person_holds_what_they_said_until_it_is_erased(
    engine: Engine, store: Store, session_id: int
) -> None:
    store.write_frames(session_id, [FrameRecord(0, 0, (face(1, Emotion.HAPPY), face(2, Emotion.SAD)))])
    said = [Utterance(100, 900, "Ann", "=1+1 is two", 1), Utterance(1000, 1900, "Ben", "no", 2)]
    store.write_transcript(session_id, said)
    own = own_of(engine, get_session(engine, session_id), 1)
    rows = list(csv.reader(own_csv(engine, own, defused).decode().splitlines()))
    assert rows[0] == list(HEADER) and [len(row) for row in rows] == [len(HEADER)] * 3
    assert (rows[1][0], rows[2][0], rows[2][-1]) == ("0", "100", "'=1+1 is two")
    store.forget_participant(session_id, 1)
    own = own_of(engine, get_session(engine, session_id), 1)
    assert (own.summary, own.words) == (None, ())
