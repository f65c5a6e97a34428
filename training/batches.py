"""What the network sees in one epoch: augmented images and targets, the same in every run of a seed."""

from collections.abc import Callable

import keras
import numpy as np
from numpy.typing import NDArray

from training.augmentation import Floats, mix_up, moved, spoiled
from training.config import Config
from training.examples import Examples
from training.labels import class_weights

Teach = Callable[[Floats, Floats], Floats]
"""Images (n, 48, 48, 1) as the student gets them, but neither blurred nor covered, and its own targets -> the
targets it should learn: of a face that cannot be read a teacher could only guess."""


class EpochBatches(keras.utils.PyDataset):  # type: ignore[misc]
    """Batch i of epoch e: images (n, 48, 48, 1), targets (n, 7 * heads), weights (n,), all float32."""

    def __init__(self, config: Config, examples: Examples, epoch: int, teach: Teach | None = None) -> None:
        super().__init__(workers=1, max_queue_size=4)
        targets, self._augmentation = config.stage(epoch)
        self._x, self._targets = examples.images.x, examples.targets(targets)
        power = config.targets.class_weight_power
        self._class_weights = np.tile(class_weights(examples.images, power), len(examples.heads))
        self._schedule, self._epoch, self._teach = config.schedule, epoch, teach
        self._order = np.random.default_rng((config.schedule.seed, epoch)).permutation(len(examples))

    def __len__(self) -> int:
        return max(1, len(self._order) // self._schedule.batch_size)

    def __getitem__(self, i: int) -> tuple[Floats, Floats, NDArray[np.float32]]:
        size, amount = self._schedule.batch_size, self._augmentation
        rng = np.random.default_rng((self._schedule.seed, self._epoch, i))
        rows = self._order[i * size : (i + 1) * size]
        clean = moved(self._x[rows], amount, rng)
        both = np.stack([spoiled(clean, amount, rng), clean], axis=-1)
        both, y = mix_up(both, self._targets[rows], amount.mixup, rng)
        seen, clean = both[..., :1], both[..., 1:]
        weights = (y @ self._class_weights) / y.sum(axis=1)
        taught = self._teach(clean, y) if self._teach else y
        return seen, taught, weights
