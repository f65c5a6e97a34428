"""Sound made by code: speech-like syllables of three formants, and what is no voice."""

import wave
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from model.behaviour.voice import SAMPLE_HZ

Sound = NDArray[np.float32]
Doubles = NDArray[np.float64]

FORMANTS_HZ = (
    (800, 1150, 2900),
    (400, 1600, 2700),
    (270, 2290, 3010),
    (450, 800, 2830),
    (325, 700, 2700),
)
"""Of a, e, i, o and u; Peterson and Barney 1952."""
WIDE_HZ = (80, 90, 120)
PCM = 32_000


def speech(seconds: float, pitch_hz: float = 120.0, seed: int = 1) -> Sound:
    """Consonants of noise and vowels on a moving pitch, about four syllables a second."""
    random = np.random.default_rng(seed)
    parts: list[Doubles] = []
    while sum(map(len, parts)) < seconds * SAMPLE_HZ:
        hiss = np.diff(random.normal(size=int(random.uniform(0.03, 0.08) * SAMPLE_HZ)), prepend=0)
        parts.append(0.08 * hiss * np.hanning(len(hiss)))
        length = int(random.uniform(0.12, 0.25) * SAMPLE_HZ)
        vowel = FORMANTS_HZ[random.integers(len(FORMANTS_HZ))]
        parts.append(0.6 * _vowel(random, vowel, length, pitch_hz * random.uniform(0.9, 1.15)))
    return np.concatenate(parts)[: int(seconds * SAMPLE_HZ)].astype(np.float32)


def silence(seconds: float) -> Sound:
    return np.zeros(int(seconds * SAMPLE_HZ), np.float32)


def noise(seconds: float, loud: float = 0.1) -> Sound:
    return (loud * np.random.default_rng(3).normal(size=int(seconds * SAMPLE_HZ))).astype(np.float32)


def tone(seconds: float, hz: float = 440.0) -> Sound:
    return (0.3 * np.sin(2 * np.pi * hz * np.arange(int(seconds * SAMPLE_HZ)) / SAMPLE_HZ)).astype(np.float32)


def write_wav(path: Path, sound: Sound) -> Path:
    """As Chromium plays it for a microphone, again and again: 16 bits at 48 kHz."""
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(3 * SAMPLE_HZ)
        file.writeframes((np.repeat(np.clip(sound, -1, 1), 3) * PCM).astype("<i2").tobytes())
    return path


def _vowel(
    random: np.random.Generator, formants_hz: tuple[int, ...], length: int, pitch_hz: float
) -> Doubles:
    drift = 0.02 * random.normal(size=length).cumsum() / np.sqrt(length)
    pitch = pitch_hz * (1 + 0.15 * np.sin(np.linspace(0, np.pi, length)) + drift)
    sound: Doubles = np.diff(np.floor(np.cumsum(pitch / SAMPLE_HZ)), prepend=0)
    sound = sound + 0.02 * random.normal(size=length)
    for centre_hz, wide_hz in zip(formants_hz, WIDE_HZ, strict=True):
        sound = np.convolve(sound, _ringing(centre_hz, wide_hz))[:length]
    edge = np.minimum(np.arange(length), np.arange(length)[::-1]) / (0.03 * SAMPLE_HZ)
    return np.asarray(sound / np.abs(sound).max() * np.minimum(1, edge))


def _ringing(centre_hz: float, wide_hz: float) -> Doubles:
    """What a resonator answers to one pulse."""
    n = np.arange(int(0.03 * SAMPLE_HZ))
    angle = 2 * np.pi * centre_hz / SAMPLE_HZ
    return np.asarray(np.exp(-np.pi * wide_hz / SAMPLE_HZ * n) * np.sin(angle * (n + 1)) / np.sin(angle))
