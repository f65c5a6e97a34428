"""The event stream on a real web server, read over sockets: who may read, what is told, who is dropped."""

import http.client
import json
import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import count
from typing import Any

import pytest
from pydantic import SecretStr
from starlette.routing import Route

from dashboard.errors import SettingsError
from dashboard.event_stream.route import feed_routes
from dashboard.running.reading import LiveReading
from dashboard.settings import Settings
from db.persons import Tracklet
from db.reports import Roster
from db.schema import FOREVER_MS
from model.emotions import EMOTIONS, Emotion
from model.observations import Observation, QualityFlag
from tests.made.faces import face, scores_of
from tests.made.feed import MadeUpSession, Reader, served
from tests.made.paper_concentration import soft_percent

TOKEN = "a-token-for-the-tests"


@pytest.fixture
def session() -> MadeUpSession:
    return MadeUpSession(7)


@pytest.fixture
def address(session: MadeUpSession) -> Iterator[str]:
    with served(routes(session)) as address:
        yield address


def routes(*sessions: MadeUpSession, **settings: Any) -> list[Route]:
    chosen = Settings(**({"event_token": SecretStr(TOKEN)} | settings))
    return feed_routes(lambda: chosen, lambda: sessions)


@contextmanager
def going_on(
    session: MadeUpSession, faces: Sequence[Observation] = (), room: threading.Semaphore | None = None
) -> Iterator[None]:
    """Seconds one after the other, five times as fast as life, while the block runs and there is `room`."""
    stop = threading.Event()

    def see() -> None:
        for number in count():
            while room is not None and not stop.is_set() and not room.acquire(timeout=0.1):
                pass
            session.second(number, faces)
            if stop.wait(0.2):
                return

    thread = threading.Thread(target=see, daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(10)


def test_without_a_token_in_the_settings_the_stream_is_off(session: MadeUpSession) -> None:
    with served(routes(session, event_token=None)) as address:
        reader = Reader(address, token=TOKEN)
        assert reader.status == 404
        assert "The event stream is off. Set ATTUNE_EVENT_TOKEN" in reader.line()


@pytest.mark.parametrize(
    ("path", "headers"),
    [
        ("/events", {}),
        ("/events", {"Authorization": f"Bearer {TOKEN}x"}),
        ("/events", {"Authorization": "Bearer"}),
        ("/events", {"Authorization": f"Basic {TOKEN}"}),
        ("/events", {"Authorization": "Bearer \xe4\xf6\xfc"}),
        (f"/events?token={TOKEN}", {}),
        (f"/events?token={TOKEN}", {"Authorization": "Bearer wrong"}),
    ],
)
def test_a_wrong_or_missing_token_is_refused(address: str, path: str, headers: dict[str, str]) -> None:
    reader = Reader(address, path, **headers)
    assert reader.status == 401
    assert reader.answer.headers["WWW-Authenticate"].startswith("Bearer")
    told = reader.line()
    assert "Wrong or missing token" in told and TOKEN not in told


@pytest.mark.parametrize(
    ("path", "headers"),
    [
        ("/events", {"Authorization": f"Bearer {TOKEN}"}),
        ("/events", {"Authorization": f"bearer  {TOKEN} "}),
    ],
)
def test_with_the_token_the_stream_opens_and_says_when_to_come_back(
    address: str, path: str, headers: dict[str, str]
) -> None:
    reader = Reader(address, path, **headers)
    assert reader.status == 200
    assert reader.answer.headers["Content-Type"] == "text/event-stream; charset=utf-8"
    assert reader.answer.headers["Cache-Control"] == "no-store"
    assert reader.line() == "retry: 3000"
    reader.close()


def test_a_second_is_told_as_the_groups_figures(session: MadeUpSession, address: str) -> None:
    happy, away = face(1, Emotion.HAPPY), face(3, flags=QualityFlag.SMALL)
    reader = Reader(address, token=TOKEN)
    with going_on(session, [happy, face(2, None), away]):
        name, told = reader.next()
    reader.close()
    scores = [scores_of(Emotion.HAPPY), (1 / 7,) * 7]
    wanted = sum(soft_percent(one) for one in scores) / 2
    assert name == f"7-{told['offset_ms']}"
    assert (told["session"], told["people"], told["usable"]) == (7, 3, 2)
    assert told["engagement"] == pytest.approx(wanted, abs=1e-3)
    assert told["not_sure"] == 0.5
    assert list(told["scores"]) == [str(emotion) for emotion in EMOTIONS]
    assert told["scores"]["happy"] == pytest.approx((0.7 + 1 / 7) / 2, abs=1e-3)
    assert told["range"] == [0.0, 100.0]


def test_every_second_comes_once_and_in_order(session: MadeUpSession, address: str) -> None:
    """However slow the reader is: of what lies too far back nothing is told."""
    reader, room, offsets = Reader(address, token=TOKEN), threading.Semaphore(5), list[int]()
    with going_on(session, [face()], room):
        for _ in range(12):
            offsets.append(reader.next()[1]["offset_ms"])
            room.release()
    reader.close()
    assert offsets == list(range(offsets[0], offsets[0] + 12_000, 1000))


def test_a_second_without_anybody_is_told_as_empty(session: MadeUpSession, address: str) -> None:
    reader = Reader(address, token=TOKEN)
    with going_on(session):
        _, told = reader.next()
    reader.close()
    assert (told["people"], told["usable"], told["engagement"], told["not_sure"]) == (0, 0, None, None)
    assert set(told["scores"].values()) == {None}


def test_names_never_leave_and_who_is_left_out_or_forgotten_does_not_count(
    session: MadeUpSession, address: str
) -> None:
    tracks = [Tracklet(number, 0, FOREVER_MS, number, number, number == 3) for number in (1, 2, 3)]
    session.people.follow(Roster(tuple(tracks), {1: "Ada", 2: "Ben"}, frozenset({2})))
    reader = Reader(address, token=TOKEN)
    with going_on(session, [face(1), face(2, Emotion.SAD), face(3, Emotion.ANGRY)]):
        _, told = reader.next()
    reader.close()
    assert (told["people"], told["usable"]) == (1, 1)
    assert told["scores"]["neutral"] == pytest.approx(0.7)
    assert "Ada" not in json.dumps(told)


@pytest.mark.parametrize("by_view", [False, True])
def test_too_small_a_group_is_not_told(by_view: bool) -> None:
    small, large = MadeUpSession(1), MadeUpSession(2)
    if by_view:
        small.people.read_by(LiveReading(least_people=3, group_only=True))
    with served(routes(small, large, event_min_people=1 if by_view else 3)) as address:
        reader = Reader(address, token=TOKEN)
        with going_on(small, [face(1), face(2)]), going_on(large, [face(1), face(2), face(3)]):
            sessions = {reader.next()[1]["session"] for _ in range(10)}
        reader.close()
    assert sessions == {2}


def test_many_clients_read_the_same(session: MadeUpSession, address: str) -> None:
    readers = [Reader(address, token=TOKEN) for _ in range(40)]
    with going_on(session, [face()]):
        first = [reader.next()[1] for reader in readers]
    for reader in readers:
        reader.close()
    assert len({one["offset_ms"] for one in first}) == 1


@pytest.mark.parametrize(
    ("allowed", "asked", "granted"),
    [
        ("", "https://games.example.org", None),
        ("https://games.example.org", "https://games.example.org", "https://games.example.org"),
        ("https://games.example.org", "https://evil.example.org", None),
    ],
)
def test_pages_of_other_origins_may_read_only_when_one_is_named(
    session: MadeUpSession, allowed: str, asked: str, granted: str | None
) -> None:
    with served(routes(session, event_origin=allowed)) as address:
        reader = Reader(address, token=TOKEN, Origin=asked)
        assert reader.answer.headers["Access-Control-Allow-Origin"] == granted
        reader.close()


def test_a_page_of_the_named_origin_may_send_the_token_and_no_other_page_may(
    session: MadeUpSession,
) -> None:
    with served(routes(session, event_origin="https://games.example.org")) as address:
        granted = {}
        for origin in ("https://games.example.org", "https://evil.example.org"):
            connection = http.client.HTTPConnection(address, timeout=20)
            connection.request("OPTIONS", "/events", headers={"Origin": origin})
            answer = connection.getresponse()
            granted[origin] = (answer.status, answer.headers["Access-Control-Allow-Headers"])
    assert granted == {
        "https://games.example.org": (204, "Authorization"),
        "https://evil.example.org": (204, None),
    }


def test_wrong_tokens_are_answered_late_and_few_at_once_while_the_right_one_is_let_in(
    session: MadeUpSession, address: str
) -> None:
    with ThreadPoolExecutor(30) as pool:
        guesses = [pool.submit(Reader, address, token=f"a-wrong-token-number-{n}") for n in range(30)]
        right = Reader(address, token=TOKEN)
        assert right.status == 200 and not all(one.done() for one in guesses)
        answers = Counter(one.result().status for one in guesses)
    right.close()
    assert set(answers) == {401, 429} and answers[401] <= 20


def test_broken_settings_are_a_sentence() -> None:
    def broken() -> Settings:
        raise SettingsError("ATTUNE_DETECTOR is wrong.")

    with served(feed_routes(broken, list)) as address:
        reader = Reader(address, token=TOKEN)
        assert (reader.status, reader.line()) == (503, "ATTUNE_DETECTOR is wrong.")
