"""A session as the app opens it: real database, real detector, the shipped network."""

import gc
import time
import weakref
from dataclasses import replace
from datetime import UTC, datetime, timedelta, tzinfo
from pathlib import Path
from typing import Self

import cv2
import numpy as np
import pytest
import skimage.data
from numpy.typing import NDArray
from sqlalchemy import Engine

from dashboard.consent import PRESENCE_ONLY, Kind, Purpose, Region, Setup
from dashboard.live.remembered import setup_of
from dashboard.markers.desk import Press
from dashboard.running import opening
from dashboard.running.incoming import Incoming
from dashboard.running.opening import open_live
from dashboard.running.session import LiveSession
from dashboard.settings import Settings
from db.reports import SessionSummary, iter_observations, list_sessions, markers
from db.store import EndReason, Store
from model.errors import ArtifactError
from model.observations import NO_SIGNALS
from tests.made.running import Bench, analyse
from tests.made.storage import locked_by_another_program, stored_frames
from tests.made.waiting import wait_until

REHEARSAL = Setup("Talk", Kind.REHEARSAL, Purpose.REHEARSAL, Region.EU_UK)


def begin(engine: Engine, setup: Setup = REHEARSAL, **changes: object) -> LiveSession:
    return open_live(setup, datetime.now(UTC), Settings(**changes), Store(engine))  # type: ignore[arg-type]


def portrait() -> NDArray[np.uint8]:
    astronaut = skimage.data.astronaut()  # type: ignore[no-untyped-call]
    return np.ascontiguousarray(cv2.cvtColor(astronaut, cv2.COLOR_RGB2BGR))


def watch(live: LiveSession, seconds: float = 0.5) -> None:
    began_s = time.monotonic()

    def somebody_was_seen() -> bool:
        live.handle(Incoming.of(portrait(), time.monotonic()))
        return time.monotonic() - began_s >= seconds and live.status().people.in_view > 0

    wait_until(somebody_was_seen)


def only_session(engine: Engine) -> SessionSummary:
    [session] = list_sessions(engine)
    return session


def test_a_face_before_the_camera_is_scored_and_stored(engine: Engine) -> None:
    live = begin(engine)
    watch(live)
    live.finish(EndReason.STOPPED)
    session = only_session(engine)
    assert session.people == 1 and session.usable > 0 and session.end_reason == "stopped"
    assert session.model_name == "compact48_two_heads" and len(session.model_sha256) == 64


def test_which_way_scores_were_read_is_stored_with_the_session(engine: Engine) -> None:
    live = begin(engine, replace(REHEARSAL, own_neutral=True))
    watch(live, seconds=0.2)
    live.finish(EndReason.STOPPED)
    session = only_session(engine)
    assert session.own_neutral is True
    again = setup_of(session)
    assert again is not None and again.own_neutral, "a session that goes on is read the same way"


def test_presence_only_stores_no_score_and_names_no_network(engine: Engine) -> None:
    setup = Setup("Team", Kind.MEETING, Purpose.WORK, Region.EU_UK)
    live = begin(engine, setup)
    watch(live)
    live.finish(EndReason.STOPPED)
    session = only_session(engine)
    assert session.faces > 0 and session.model_name == PRESENCE_ONLY
    for row in iter_observations(engine, session.id):
        assert row.observation.scores is None and row.observation.signals == NO_SIGNALS


def test_a_missing_network_is_a_sentence_and_leaves_no_session(engine: Engine, tmp_path: Path) -> None:
    with pytest.raises(ArtifactError, match=r"card\.json"):
        begin(engine, artifact=tmp_path / "nowhere")
    assert list_sessions(engine) == []


def test_a_session_without_a_single_picture_is_not_kept(engine: Engine) -> None:
    begin(engine).finish(EndReason.DISCONNECTED)
    assert list_sessions(engine) == []


def test_a_session_that_ends_while_the_database_is_locked_is_stored_whole_and_stamped_once(
    engine: Engine, path: Path
) -> None:
    live = begin(engine)
    watch(live)
    with locked_by_another_program(path):
        live.handle(Incoming.of(portrait(), time.monotonic()))
        live.markers.take(Store(engine), [Press("a-1", "Topic", 100)])
        live.end(EndReason.STOPPED)
        live.end(EndReason.DISCONNECTED)  # the tab is closed, too
        assert not live.status().stored and only_session(engine).ended_at is None
    wait_until(lambda: live.status().stored)
    session, status = only_session(engine), live.status()
    assert (session.end_reason, status.recorder.dropped_frames) == ("stopped", 0)
    assert stored_frames(path, session.id) == list(range(status.analysed))
    assert [one.label for one in markers(engine, session.id)] == ["Topic"]


def test_a_session_ends_with_its_last_picture_however_late_that_is_noticed(engine: Engine) -> None:
    live = begin(engine)
    watch(live)
    last = datetime.now(UTC)
    time.sleep(1.5)
    noticed = datetime.now(UTC)
    live.finish(EndReason.DISCONNECTED)
    ended = only_session(engine).ended_at
    assert ended is not None and abs(ended - last) < noticed - ended


@pytest.mark.parametrize("hours", [-2, 2])
def test_a_clock_that_is_set_meanwhile_changes_no_length(
    engine: Engine, monkeypatch: pytest.MonkeyPatch, hours: int
) -> None:
    live = begin(engine)
    watch(live)
    monkeypatch.setattr(opening, "datetime", clock_off_by(timedelta(hours=hours)))
    live.finish(EndReason.STOPPED)
    session = only_session(engine)
    assert session.ended_at is not None
    lasted = session.ended_at - session.started_at
    assert timedelta(0) < lasted < timedelta(minutes=5)


def clock_off_by(wrong: timedelta) -> type[datetime]:
    class Wrong(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> Self:
            return super().now(tz) + wrong

    return Wrong


def test_an_ended_session_lets_go_of_its_networks(engine: Engine) -> None:
    bench = Bench(engine)
    networks = weakref.ref(bench.perception)
    analyse(bench, 2)
    bench.live.finish(EndReason.STOPPED)
    del bench.perception
    gc.collect()
    assert bench.live.status().stored and networks() is None


def test_a_session_that_was_cut_off_goes_on_under_its_own_number(engine: Engine, path: Path) -> None:
    live = begin(engine)
    watch(live)
    live.finish(EndReason.DISCONNECTED)
    before = only_session(engine)
    again = begin(engine, replace(REHEARSAL, goes_on_with=before.id))
    watch(again)
    assert again.status().elapsed_s * 1000 > before.duration_ms
    again.finish(EndReason.STOPPED)
    after = only_session(engine)
    assert (after.id, after.started_at, after.end_reason) == (before.id, before.started_at, "stopped")
    assert after.frames > before.frames and after.people == 2 and after.duration_ms > before.duration_ms
    assert stored_frames(path, after.id) == list(range(after.frames))


def test_going_on_without_a_picture_leaves_the_session_as_it_was(engine: Engine) -> None:
    live = begin(engine)
    watch(live, seconds=0.3)
    live.finish(EndReason.DISCONNECTED)
    before = only_session(engine)
    begin(engine, replace(REHEARSAL, goes_on_with=before.id)).finish(EndReason.DISCONNECTED)
    assert only_session(engine) == before
