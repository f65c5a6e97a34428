"""A session on another server is told as on its own: same people, same reading, same strictness."""

from collections.abc import Iterator

import numpy as np
import pytest
from sqlalchemy import Engine, update

from dashboard.event_stream.feed import SETTLE_S
from dashboard.event_stream.figures import seconds_after
from dashboard.presenter.look import Look
from dashboard.reading import Reading
from dashboard.running.recent import SECOND_MS
from dashboard.servers.followed import LOOK_S, Elsewhere, FollowedSession
from db.columns import since_seconds
from db.engine import write_transaction
from db.schema import server
from db.servers import ServerNow, beat
from db.store import EndReason, Store
from model.engagement.definitions import DEFINITIONS
from tests.made.running import Bench, analyse
from tests.made.waiting import wait_until

OURS, OTHER = "a" * 32, "b" * 32


@pytest.fixture
def bench(engine: Engine) -> Iterator[Bench]:
    """A session that runs on the other server."""
    beat(engine, ServerNow(OTHER, None, 1, None))
    begun = Bench(engine, server_id=OTHER)
    analyse(begun, 20)
    wait_until(lambda: begun.live.status().recorder.written_frames == 20)
    yield begun
    begun.live.finish(EndReason.STOPPED)


def followed(engine: Engine) -> list[FollowedSession]:
    return Elsewhere(engine, OURS).sessions()


def test_its_figures_are_those_of_its_own_server(engine: Engine, bench: Bench) -> None:
    [there], here = followed(engine), bench.live.people.now()
    now = there.status().people
    assert there.session_id == bench.session_id
    assert (now.offset_ms, now.here, now.seen) == (here.offset_ms, here.here, here.seen)
    assert np.allclose(now.recent.sums, here.recent.sums)
    assert seconds_after(1, now, -1000) == seconds_after(1, here, -1000)


def test_what_comes_is_taken_in_and_what_ends_is_gone(engine: Engine, bench: Bench) -> None:
    elsewhere = Elsewhere(engine, OURS)
    [there] = elsewhere.sessions()
    analyse(bench, 5)
    wait_until(lambda: bench.live.status().recorder.written_frames == 25)
    wait_until(lambda: elsewhere.sessions()[0].people.now().offset_ms == bench.live.people.now().offset_ms)
    assert elsewhere.sessions() == [there]
    bench.live.finish(EndReason.STOPPED)
    wait_until(lambda: not elsewhere.sessions())


def test_it_is_read_as_its_host_reads_it_and_never_less_strictly(
    engine: Engine, store: Store, bench: Bench
) -> None:
    [there] = followed(engine)
    assert not there.people.reading.group_only
    weighed = Reading(DEFINITIONS["valence"], dict(DEFINITIONS["valence"].weights))
    store.set_engagement(bench.session_id, weighed.definition.name, weighed.weights)
    store.set_group_only(bench.session_id, 5)
    store.exclude_participant(bench.session_id, 1)
    there.update()
    reading = there.people.reading
    assert (reading.definition.name, reading.group_only, reading.least_people) == ("valence", True, 5)
    assert there.people.now().here == frozenset()


def test_a_panel_and_the_stream_of_events_are_never_two_seconds_behind_by_their_intervals() -> None:
    assert LOOK_S + Look().every_s < 2
    assert SECOND_MS / 1000 + SETTLE_S + LOOK_S < 2


def test_those_of_our_own_server_and_of_dead_ones_are_not_followed(engine: Engine, bench: Bench) -> None:
    assert Elsewhere(engine, OTHER).sessions() == []
    with write_transaction(engine) as connection:
        connection.execute(update(server).values(beat_at=since_seconds(31)))
    assert followed(engine) == []


def test_a_session_that_is_deleted_while_it_is_followed_is_left_out(
    engine: Engine, store: Store, bench: Bench
) -> None:
    elsewhere = Elsewhere(engine, OURS)
    assert len(elsewhere.sessions()) == 1
    store.delete_session(bench.session_id)
    wait_until(lambda: not elsewhere.sessions())
