"""How many more sessions fit is told by what those that run cost, not by a constant."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from dashboard.running.recorder_status import RecorderStatus
from dashboard.running.status import LiveStatus
from dashboard.servers.load import Clocks, Load, LoadMeter, read_clocks

STORED = RecorderStatus(0, 0, 0, 0, 0, 0, None, None, None, False)
STATUS = LiveStatus(
    60.0, 0, 0.0, None, 0.0, 0.0, 0, 0.0, None, None, 0, 0, None, STORED, None, aimed_hz=10.0, wanted_hz=10.0
)


class Session:
    """One that runs for so long, at such a rate."""

    def __init__(self, elapsed_s: float = 60.0, aimed_hz: float = 10.0) -> None:
        self._status = replace(STATUS, elapsed_s=elapsed_s, aimed_hz=aimed_hz)

    def status(self) -> LiveStatus:
        return self._status


def metered(sessions: list[Session], *spent: tuple[float, float]) -> Load:
    """The load after intervals of 5 s in which this program and the machine took so much."""

    def clocks() -> Iterator[Clocks]:
        at_s = own_s = machine_s = 0.0
        yield Clocks(0.0, 0.0, 0.0)
        for own, machine in spent:
            at_s, own_s, machine_s = at_s + 5.0, own_s + 5 * own, machine_s + 5 * machine
            yield Clocks(at_s, own_s, machine_s)

    told = clocks()
    there: list[Session] = []
    meter = LoadMeter(lambda: there, 4, lambda: next(told))
    load = meter.read()
    there += sessions
    for _ in spent[1:]:
        load = meter.read()
    return load


def test_before_a_session_has_shown_its_cost_nobody_is_turned_away() -> None:
    assert metered([], (0.1, 3.9)).room is None
    assert metered([Session(elapsed_s=3.0)], (0.1, 0.1), (2.0, 2.0)).room is None


def test_what_sessions_cost_beyond_an_idle_server_is_shared_among_them() -> None:
    load = metered([Session(), Session()], (0.1, 0.1), (1.1, 1.1))
    assert load.each == pytest.approx(0.5)
    assert load.room == 5  # 0.9 * 4 - 1.1 = 2.5 cores


def test_other_programs_take_their_share() -> None:
    assert metered([Session()], (0.0, 0.0), (0.5, 3.4)).room == 0


def test_a_session_that_is_held_back_would_take_more() -> None:
    assert metered([Session(aimed_hz=5.0)], (0.0, 0.0), (0.5, 0.5)).each == pytest.approx(1.0)


def test_those_that_have_just_begun_have_taken_their_place() -> None:
    assert Load(4.0, 1.1, 2, 0.5, young=3).room == 2


def test_where_none_runs_one_fits_however_busy_the_machine_is() -> None:
    assert Load(2.0, 2.0, 0, 0.5).room == 1
    assert Load(2.0, 2.0, 1, 0.5).room == 0


def test_a_server_that_is_never_full_is_not_asked() -> None:
    assert Load(2.0, 2.0, 3, 0.5, full_at=0).room is None


def test_this_machine_s_clocks_go_on() -> None:
    before = read_clocks()
    sum(range(2_000_000))
    after = read_clocks()
    assert after.at_s > before.at_s and after.own_s > before.own_s and after.machine_s >= before.machine_s
