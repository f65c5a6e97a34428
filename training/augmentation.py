"""Random changes of training images that keep the expression. Pure numpy, one batch at a time."""

from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from training.bounds import SHARE, Bound, Bounded
from training.photometric import photometric

Floats = NDArray[np.float32]
AT_ONCE = 1024


@dataclass(frozen=True)
class Augmentation(Bounded):
    """How far images are changed; every amount is the half-width of a uniform range.

    shift: share of the side. rotation_deg. zoom: factor 1 +- zoom. brightness: grey values. contrast: factor
    1 +- contrast. erase: probability that a random rectangle is replaced by noise (Zhong et al. 2020).
    photometric: share of the images that photometric.CHANGES are tried on.
    mixup: alpha of the Beta distribution (Zhang et al. 2018), 0 for none.
    """

    BOUNDS: ClassVar = {
        "shift": SHARE,
        "rotation_deg": Bound(0, 180),
        "zoom": Bound(0, 1, below=True),
        "brightness": Bound(0, 255),
        "contrast": SHARE,
        "erase": SHARE,
        "photometric": SHARE,
        "mixup": Bound(0),
    }

    flip: bool = True
    shift: float = 0.10
    rotation_deg: float = 12.0
    zoom: float = 0.15
    brightness: float = 30.0
    contrast: float = 0.3
    erase: float = 0.3
    photometric: float = 0.0
    mixup: float = 0.2


MILD = Augmentation(shift=0.08, rotation_deg=10, zoom=0.12, brightness=20, contrast=0.2, erase=0.1, mixup=0)
CHANGES = {"mild": MILD, "strong": replace(MILD, photometric=0.8)}
"""By what photos are changed where heads learn of changed ones."""


def _sample_grid(n: int, size: int, amount: Augmentation, rng: np.random.Generator) -> tuple[Floats, Floats]:
    """Source coordinates (n, size * size) in px of every target pixel: rotation, zoom, flip and shift."""
    angle = np.deg2rad(rng.uniform(-amount.rotation_deg, amount.rotation_deg, n)).astype(np.float32)
    scale = (1 / rng.uniform(1 - amount.zoom, 1 + amount.zoom, n)).astype(np.float32)
    mirror = np.where(rng.random(n) < 0.5 * amount.flip, -1, 1).astype(np.float32)
    shift = (rng.uniform(-amount.shift, amount.shift, (2, n)) * size).astype(np.float32)
    centre = np.float32((size - 1) / 2)
    axis = np.arange(size, dtype=np.float32) - centre
    row, column = (g.reshape(1, -1) for g in np.meshgrid(axis, axis, indexing="ij"))
    cos, sin = (np.cos(angle) * scale)[:, None], (np.sin(angle) * scale)[:, None]
    x = mirror[:, None] * (cos * column - sin * row) + centre + shift[0][:, None]
    y = sin * column + cos * row + centre + shift[1][:, None]
    return x, y


def _bilinear(images: Floats, x: Floats, y: Floats) -> Floats:
    """Images (n, s, s) sampled at (n, k) coordinates, the border repeated."""
    n, size, _ = images.shape
    x, y = np.clip(x, 0, size - 1.001), np.clip(y, 0, size - 1.001)
    x0, y0 = x.astype(np.int32), y.astype(np.int32)
    fx, fy = x - x0, y - y0
    first = y0 * size + x0 + (np.arange(n, dtype=np.int32) * size * size)[:, None]
    flat = images.reshape(-1)
    top = flat[first] * (1 - fx) + flat[first + 1] * fx
    bottom = flat[first + size] * (1 - fx) + flat[first + size + 1] * fx
    return np.asarray((top * (1 - fy) + bottom * fy).reshape(images.shape), np.float32)


def _erase(images: Floats, probability: float, rng: np.random.Generator) -> None:
    """Noise over 2-20 % of the area of some images, in place."""
    size = images.shape[1]
    for i in np.flatnonzero(rng.random(len(images)) < probability):
        area, ratio = rng.uniform(0.02, 0.20) * size * size, np.exp(rng.uniform(-1, 1))
        height, width = (int(min(size - 1, max(2, np.sqrt(a)))) for a in (area * ratio, area / ratio))
        top, left = rng.integers(0, size - height), rng.integers(0, size - width)
        images[i, top : top + height, left : left + width] = rng.uniform(0, 255, (height, width))


def moved(images: NDArray[np.uint8], amount: Augmentation, rng: np.random.Generator) -> Floats:
    """(n, s, s) uint8 -> (n, s, s) float32 grey values 0..255: turned, shifted, zoomed, lighter or darker."""
    n, size, _ = images.shape
    grey = _bilinear(images.astype(np.float32), *_sample_grid(n, size, amount, rng))
    factor = rng.uniform(1 - amount.contrast, 1 + amount.contrast, (n, 1, 1)).astype(np.float32)
    offset = rng.uniform(-amount.brightness, amount.brightness, (n, 1, 1)).astype(np.float32)
    mean = grey.mean(axis=(1, 2), keepdims=True)
    return np.asarray(np.clip((grey - mean) * factor + mean + offset, 0, 255), np.float32)


def spoiled(grey: Floats, amount: Augmentation, rng: np.random.Generator) -> Floats:
    """(n, s, s) -> as many: blurred, covered and so on, and partly erased. What came stays as it was."""
    result = photometric(grey, amount.photometric, rng) if amount.photometric else grey.copy()
    _erase(result, amount.erase, rng)
    return result


def augment(images: NDArray[np.uint8], amount: Augmentation, rng: np.random.Generator) -> Floats:
    """(n, s, s) uint8 -> (n, s, s) float32 grey values 0..255, every image changed in its own way."""
    return spoiled(moved(images, amount, rng), amount, rng)


def changed(images: NDArray[np.uint8], amount: Augmentation) -> NDArray[np.uint8]:
    """(n, s, s), each changed in its own way, the same in every call."""
    result, rng = np.empty_like(images), np.random.default_rng(0)
    for first in range(0, len(images), AT_ONCE):  # coordinates of all at once would take gigabytes
        part = slice(first, first + AT_ONCE)
        result[part] = np.rint(augment(images[part], amount, rng)).clip(0, 255)
    return result


def mix_up(images: Floats, targets: Floats, alpha: float, rng: np.random.Generator) -> tuple[Floats, Floats]:
    """Each image (n, ...) and target blended with a random other one of the batch, at one share a batch."""
    if alpha <= 0:
        return images, targets
    share = np.float32(rng.beta(alpha, alpha))
    share = max(share, 1 - share)
    other = rng.permutation(len(images))
    return share * images + (1 - share) * images[other], share * targets + (1 - share) * targets[other]
