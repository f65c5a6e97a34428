"""Expression scores of face crops, on LiteRT. Importing this loads no TensorFlow."""

import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

import cv2
import numpy as np
from ai_edge_litert.interpreter import Interpreter
from numpy.typing import NDArray

from model.card import DEFAULT_ARTIFACT, ModelCard, check_file, load_card
from model.emotions import EMOTIONS
from model.errors import ArtifactError, InvalidImageError

BATCH_SIZES = (1, 2, 4, 16)
"""One interpreter each, allocated once: resizing the input for every frame costs more than the network."""


class ExpressionClassifier(Protocol):
    """Anything that scores face crops; its card says how the crops must be cut."""

    @property
    def card(self) -> ModelCard: ...

    def scores(self, crops: NDArray[np.uint8], turn: int | None = None) -> NDArray[np.float32]:
        """(n, size, size) grey uint8 -> (n, 7) float32, rows summing to 1.

        With a `turn` the card's zooms are taken one after the other, one a call: a part of the time.
        """
        ...


def softmax(logits: NDArray[np.float32], temperature: float) -> NDArray[np.float32]:
    """Rows of (n, 7) logits as probabilities, softened by `temperature` (Guo et al. 2017)."""
    scaled = logits / temperature
    powers = np.exp(scaled - scaled.max(axis=1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=1, keepdims=True), np.float32)


def views(crops: NDArray[np.uint8], zooms: Sequence[float], *, flip: bool) -> NDArray[np.uint8]:
    """(v, n, s, s): the crops (n, s, s) enlarged about their centre by each zoom, each mirrored with `flip`.

    Zoom after zoom, the mirror images right after their originals.
    """
    enlarged = [_enlarged(crops, zoom) for zoom in zooms]
    return np.stack([v for e in enlarged for v in ((e, e[:, :, ::-1]) if flip else (e,))])


def _enlarged(crops: NDArray[np.uint8], zoom: float) -> NDArray[np.uint8]:
    if zoom == 1:
        return crops
    side = crops.shape[1]
    matrix = cv2.getRotationMatrix2D(((side - 1) / 2, (side - 1) / 2), 0, zoom)
    return np.array([cv2.warpAffine(crop, matrix, (side, side)) for crop in crops], np.uint8).reshape(
        crops.shape
    )


