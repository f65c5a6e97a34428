"""What light, distance, cameras and coverings do to a face, at random and strongly. One image at a time."""

from collections.abc import Callable

import cv2
import numpy as np
from numpy.typing import NDArray

from training.degradations import EYES, MOUTH, SIDE_PX

Image = NDArray[np.float32]
"""(s, s) grey values 0..255."""
Change = Callable[[Image, np.random.Generator], Image]


def gamma(image: Image, rng: np.random.Generator) -> Image:
    """Darker or lighter in the middle, black and white kept."""
    power = np.float32(np.exp(rng.uniform(-0.8, 0.8)))
    return np.asarray(255 * (image / 255) ** power, np.float32)


def side_light(image: Image, rng: np.random.Generator) -> Image:
    """A ramp across the face in any direction, 0.2 to 0.8 of the light taken from one side."""
    angle, depth = rng.uniform(0, 2 * np.pi), rng.uniform(0.2, 0.8)
    axis = np.linspace(-1, 1, len(image), dtype=np.float32)
    ramp = (np.cos(angle) * axis[None, :] + np.sin(angle) * axis[:, None]).clip(-1, 1)
    return np.asarray(image * (1 - depth * (1 + ramp) / 2), np.float32)


def shrunk(image: Image, rng: np.random.Generator) -> Image:
    """A face of 20 to 44 px, enlarged again."""
    side, small = len(image), int(rng.integers(20, 45))
    far = cv2.resize(image, (small, small), interpolation=cv2.INTER_AREA)
    return np.asarray(cv2.resize(far, (side, side), interpolation=cv2.INTER_LINEAR), np.float32)


def refocused(image: Image, rng: np.random.Generator) -> Image:
    """Blurred by 0.4 to 1.6 px or, in one of four, sharpened."""
    blurred = cv2.GaussianBlur(image, (0, 0), rng.uniform(0.4, 1.6))
    if rng.random() < 0.25:
        return np.asarray(image + rng.uniform(0.3, 1.5) * (image - blurred), np.float32).clip(0, 255)
    return np.asarray(blurred, np.float32)


def noisy(image: Image, rng: np.random.Generator) -> Image:
    """Gaussian noise of 3 to 18 grey values."""
    noise = rng.standard_normal(image.shape, np.float32) * np.float32(rng.uniform(3, 18))
    return np.asarray(image + noise, np.float32).clip(0, 255)


def compressed(image: Image, rng: np.random.Generator) -> Image:
    """JPEG at quality 25 to 85."""
    quality = [cv2.IMWRITE_JPEG_QUALITY, int(rng.integers(25, 86))]
    _, content = cv2.imencode(".jpg", image.clip(0, 255).astype(np.uint8), quality)
    return np.asarray(cv2.imdecode(content, cv2.IMREAD_GRAYSCALE), np.float32)


def covered(image: Image, rng: np.random.Generator) -> Image:
    """The mouth, the eyes or, as glasses do, each eye behind a dark or light patch of any grey."""
    result, scale = image.copy(), len(image) / SIDE_PX
    grey = np.float32(rng.uniform(0, 255))
    which = rng.integers(3)
    if which < 2:
        rows, columns = (_moved(part, scale, rng) for part in (MOUTH, EYES)[which])
        result[rows, columns] = grey
        return result
    share = np.float32(rng.uniform(0.3, 1.0))  # of the light that the glasses keep
    for left in (7, 27):
        rows, columns = _moved(slice(13, 25), scale, rng), _moved(slice(left, left + 14), scale, rng)
        result[rows, columns] += share * (grey - result[rows, columns])
    return result


def _moved(part: slice, scale: float, rng: np.random.Generator) -> slice:
    """A range in px of 48 at the image's own scale, each end moved by up to 3 px."""
    low, high = (max(0, round(scale * (end + rng.uniform(-3, 3)))) for end in (part.start, part.stop))
    return slice(low, max(low + 1, high))


CHANGES: tuple[tuple[Change, float], ...] = (
    (gamma, 0.5),
    (side_light, 0.4),
    (covered, 0.2),
    (shrunk, 0.4),
    (refocused, 0.4),
    (noisy, 0.3),
    (compressed, 0.5),
)
"""In the order in which light, face, distance, lens, sensor and encoder come, each with its probability."""


def photometric(images: NDArray[np.float32], share: float, rng: np.random.Generator) -> NDArray[np.float32]:
    """(n, s, s) grey values 0..255 -> as many: about `share` of them changed, the others as they were."""
    result = images.copy()
    for i in np.flatnonzero(rng.random(len(images)) < share):
        for change, probability in CHANGES:
            if rng.random() < probability:
                result[i] = change(result[i], rng)
    return result
