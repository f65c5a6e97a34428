"""A session fed with made-up frames: real recorder, real file database, made-up perception."""

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import Engine

from dashboard.running.incoming import Image, Incoming
from dashboard.running.people import Drawing
from dashboard.running.recent import USABLE
from db.reports import get_session, roster
from db.store import EndReason
from tests.made.running import Bench, analyse
from tests.made.storage import open_empty
from tests.made.waiting import wait_until


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    engine = open_empty(tmp_path / "a.db")
    yield engine
    engine.dispose()


@pytest.fixture
def bench(engine: Engine) -> Iterator[Bench]:
    made = Bench(engine)
    yield made
    made.live.finish(EndReason.STOPPED)


def test_every_analysed_frame_is_stored(bench: Bench, engine: Engine) -> None:
    analyse(bench, 5)
    bench.live.finish(EndReason.STOPPED)
    stored = get_session(engine, bench.session_id)
    assert (stored.frames, stored.faces, stored.end_reason) == (5, 5, "stopped")


def test_the_last_result_is_drawn_on_the_next_frame(bench: Bench) -> None:
    analyse(bench, 1)
    assert np.ptp(bench.feed()) > 0


def test_boxes_of_one_frame_size_are_not_drawn_on_another(bench: Bench) -> None:
    analyse(bench, 1)
    bench.perception.gate = threading.Event()
    assert np.ptp(bench.feed(640, 480)) == 0
    bench.perception.gate.set()


def test_where_the_page_draws_only_what_is_analysed_becomes_an_array_and_it_is_told(bench: Bench) -> None:
    made, told = list[int](), list[int]()

    def image() -> Image:
        made.append(1)
        return np.full((240, 320, 3), 60, np.uint8)

    bench.perception.gate = threading.Event()
    for number in range(3):
        picture = Incoming((320, 240), time.monotonic(), image, lambda labels: told.append(len(labels)))
        assert bench.live.handle(picture, draw=False) is None
        if number == 0:
            wait_until(lambda: len(bench.perception.sizes) == 1)
        time.sleep(0.012)
    assert len(made) == 1, "the others wait or were left out"
    bench.perception.gate.set()
    wait_until(lambda: len(told) == 2)
    assert len(made) == 2 and bench.live.status().received == 3 and bench.live.status().skipped == 1


def test_an_error_in_analysis_is_counted_and_the_session_goes_on(
    bench: Bench, caplog: pytest.LogCaptureFixture
) -> None:
    bench.perception.fail_at = {2, 3}
    analyse(bench, 5)
    status = bench.live.status()
    assert (status.analysed, status.errors, status.last_error) == (3, 2, "ValueError: broken net")
    assert sum("could not be analysed" in record.message for record in caplog.records) == 1


def test_a_slow_analysis_skips_frames_and_takes_the_newest(bench: Bench) -> None:
    bench.perception.gate = threading.Event()
    bench.feed(100, 100)
    wait_until(lambda: len(bench.perception.sizes) == 1)
    for width in (110, 120, 130):
        time.sleep(0.012)
        bench.feed(width, 100)
    bench.perception.gate.set()
    wait_until(lambda: bench.live.status().analysed == 2)
    assert bench.perception.sizes == [(100, 100, 3), (100, 130, 3)]
    assert bench.live.status().skipped == 2


def test_analysis_keeps_its_own_rate_below_the_cameras(engine: Engine) -> None:
    bench = Bench(engine, analysis_hz=10)
    start_s = time.monotonic()
    for number in range(60):
        bench.live.handle(Incoming.of(np.zeros((48, 64, 3), np.uint8), start_s + number / 30))
        wait_until(lambda: bench.live._slot is None)
    bench.live.finish(EndReason.STOPPED)
    assert 19 <= bench.live.status().analysed <= 22


def test_a_frame_may_change_its_size_in_mid_stream(bench: Bench) -> None:
    for width, height in ((640, 480), (320, 240), (3840, 2160), (17, 31)):
        assert bench.feed(width, height).shape == (height, width, 3)
        wait_until(lambda: bench.live._slot is None)
        time.sleep(0.012)
    assert bench.live.status().size_px == (17, 31)


def test_finishing_twice_ends_once_with_the_first_reason(bench: Bench) -> None:
    analyse(bench, 1)
    threads = [
        threading.Thread(target=bench.live.finish, args=(reason,))
        for reason in (EndReason.STOPPED, EndReason.DISCONNECTED, EndReason.STOPPED)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(bench.ended) == 1


def test_a_frame_after_the_end_passes_through_untouched(bench: Bench) -> None:
    analyse(bench, 1)
    bench.live.finish(EndReason.STOPPED)
    received = bench.live.status().received
    assert np.ptp(bench.feed()) == 0
    assert bench.live.status().received == received


def test_the_status_tells_rate_latency_and_the_last_minute(bench: Bench) -> None:
    analyse(bench, 10)
    status = bench.live.status()
    assert status.people.in_view == 1
    assert status.latency_p95_ms is not None and status.latency_p95_ms > 0
    assert status.people.recent.sums[:, USABLE].sum() == 10
    assert status.analysed_hz > 0


def test_two_sessions_at_once_do_not_mix(engine: Engine) -> None:
    first, second = Bench(engine), Bench(engine)
    analyse(first, 3)
    analyse(second, 2)
    first.live.finish(EndReason.STOPPED)
    second.live.finish(EndReason.STOPPED)
    assert get_session(engine, first.session_id).frames == 3
    assert get_session(engine, second.session_id).frames == 2


def test_whoever_is_forgotten_while_the_stream_runs_is_stored_no_more(bench: Bench, engine: Engine) -> None:
    analyse(bench, 3)
    wait_until(lambda: get_session(engine, bench.session_id).faces == 3)
    bench.store.forget_participant(bench.session_id, 1)
    bench.live.people.follow(roster(engine, bench.session_id))
    analyse(bench, 3)
    assert bench.live.status().people.in_view == 0
    assert bench.perception.forgotten == {1}, "nor is a resting face remembered"
    bench.live.finish(EndReason.STOPPED)
    stored = get_session(engine, bench.session_id)
    assert (stored.faces, stored.frames, stored.people) == (0, 6, 0)


def test_a_fault_in_following_people_does_not_stop_the_recording(bench: Bench, engine: Engine) -> None:
    analyse(bench, 2)

    def broken(*_: object) -> Drawing:
        raise ZeroDivisionError

    bench.live.people.add = broken  # type: ignore[method-assign, assignment]
    before = bench.live.status().errors
    bench.feed()
    wait_until(lambda: bench.live.status().errors > before)
    bench.live.finish(EndReason.STOPPED)
    assert get_session(engine, bench.session_id).frames == 3