class FixedBatch:
    """An interpreter allocated for `size` crops. Float or int8 inputs and outputs alike.

    Of a network of several heads it reads the seven columns of number `asked`.
    """

    def __init__(
        self, content: bytes, size: int, side_px: int, threads: int = 1, *, heads: int = 1, asked: int = 0
    ) -> None:
        self.size = size
        self._columns = slice(len(EMOTIONS) * asked, len(EMOTIONS) * (asked + 1))
        self._interpreter = Interpreter(model_content=content, num_threads=threads)
        [given] = self._interpreter.get_input_details()
        self._interpreter.resize_tensor_input(given["index"], [size, side_px, side_px, 1], strict=False)
        self._interpreter.allocate_tensors()
        [self._input] = self._interpreter.get_input_details()
        self._logits, self._maps = _outputs(self._interpreter.get_output_details(), heads)

    @property
    def has_maps(self) -> bool:
        return self._maps is not None

    def logits(self, crops: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Logits of exactly `size` crops or fewer (the rest of the batch is padding)."""
        self._run(crops)
        return self._read(self._logits, len(crops))

    def maps(self, crops: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Class-activation maps (n, h, w, 7) of as many crops, of a network that has them."""
        assert self._maps is not None
        self._run(crops)
        return self._read(self._maps, len(crops))

    def _run(self, crops: NDArray[np.uint8]) -> None:
        batch = np.zeros((self.size, *crops.shape[1:], 1), np.float32)
        batch[: len(crops), ..., 0] = crops
        self._interpreter.set_tensor(self._input["index"], quantized(batch, self._input))
        self._interpreter.invoke()

    def _read(self, output: dict[str, Any], n: int) -> NDArray[np.float32]:
        values = self._interpreter.get_tensor(output["index"])[:n, ..., self._columns]
        return dequantized(values, output)


def _outputs(details: list[dict[str, Any]], heads: int) -> tuple[dict[str, Any], dict[str, Any] | None]:
    """The logits (n, 7 * heads) and, where there are any, the class-activation maps (n, h, w, 7 * heads)."""
    shapes, width = [tuple(output["shape"]) for output in details], len(EMOTIONS) * heads
    if any(shape[-1] != width for shape in shapes) or sorted(map(len, shapes)) not in ([2], [2, 4]):
        wanted = f"(n, {width}) and perhaps maps (n, h, w, {width})"
        raise ArtifactError(f"wanted outputs {wanted}, the network has {shapes}")
    logits, *maps = sorted(details, key=lambda output: len(output["shape"]))
    return logits, maps[0] if maps else None


def quantized(values: NDArray[np.float32], tensor: dict[str, Any]) -> NDArray[Any]:
    """Values as a LiteRT tensor holds them; `tensor` is one of the interpreter's details."""
    if tensor["dtype"] == np.float32:
        return values
    scale, zero = tensor["quantization"]
    limits = np.iinfo(tensor["dtype"])
    return np.asarray(np.clip(np.round(values / scale + zero), limits.min, limits.max), tensor["dtype"])


def dequantized(values: NDArray[Any], tensor: dict[str, Any]) -> NDArray[np.float32]:
    """What a LiteRT tensor's values mean; `tensor` is one of the interpreter's details."""
    if tensor["dtype"] == np.float32:
        return np.asarray(values, np.float32)
    scale, zero = tensor["quantization"]
    return np.asarray((values.astype(np.float32) - zero) * scale, np.float32)


class LiteRTClassifier:
    """An artifact's network, asked for the card's head.

    Safe to call from several threads: calls wait for each other.
    """

    def __init__(self, content: bytes, card: ModelCard, threads: int = 1) -> None:
        self.card = card
        self._lock = threading.Lock()
        side, asked = card.input_size_px, {"heads": len(card.heads), "asked": card.heads.index(card.head)}
        self._batches = [FixedBatch(content, size, side, threads, **asked) for size in BATCH_SIZES]

    def scores(self, crops: NDArray[np.uint8], turn: int | None = None) -> NDArray[np.float32]:
        """(n, size, size) grey uint8 -> (n, 7) float32, temperature-scaled rows summing to 1.

        With a `turn`, of one of the card's zooms. Raises InvalidImageError for another shape or dtype.
        """
        zooms = self.card.zooms
        chosen = zooms if turn is None else (zooms[turn % len(zooms)],)
        return softmax(self.logits(crops, chosen), self.card.temperature)

    def logits(self, crops: NDArray[np.uint8], zooms: Sequence[float] | None = None) -> NDArray[np.float32]:
        """(n, size, size) grey uint8 -> (n, 7) float32, before softmax: the mean over mirror images, where
        the card asks for them, and zooms, by default the card's."""
        self._check(crops)
        if not len(crops):
            return np.empty((0, len(EMOTIONS)), np.float32)
        seen = views(crops, zooms or self.card.zooms, flip=self.card.flip_averaged)
        answers = self._in_batches(seen.reshape(-1, *crops.shape[1:]))
        return np.asarray(answers.reshape(len(seen), len(crops), len(EMOTIONS)).mean(axis=0), np.float32)

    def _in_batches(self, crops: NDArray[np.uint8]) -> NDArray[np.float32]:
        logits = np.empty((len(crops), len(EMOTIONS)), np.float32)
        done = 0
        with self._lock:
            while done < len(crops):
                batch = self._batch_for(len(crops) - done)
                part = crops[done : done + batch.size]
                logits[done : done + len(part)] = batch.logits(part)
                done += len(part)
        return logits

    def activation_maps(self, crops: NDArray[np.uint8]) -> NDArray[np.float32] | None:
        """(n, size, size) grey uint8 -> (n, h, w, 7) float32: what each place adds to each logit.

        The weights of a class times the last feature maps (Zhou et al. 2016): a map's mean is the logit of
        the crop as it is; with flip averaging, of both mirror images. None when the artifact has no such
        output. Raises InvalidImageError.
        """
        self._check(crops)
        batch, flip = self._batches[0], self.card.flip_averaged
        if not batch.has_maps or not len(crops):
            return None
        with self._lock:
            maps = np.concatenate([batch.maps(crop[None]) for crop in crops])
            if flip:
                mirrored = [batch.maps(crop[None, :, ::-1])[:, :, ::-1] for crop in crops]
                maps = (maps + np.concatenate(mirrored)) / 2
        return np.asarray(maps, np.float32)

    def _check(self, crops: NDArray[np.uint8]) -> None:
        side = self.card.input_size_px
        if crops.ndim != 3 or crops.shape[1:] != (side, side) or crops.dtype != np.uint8:
            raise InvalidImageError(
                f"crops: wanted (n, {side}, {side}) uint8, got {crops.shape} {crops.dtype}"
            )

    def _batch_for(self, left: int) -> FixedBatch:
        """The largest batch that is filled; so no time goes into padding beyond a few crops."""
        fitting = [batch for batch in self._batches if batch.size <= left]
        return fitting[-1]


def load_classifier(
    folder: Path = DEFAULT_ARTIFACT, threads: int = 1, head: str | None = None
) -> LiteRTClassifier:
    """The artifact in `folder`, its network file compared with the card; of its heads `head`, or the card's.

    Raises ArtifactError when a file is missing, cut short, or does not match, and for a head it has not.
    """
    card = load_card(folder)
    card = card.for_head(head) if head else card
    path = check_file(folder, card, card.runtime_file)
    try:
        return LiteRTClassifier(path.read_bytes(), card, threads)
    except (ValueError, RuntimeError) as error:
        raise ArtifactError(f"{path}: not a network LiteRT can run: {error}") from error
