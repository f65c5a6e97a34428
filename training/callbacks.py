"""What happens between the steps of an epoch: learning rate, weight average, progress bar."""

from typing import Any

import keras
from tqdm import tqdm

from training.config import Config
from training.schedule import WeightAverage, learning_rate

AVERAGE_EVERY = 5


class StepClock(keras.callbacks.Callback):  # type: ignore[misc]
    """Sets the learning rate before each step and feeds the weight average after it."""

    def __init__(self, config: Config, average: WeightAverage, epoch: int, steps: int) -> None:
        super().__init__()
        self._schedule, self._average = config.schedule, average
        self._first, self._steps = epoch * steps, steps

    def on_train_batch_begin(self, batch: int, logs: Any = None) -> None:  # noqa: ARG002
        self.model.optimizer.learning_rate = learning_rate(self._first + batch, self._steps, self._schedule)

    def on_train_batch_end(self, batch: int, logs: Any = None) -> None:  # noqa: ARG002
        if (batch + 1) % AVERAGE_EVERY == 0 or batch + 1 == self._steps:
            self._average.update(self.model.get_weights(), batch % AVERAGE_EVERY + 1)


class StepBar(keras.callbacks.Callback):  # type: ignore[misc]
    """Moves the bar that tells the time left of the whole run."""

    def __init__(self, bar: "tqdm[Any]") -> None:
        super().__init__()
        self._bar = bar

    def on_train_batch_end(self, batch: int, logs: Any = None) -> None:  # noqa: ARG002
        self._bar.update()
