"""What the numbers of someone else's network mean: a TOML file that stands beside it.

Nothing is guessed from names or shapes; shapes are only compared with the description.
"""

import tomllib
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, Self

import cv2
import numpy as np
from numpy.typing import NDArray

from model.emotions import EMOTIONS
from training.errors import ConfigError

Floats = NDArray[np.float32]
CHANNELS = {"grey": 1, "rgb": 3, "bgr": 3}
"""Grey values are repeated into every channel, so the order of colours makes no difference."""
OUTPUTS = ("logits", "probabilities")
IGNORED = "-"
EXAMPLE = """\
name = "someone's net"
size_px = 64
channels = "grey"             # or "rgb", "bgr"; grey values are repeated
value_range = [-1.0, 1.0]     # what black and white become
labels = ["angry", "disgust", "fear", "happy", "sad", "surprise", "neutral"]  # in the order of its outputs
outputs = "probabilities"     # or "logits"
"""


@dataclass(frozen=True)
class Description:
    """What a foreign network's numbers mean.

    size_px: side of its square input. value_range: what black and white become on the way in. labels: one
    for each output, the seven of EMOTIONS each once, "-" for an output that is none of them. temperature
    divides its logits.

    Raises ConfigError naming the wanted and the given value.
    """

    name: str
    size_px: int
    channels: str
    value_range: tuple[float, float]
    labels: tuple[str, ...]
    outputs: str
    temperature: float = 1.0

    def __post_init__(self) -> None:
        for name, allowed in (("channels", CHANNELS), ("outputs", OUTPUTS)):
            if getattr(self, name) not in list(allowed):
                raise ConfigError(f"{name}: wanted one of {list(allowed)}, got {getattr(self, name)!r}")
        if type(self.size_px) is not int or self.size_px < 1:
            raise ConfigError(f"size_px: wanted a whole number above 0, got {self.size_px!r}")
        ends = [value for value in self.value_range if type(value) in (int, float)]
        if len(self.value_range) != 2 or len(set(ends)) != 2:
            raise ConfigError(f"value_range: wanted two numbers, black and white, got {self.value_range}")
        if type(self.temperature) not in (int, float) or not 0 < self.temperature < np.inf:
            raise ConfigError(f"temperature: wanted a number above 0, got {self.temperature!r}")
        self._check_labels()

    def _check_labels(self) -> None:
        wanted = [str(e) for e in EMOTIONS]
        if unknown := [name for name in self.labels if name not in (*wanted, IGNORED)]:
            raise ConfigError(f"labels: wanted words of {wanted} or {IGNORED!r}, got {unknown[0]!r}")
        if missing := [name for name in wanted if self.labels.count(name) != 1]:
            times = self.labels.count(missing[0])
            raise ConfigError(f"labels: wanted each of {wanted} once, got {missing[0]!r} {times} times")

    @property
    def columns(self) -> list[int]:
        """Which output holds each of EMOTIONS."""
        return [self.labels.index(str(e)) for e in EMOTIONS]

    @classmethod
    def from_dict(cls, content: dict[str, Any]) -> Self:
        """Of a TOML file's content. Raises ConfigError naming the key that is missing, unknown or wrong."""
        known = [f.name for f in fields(cls)]
        if unknown := set(content) - set(known):
            raise ConfigError(f"unknown key {min(unknown)!r}; wanted {known}")
        if missing := [name for name in known[:-1] if name not in content]:
            raise ConfigError(f"{missing[0]!r} is missing; wanted\n{EXAMPLE}")
        lists = {key: content[key] for key in ("value_range", "labels")}
        for key, value in lists.items():
            if not isinstance(value, list):
                raise ConfigError(f"{key}: wanted a list, got {value!r}")
        return cls(**(content | {key: tuple(value) for key, value in lists.items()}))

    def prepared(self, crops: NDArray[np.uint8]) -> Floats:
        """(n, s, s) uint8 -> (n, size_px, size_px, channels) float32 in the network's range."""
        if crops.shape[1] != self.size_px:
            way = cv2.INTER_LINEAR if self.size_px > crops.shape[1] else cv2.INTER_AREA
            size = (self.size_px, self.size_px)
            crops = np.stack([np.asarray(cv2.resize(c, size, interpolation=way), np.uint8) for c in crops])
        low, high = self.value_range
        values = low + crops[..., None].astype(np.float32) * np.float32((high - low) / 255)
        return np.asarray(np.repeat(values, CHANNELS[self.channels], axis=3), np.float32)

    def read(self, outputs: Floats) -> Floats:
        """(n, len(labels)) outputs -> (n, 7) logits; logarithms where the network gives probabilities."""
        if outputs.shape[1] != len(self.labels):
            raise ConfigError(
                f"labels: wanted one for each of the {outputs.shape[1]} outputs, got {len(self.labels)}"
            )
        if not np.isfinite(outputs).all():
            raise ConfigError("outputs: wanted finite numbers, got NaN or infinity; value_range may be wrong")
        chosen = outputs[:, self.columns].astype(np.float32)
        if self.outputs == "logits":
            return chosen
        if chosen.min(initial=0) < 0 or outputs.sum(axis=1).max(initial=0) > 1.05:
            raise ConfigError("outputs: described as probabilities, but they are not within 0..1; logits?")
        return np.log(np.maximum(chosen, 1e-9))


def load_description(path: Path) -> Description:
    """Raises ConfigError naming the file."""
    try:
        return Description.from_dict(tomllib.loads(path.read_text(encoding="utf-8")))
    except FileNotFoundError as error:
        raise ConfigError(
            f"{path}: no such description of the network; wanted a file of\n{EXAMPLE}"
        ) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: not TOML of a network's description: {error}") from error
    except ConfigError as error:
        raise ConfigError(f"{path}: {error}") from error
