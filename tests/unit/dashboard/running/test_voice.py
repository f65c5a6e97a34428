"""A voice counts for a moment after it was heard; sound that stopped tells nothing."""

from dashboard.running.voice import VoiceNow


def test_a_voice_is_held_over_short_pauses_and_sound_that_stopped_tells_nothing() -> None:
    now_s = [0.0]
    voice = VoiceNow(lambda: now_s[0])
    assert voice.now() is None, "nobody has listened yet"
    voice.hear(0.0, False)
    assert voice.now() is False
    voice.hear(0.1, True)
    voice.hear(0.2, False)
    now_s[0] = 0.6
    assert voice.now() is True
    now_s[0] = 0.9
    voice.hear(0.9, False)
    assert voice.now() is False
    now_s[0] = 3.0
    assert voice.now() is None, "no sound for two seconds"
