"""What listening costs, and how late a voice is known: `python -m tests.bench.sound --json` prints one JSON
object. Made voices, no browser: what a network adds comes on top.

- `cpu_ms`: processor time of 1 s of sound, from decoded frames of 48 kHz stereo to whether a voice is heard;
  `share`: of a core.
- `known_after_ms`: from the frame in which a voice begins until that is known, median and worst of `turns`,
  in real time through the listener's own thread; the page draws it with its next second.
- `heard`, `wrong`: shares of tenths of a second with a voice heard in speech, and in noise and tones.
"""

import argparse
import json
import statistics
import time
from collections.abc import Iterator

import av
import numpy as np

from dashboard.live.sound.listener import Listener
from model.behaviour.voice import SAMPLE_HZ, VoiceDetector
from tests.made import voices

STEREO_HZ, FRAME_S = 48_000, 0.02
TURN_S, COSTED_S = 1.0, 30


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--json", action="store_true", help="the default; one JSON object")
    parser.add_argument("--turns", type=int, default=15, help="times that a voice begins")
    turns = parser.parse_args().turns
    late_ms = _known_after_ms(turns)
    cpu_ms = _cpu_ms()
    wrong = statistics.mean(_share(one) for one in (voices.noise(4), voices.tone(4), voices.silence(4)))
    found = {
        "cpu_ms": round(cpu_ms, 2),
        "share": round(cpu_ms / 1000, 4),
        "turns": turns,
        "known_after_ms": {"median": round(statistics.median(late_ms)), "worst": round(max(late_ms))},
        "heard": round(statistics.mean(_share(voices.speech(4, hz)) for hz in (110, 160, 210)), 3),
        "wrong": round(wrong, 3),
    }
    print(json.dumps(found, indent=1))


def _frames(sound: voices.Sound) -> Iterator[av.AudioFrame]:
    pcm = (np.repeat(np.clip(sound, -1, 1), 2 * STEREO_HZ // SAMPLE_HZ) * 32_000).astype(np.int16)
    for number, part in enumerate(pcm.reshape(-1, round(2 * STEREO_HZ * FRAME_S))):
        frame = av.AudioFrame.from_ndarray(part.reshape(1, -1), format="s16", layout="stereo")
        frame.sample_rate, frame.pts = STEREO_HZ, round(number * STEREO_HZ * FRAME_S)
        yield frame


def _cpu_ms() -> float:
    every, detector = list(_frames(voices.speech(COSTED_S))), VoiceDetector()
    resampler = av.AudioResampler("flt", "mono", SAMPLE_HZ)
    began_s = time.thread_time()
    for first in range(0, len(every), 5):
        parts = [one for frame in every[first : first + 5] for one in resampler.resample(frame)]
        detector.hear(np.concatenate([one.to_ndarray().reshape(-1) for one in parts]).astype(np.float32))
    return 1000 * (time.thread_time() - began_s) / COSTED_S


def _known_after_ms(turns: int) -> list[float]:
    heard_s: list[float] = []
    listener = Listener(lambda _, voice: heard_s.append(time.monotonic()) if voice else None, print)
    late_ms = []
    for turn in range(turns):
        _feed(listener, voices.silence(TURN_S))
        before, began_s = len(heard_s), time.monotonic()
        _feed(listener, voices.speech(TURN_S, seed=turn))
        if len(heard_s) > before:
            late_ms.append(1000 * (heard_s[before] - began_s))
    return late_ms


def _feed(listener: Listener, sound: voices.Sound) -> None:
    due_s = time.monotonic()
    for frame in _frames(sound):
        listener.take(frame)
        due_s += FRAME_S
        time.sleep(max(0.0, due_s - time.monotonic()))


def _share(sound: voices.Sound) -> float:
    detector, step = VoiceDetector(), SAMPLE_HZ // 10
    return float(np.mean([bool(detector.hear(sound[n : n + step])) for n in range(0, len(sound), step)]))


if __name__ == "__main__":
    main()
