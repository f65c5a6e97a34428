"""The people of a running session, fed with made-up frames: strips, marks, leaving out, forgetting."""

from functools import partial

import numpy as np
import pytest

from dashboard.live.strips import strips_html, strips_of
from dashboard.reading import Neutral
from dashboard.running.figures import live_figures
from dashboard.running.people import NAMELESS, LivePeople
from dashboard.running.reading import Highlights, LiveReading
from db.persons import Tracklet
from db.reports import Roster
from db.schema import FOREVER_MS
from db.store import NewEvent
from model.drawing.marks import Mark
from model.emotions import Emotion
from model.engagement.definitions import DEFINITIONS
from model.observations import FrameRecord, Observation, QualityFlag, Signals
from tests.made.faces import face, scores_of
from tests.made.paper_concentration import soft_percent

NEUTRAL, HAPPY = scores_of(Emotion.NEUTRAL), scores_of(Emotion.HAPPY)
LOOKING = Signals(yaw_deg=2.0, pitch_deg=1.0, roll_deg=0.0, eye_open=0.4, gaze=0.9, mouth_open=0.0)
AWAY = Signals(yaw_deg=40.0, pitch_deg=1.0, roll_deg=0.0, eye_open=0.4, gaze=0.1, mouth_open=0.0)
HZ = 10
looking = partial(face, signals=LOOKING)


class Kept:
    """Where events go in these tests."""

    def __init__(self) -> None:
        self.events: list[NewEvent] = []

    def submit(self, events: list[NewEvent]) -> None:
        self.events += events


