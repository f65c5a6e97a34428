import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.live.overlay.link import OverlayLink, message
from model.drawing.marks import Mark
from model.drawing.overlay import FaceLabel

ANA = FaceLabel(3, (64, 48, 320, 240), (0, 134, 197), True, ("Ána  happy 74%", "Ána"), (Mark.SPEAKING,))


def test_a_message_carries_parts_of_the_picture_its_time_and_a_name_in_any_script() -> None:
    told = json.loads(message([ANA], (640, 480), 1234.5, time.monotonic() - 0.02))
    assert (told["t"], told["w"], told["h"]) == (1234.5, 640, 480)
    assert told["d"] >= 20
    [face] = told["faces"]
    assert face == {
        "id": 3,
        "box": [0.1, 0.1, 0.5, 0.5],
        "colour": "#c58600",
        "bold": True,
        "texts": ["Ána  happy 74%", "Ána"],
        "marks": ["speaking"],
    }


def _draws(link: OverlayLink) -> bool:
    return link.draws and link.is_open


def test_the_page_draws_only_while_it_says_so_over_an_open_channel() -> None:
    link, sent = OverlayLink(), list[str]()
    link.hear("draws")
    link.tell("lost")
    assert not _draws(link)
    link.open(sent.append)
    assert not _draws(link)
    link.hear("draws")
    link.tell("numbers")
    assert _draws(link) and sent == ["numbers"]
    link.hear("cannot")
    assert not _draws(link)
    link.hear("draws")
    link.close()
    link.tell("late")
    assert not _draws(link) and sent == ["numbers"]


@given(st.one_of(st.text(), st.binary(), st.integers(), st.just("draws" * 100_000)))
def test_what_a_page_would_not_say_changes_nothing(said: object) -> None:
    link = OverlayLink()
    link.open(lambda _: None)
    link.hear("draws")
    link.hear(said)
    assert link.draws is (said != "cannot")


@pytest.mark.parametrize("count", [0, 1, 25])
def test_twenty_five_faces_are_far_below_what_a_channel_waits_for(count: int) -> None:
    assert len(message([ANA] * count, (1280, 720), 0.0, 0.0).encode()) < 6_000
