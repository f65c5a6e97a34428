"""What the presenter's panel tells: who is with the host, the trend, and nothing of a group too small."""

from dataclasses import replace

import numpy as np

from dashboard.presenter.figures import Eyes, presenter_figures
from dashboard.running.people import LivePeople
from dashboard.running.people_now import PeopleNow
from db.reports import Roster
from db.store import NewEvent
from model.observations import FrameRecord, Signals
from tests.made.faces import face

AT_SCREEN, ASIDE, UNMEASURED = Signals(eye_open=0.3, gaze=0.9), Signals(eye_open=0.3, gaze=0.1), Signals()


class Silent:
    """Takes events and keeps none."""

    def submit(self, events: list[NewEvent]) -> None: ...


def seen(gazes: list[Signals], frames: int = 100) -> PeopleNow:
    people = LivePeople(Silent())
    for number in range(frames):
        faces = tuple(face(track, signals=gaze) for track, gaze in enumerate(gazes, start=1))
        people.add(FrameRecord(number, number * 200, faces))
    return people.now()


def test_with_you_are_those_who_mostly_look() -> None:
    figures = presenter_figures(seen([AT_SCREEN, AT_SCREEN, ASIDE, UNMEASURED]), 1, scored=True)
    assert (figures.in_view, figures.known, figures.looking) == (4, 3, 2)
    assert figures.enough and figures.live is not None


def test_a_group_too_small_is_not_enough() -> None:
    figures = presenter_figures(seen([AT_SCREEN, AT_SCREEN]), 3, scored=True)
    assert (figures.in_view, figures.usable, figures.enough) == (2, 2, False)
    assert np.isnan(figures.line).all()


def test_the_hosts_own_group_view_holds_here_too() -> None:
    now = seen([AT_SCREEN])
    strict = replace(now, reading=replace(now.reading, group_only=True, least_people=3))
    assert not presenter_figures(strict, 1, scored=True).enough


def test_who_is_left_out_is_not_counted() -> None:
    now = seen([AT_SCREEN, AT_SCREEN])
    figures = presenter_figures(replace(now, who=Roster((), {}, frozenset({2}))), 1, scored=True)
    assert (figures.in_view, figures.looking) == (1, 1)


def test_presence_only_tells_who_is_in_view_and_nothing_else() -> None:
    figures = presenter_figures(seen([AT_SCREEN, ASIDE]), 1, scored=False)
    assert (figures.in_view, figures.looking, figures.live, figures.enough) == (2, 0, None, False)


def test_where_no_eyes_were_read_people_face_the_screen() -> None:
    head_alone = Signals(yaw_deg=2.0, pitch_deg=1.0, gaze=0.9)
    assert presenter_figures(seen([head_alone, head_alone]), 1, scored=True).eyes is Eyes.NONE
    assert presenter_figures(seen([AT_SCREEN, head_alone]), 1, scored=True).eyes is Eyes.SOME
    assert presenter_figures(seen([AT_SCREEN]), 1, scored=True).eyes is Eyes.ALL