def feed(people: LivePeople, seconds: float, *faces: Observation, since_s: float = 0.0) -> None:
    first = round(since_s * HZ)
    for number in range(first, first + round(seconds * HZ)):
        people.add(people.kept(FrameRecord(number, number * 1000 // HZ, faces)))


def whole(track_id: int, person: int | None = None, forgotten: bool = False) -> Tracklet:
    return Tracklet(track_id, 0, FOREVER_MS, person or track_id, track_id, forgotten)


def roster(
    *tracklets: Tracklet, names: dict[int, str] | None = None, excluded: frozenset[int] = frozenset()
) -> Roster:
    return Roster(tracklets, names or {}, excluded)


@pytest.fixture
def people() -> LivePeople:
    return LivePeople(Kept())


def test_the_group_counts_every_person_once_under_the_chosen_definition(people: LivePeople) -> None:
    feed(people, 12, looking(1), looking(2, Emotion.HAPPY), looking(2 + 1, Emotion.HAPPY))
    figures = live_figures(people.now())
    wanted = np.mean([soft_percent(scores) for scores in (NEUTRAL, HAPPY, HAPPY)])
    assert figures.now == pytest.approx(wanted)
    assert figures.counted == 3


def test_another_definition_reads_what_is_kept_again(people: LivePeople) -> None:
    feed(people, 12, looking(1, Emotion.HAPPY))
    valence = DEFINITIONS["circumplex_valence"]
    people.read_by(LiveReading(valence, valence.weights))
    now = live_figures(people.now()).now
    assert now is not None and 0.4 < now < 0.83


def test_too_few_usable_people_have_no_line(people: LivePeople) -> None:
    people.read_by(LiveReading(least_people=3))
    feed(people, 12, looking(1), looking(2), looking(3, flags=QualityFlag.DARK))
    figures = live_figures(people.now())
    assert figures.now is None and figures.why == ()


def test_the_parts_of_why_sum_to_the_value(people: LivePeople) -> None:
    feed(people, 12, looking(1), looking(2, Emotion.HAPPY))
    figures = live_figures(people.now())
    assert figures.now == pytest.approx(sum(part.contribution for part in figures.why))


def test_whoever_is_left_out_counts_nowhere_and_is_drawn_plain(people: LivePeople) -> None:
    feed(people, 12, looking(1), looking(2, Emotion.HAPPY))
    people.follow(roster(whole(1), whole(2), excluded=frozenset({2})))
    now = people.now()
    assert live_figures(now).people == (1,)
    assert [strip.name for strip in strips_of(now, live_figures(now))] == ["P1"]
    drawing = people.add(FrameRecord(500, 50_000, (looking(1), looking(2, Emotion.HAPPY))))
    assert drawing.observations[1].scores is None
    assert drawing.marks[2] == [Mark.LEFT_OUT]


def test_whoever_is_forgotten_leaves_no_trace_in_memory_or_on_the_video(people: LivePeople) -> None:
    feed(people, 12, looking(1), looking(2, Emotion.HAPPY))
    people.follow(roster(whole(1), whole(2, forgotten=True)))
    now = people.now()
    assert set(now.recent.track_id) == {1} == set(now.early.track_id)
    assert [seen.track_id for seen in now.seen] == [1]
    record = people.kept(FrameRecord(500, 50_000, (looking(1), looking(2, Emotion.HAPPY))))
    assert [one.track_id for one in record.observations] == [1]
    assert list(people.add(record).names) == [1]


def test_merged_tracks_are_one_strip_with_one_name(people: LivePeople) -> None:
    people.follow(roster(whole(1), whole(2, person=1), names={1: "Ana"}))
    feed(people, 3, looking(1))
    feed(people, 3, looking(2), since_s=3)
    now = people.now()
    [strip] = strips_of(now, live_figures(now))
    assert (strip.name, strip.here) == ("Ana", True)
    assert people.add(FrameRecord(70, 7_000, (looking(2),))).names == {2: "Ana"}


def test_a_split_person_is_two_from_that_moment_on(people: LivePeople) -> None:
    feed(people, 10, looking(1))
    people.follow(
        roster(Tracklet(1, 0, 5000, 1, 1, False), Tracklet(1, 5000, FOREVER_MS, 100_001, 100_001, False))
    )
    assert live_figures(people.now()).people == (1, 100_001)


@pytest.mark.parametrize(
    ("one", "state"),
    [
        (looking(1), "Looking"),
        (looking(1, signals=AWAY), "Looking away"),
        (looking(1, signals=Signals(eye_open=0.25, gaze=0.9)), "Eyes half closed"),
        (looking(1, signals=Signals(eye_open=0.1, gaze=0.9)), "Eyes closed"),
        (looking(1, signals=Signals()), "Gaze unknown"),
        (looking(1, flags=QualityFlag.DARK), "Not usable: too dark"),
    ],
)
def test_a_strip_says_what_a_person_does(people: LivePeople, one: Observation, state: str) -> None:
    feed(people, 3, one)
    now = people.now()
    assert strips_of(now, live_figures(now))[0].state == state


def test_a_strip_stays_a_minute_after_its_person_left(people: LivePeople) -> None:
    feed(people, 3, looking(1))
    people.add(FrameRecord(400, 40_000))
    now = people.now()
    [strip] = strips_of(now, live_figures(now))
    assert strip.state == "Gone 37 s" and not strip.here
    people.add(FrameRecord(700, 70_000))
    assert people.now().seen == ()


def test_names_are_text_on_the_strips_never_html(people: LivePeople) -> None:
    people.follow(roster(whole(1), names={1: "<b>Bo</b>"}))
    feed(people, 3, looking(1))
    now = people.now()
    assert "&lt;b&gt;Bo" in strips_html(strips_of(now, live_figures(now)))


def test_a_change_is_measured_from_the_first_ten_seconds_of_a_person(people: LivePeople) -> None:
    people.read_by(LiveReading(neutral=Neutral.FIXED))
    feed(people, 9, looking(1))
    assert live_figures(people.now()).now is None
    feed(people, 4, looking(1), since_s=9)
    feed(people, 12, looking(1, Emotion.HAPPY), since_s=13)
    drop = soft_percent(HAPPY) - soft_percent(NEUTRAL)
    assert live_figures(people.now()).now == pytest.approx(drop)


def test_a_running_neutral_follows_the_person(people: LivePeople) -> None:
    people.read_by(LiveReading(neutral=Neutral.RUNNING))
    feed(people, 40, looking(1))
    assert live_figures(people.now()).now == pytest.approx(0, abs=0.1)


def test_looking_away_for_long_is_stored_when_it_begins_and_when_it_ends() -> None:
    kept = Kept()
    people = LivePeople(kept)
    feed(people, 20, looking(1, signals=AWAY))
    [begun] = kept.events
    assert (begun.kind, begun.track_id, begun.end_ms) == ("away", 1, None)
    feed(people, 5, looking(1), since_s=20)
    [_, ended] = kept.events
    assert (ended.kind, ended.start_ms, ended.track_id) == ("away", begun.start_ms, 1)
    assert ended.end_ms == pytest.approx(19_900, abs=100)


def test_another_definition_is_no_fall_of_the_group() -> None:
    kept = Kept()
    people = LivePeople(kept)
    feed(people, 20, looking(1), looking(2))
    expressive = DEFINITIONS["expressiveness"]
    people.read_by(LiveReading(expressive, expressive.weights))
    feed(people, 30, looking(1), looking(2), since_s=20)
    assert kept.events == []


def test_a_fall_of_everybody_is_told() -> None:
    kept = Kept()
    people = LivePeople(kept)
    feed(people, 20, looking(1), looking(2))
    feed(people, 8, looking(1, signals=AWAY), looking(2, signals=AWAY), since_s=20)
    assert {event.kind for event in kept.events} == {"group_fall"}


def test_the_most_attentive_is_marked_on_request_only(people: LivePeople) -> None:
    feed(people, 5, looking(1), looking(2, signals=AWAY))
    record = FrameRecord(50, 5_000, (looking(1), looking(2, signals=AWAY)))
    assert people.add(record).marks == {1: [], 2: []}
    people.highlight(Highlights(attentive=True))
    assert people.add(FrameRecord(51, 5_100, record.observations)).marks == {1: [Mark.ATTENTIVE], 2: []}


def test_a_group_only_view_draws_nobodys_expression(people: LivePeople) -> None:
    people.read_by(LiveReading(group_only=True, least_people=5))
    people.highlight(Highlights(True, True))
    drawing = people.add(FrameRecord(0, 0, (looking(1), looking(2, flags=QualityFlag.DARK))))
    assert all(one.scores is None and not one.flags for one in drawing.observations)
    assert not any(drawing.marks.values())
    assert set(drawing.names.values()) == {NAMELESS}
