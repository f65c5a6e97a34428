"""One screen of a running session: who is away first, where somebody is, whether the machine keeps up."""

from dataclasses import replace

from dashboard.live.screen import bar_html, is_slow, machine_word
from dashboard.live.sketch import sketch_html
from dashboard.live.strips import strips_of
from dashboard.running.figures import live_figures
from dashboard.running.people import LivePeople
from dashboard.running.people_now import PeopleNow
from dashboard.running.recorder_status import RecorderStatus
from dashboard.running.status import LiveStatus
from db.reports import Roster
from db.store import NewEvent
from model.observations import FrameRecord, Observation, Signals
from tests.made.faces import face

LOOKING, ASIDE = Signals(eye_open=0.4, gaze=0.9), Signals(eye_open=0.4, gaze=0.1)
STORED = RecorderStatus(0, 0, 0, 0, 0, 0, None, None, None, False)


class Silent:
    """Takes events and keeps none."""

    def submit(self, events: list[NewEvent]) -> None: ...


def watched(*stretches: tuple[int, list[Observation]]) -> PeopleNow:
    """So many seconds of these faces, one stretch after the other, ten looks a second."""
    people, number = LivePeople(Silent()), 0
    for seconds, faces in stretches:
        for _ in range(seconds * 10):
            people.add(FrameRecord(number, number * 100, tuple(faces)))
            number += 1
    return people.now()


def status(hz: float, wanted_hz: float = 10, elapsed_s: float = 60) -> LiveStatus:
    rates = {"received_hz": 30.0, "analysed": 10, "analysed_hz": hz, "wanted_hz": wanted_hz}
    times = {"elapsed_s": elapsed_s, "since_frame_s": 0.0, "since_face_s": 0.0}
    none = {"latency_p50_ms": None, "latency_p95_ms": None, "last_error": None, "end_reason": None}
    counts = {"received": 9, "size_px": (640, 480), "skipped": 0, "errors": 0, "recorder": STORED}
    return LiveStatus(**rates, **times, **none, **counts)  # type: ignore[arg-type]


def test_the_longest_away_come_first_and_the_others_by_number() -> None:
    three = [face(1, signals=LOOKING), face(2, signals=LOOKING), face(3, signals=ASIDE)]
    now = watched((5, [*three, face(4, signals=LOOKING)]), (8, three))
    strips = strips_of(now, live_figures(now))
    assert [strip.name for strip in strips] == ["P3", "P4", "P1", "P2"]
    assert strips[0].state == "Looking away 12 s" and strips[1].state == "Gone 8 s"


def test_a_short_glance_back_does_not_end_looking_away() -> None:
    aside, back = [face(1, signals=ASIDE)], [face(1, signals=LOOKING)]
    now = watched((6, aside), (1, back), (6, aside))
    assert now.away_ms(now.seen[0]) == 12_900
    now = watched((6, aside), (3, back))
    assert now.away_ms(now.seen[0]) == 0


def test_a_sketch_says_where_somebody_is_and_nothing_of_whoever_is_left_out() -> None:
    faces = [face(1, box=(10, 20, 60, 80)), face(2, box=(500, 20, 560, 80))]
    now = replace(watched((1, faces)), who=Roster((), {2: "Bo <b>"}, frozenset()))
    drawn = sketch_html(now, (640, 480))
    assert "P1 on the left, Bo &lt;b&gt; on the right" in drawn and drawn.count("<span") == 2
    assert sketch_html(replace(now, who=Roster((), {}, frozenset({1}))), (640, 480)).count("<span") == 1
    hidden = replace(now, reading=replace(now.reading, group_only=True))
    assert sketch_html(hidden, (640, 480)) == "" == sketch_html(now, None)


def test_the_chip_says_when_looks_are_too_rare_and_never_of_a_rate_that_was_asked_for() -> None:
    assert machine_word(status(0.6)) == "0.6 looks a second: too slow"
    assert machine_word(status(8.0)) == "Keeps up"
    assert not is_slow(status(0.5, wanted_hz=0.5)) and not is_slow(status(0.6, elapsed_s=3))


def test_the_bar_tells_title_time_and_people_as_typed() -> None:
    told = bar_html("Weekly <review>", status(8.0, elapsed_s=65), waiting=True)
    assert "Weekly &lt;review&gt;" in told and "Live 01:05" in told and "at-rec waiting" in told
