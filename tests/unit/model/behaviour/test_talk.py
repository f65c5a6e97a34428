"""Talk and silence over time, and that nobody speaks whose lips move while no voice is heard."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.behaviour.speaking import SpeakingDetector, speaking
from model.behaviour.talk import UNHEARD, VOICE, VOICELESS, Heard, Talk, share_of_voice

TIMES_MS = np.arange(0, 6_000, 100)
MOVING = 0.3 + 0.15 * np.sin(TIMES_MS / 1000 * 2 * np.pi * 3)
"""A mouth that opens and closes three times a second: chewing looks like talking."""


def heard(*voices: int) -> Heard:
    return Heard.of([(n * 100, voice) for n, voice in enumerate(voices)])


def test_a_mouth_that_chews_while_no_voice_is_heard_does_not_speak() -> None:
    voice = np.full(len(TIMES_MS), VOICELESS)
    assert not speaking(TIMES_MS, MOVING, voice).any()
    assert speaking(TIMES_MS, MOVING)[10:].all(), "without sound the lips alone tell"
    assert (speaking(TIMES_MS, MOVING, voice * 0 + UNHEARD) == speaking(TIMES_MS, MOVING)).all()


def test_a_still_mouth_does_not_speak_because_somebody_elses_voice_is_heard() -> None:
    assert not speaking(TIMES_MS, np.full(len(TIMES_MS), 0.1), np.full(len(TIMES_MS), VOICE)).any()


def test_speech_goes_on_through_a_short_pause_of_the_voice_and_ends_after_a_long_one() -> None:
    voice = np.where((TIMES_MS >= 2_000) & (TIMES_MS < 2_600), VOICELESS, VOICE)
    assert speaking(TIMES_MS, MOVING, voice)[10:].all()
    voice = np.where(TIMES_MS >= 2_000, VOICELESS, VOICE)
    told = speaking(TIMES_MS, MOVING, voice)
    assert told[20:29].all() and not told[31:].any()


@given(st.lists(st.tuples(st.floats(0, 1), st.sampled_from([VOICE, VOICELESS, UNHEARD])), max_size=60))
def test_live_and_afterwards_the_same_people_speak(told: list[tuple[float, int]]) -> None:
    detector, known = SpeakingDetector(), {VOICE: True, VOICELESS: False, UNHEARD: None}
    live = [detector.update(n * 100, opening, known[voice]) for n, (opening, voice) in enumerate(told)]
    opening, voice = [one for one, _ in told], [one for _, one in told]
    assert speaking(np.arange(len(told)) * 100, opening, voice).tolist() == live


def test_stretches_follow_each_other_and_stop_where_nobody_listened() -> None:
    told = Heard.of([(0, 0), (100, 0), (200, 1), (300, 1), (9_000, 1), (9_100, 0)])
    assert told.stretches() == (
        Talk(0, 200, False),
        Talk(200, 400, True),
        Talk(9_000, 9_100, True),
        Talk(9_100, 9_200, False),
    )
    assert told.at([100, 150, 200, 9_100, 10_000]).tolist() == [
        VOICELESS,
        UNHEARD,
        VOICE,
        VOICELESS,
        UNHEARD,
    ]


@pytest.mark.parametrize("told", [[], [(500, 1)]])
def test_of_nothing_and_of_one_frame_nothing_is_made_up(told: list[tuple[int, int]]) -> None:
    found = Heard.of(told)
    assert sum(one.end_ms - one.start_ms for one in found.stretches()) == 0
    assert share_of_voice(found.stretches()) is None and found.at([400]).tolist() == [UNHEARD]


@given(st.lists(st.sampled_from([VOICE, VOICELESS]), min_size=2, max_size=50))
def test_stretches_hold_all_the_time_once(voices: list[int]) -> None:
    found = heard(*voices).stretches()
    assert sum(one.end_ms - one.start_ms for one in found) == 100 * len(voices)
    assert all(one.voice != other.voice for one, other in pairwise(found))
    assert share_of_voice(found) == pytest.approx(np.mean(voices))
