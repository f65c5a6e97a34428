"""Things before a face, and things on it that hide nothing. Each paints on a Canvas; sizes vary at random."""

from collections.abc import Callable

import cv2
import numpy as np

from model.faces import Floats
from training.covering.canvas import EYES, MOUTH, Canvas, Mask, Random
from training.covering.materials import any_colour, cloth, hair_colour, plain, varied

Painter = Callable[[Canvas, Random], None]

JAW = [132, 58, 172, 136, 150, 149, 176, 148, 152, 377, 400, 378, 379, 365, 397, 288, 361]
"""Mesh points along the chin, the image's left first."""
NOSE_BRIDGE = (6, 197, 195, 5)
BROWS = [70, 63, 105, 66, 107, 336, 296, 334, 293, 300]


def surgical_mask(canvas: Canvas, random: Random) -> None:
    """Cloth from the bridge of the nose, or lower, to the chin, with folds."""
    jaw = canvas.mesh[JAW] + random.normal(0, 0.02 * canvas.unit_px, (len(JAW), 2))
    top = canvas.mesh[NOSE_BRIDGE[random.integers(len(NOSE_BRIDGE))]]
    mask = canvas.polygon(np.vstack([jaw, top[None]]))
    paint = cloth(canvas.image.shape, any_colour(random), random)
    canvas.lay(mask, paint)
    for level in np.linspace(-0.2, 0.4, random.integers(1, 4)):
        middle = canvas.middle(MOUTH) + canvas.axes[1] * canvas.unit_px * level
        fold = canvas.line(np.array([jaw[0], middle, jaw[-1]]), 0.03 * canvas.unit_px) * mask
        canvas.lay(fold, np.clip(paint * random.uniform(0.7, 1.1), 0, 255))


def patch_over_mouth(canvas: Canvas, random: Random) -> None:
    """Of one colour, sometimes the skin's own: paint, a scarf's edge, a bar."""
    wide, high = random.uniform(0.5, 1.0) * canvas.unit_px, random.uniform(0.32, 0.6) * canvas.unit_px
    _patch(canvas, _near(canvas, canvas.middle(MOUTH), 0.06, random), wide, high, random)


def patch_over_eye(canvas: Canvas, random: Random) -> None:
    wide, high = random.uniform(0.34, 0.55) * canvas.unit_px, random.uniform(0.22, 0.45) * canvas.unit_px
    _patch(canvas, canvas.middle(EYES[random.integers(2)]), wide, high, random)


def band_over_eyes(canvas: Canvas, random: Random) -> None:
    """A sleeping mask, a bar, a cap drawn down."""
    wide, high = random.uniform(0.95, 1.4) * canvas.unit_px, random.uniform(0.24, 0.5) * canvas.unit_px
    _patch(canvas, _between_eyes(canvas), wide, high, random)


def hand_before_mouth(canvas: Canvas, random: Random) -> None:
    _hand(canvas, _near(canvas, canvas.middle(MOUTH), 0.1, random), random.uniform(0, 360), random)


def hand_before_eye(canvas: Canvas, random: Random) -> None:
    eye = canvas.middle(EYES[random.integers(2)])
    _hand(canvas, _near(canvas, eye, 0.08, random), random.uniform(0, 360), random)


def hand_before_eyes(canvas: Canvas, random: Random) -> None:
    turn_deg = random.choice([0, 180]) + random.normal(0, 15)
    _hand(canvas, _between_eyes(canvas), turn_deg, random, broad=1.5)


def hair_over_eye(canvas: Canvas, random: Random) -> None:
    """Strands from above down over one eye, or over both."""
    colour, unit = hair_colour(random), canvas.unit_px
    across, down = canvas.axes
    for place in ((-0.5,), (0.5,), (-0.5, 0.5))[random.integers(3)]:
        root = _between_eyes(canvas) + (across * (place + random.normal(0, 0.1)) - down) * unit
        for _ in range(random.integers(25, 60)):
            start = root + across * unit * random.normal(0, 0.28)
            end = start + (down * random.uniform(1.3, 2.4) + across * random.normal(0, 0.25)) * unit
            bend = (start + end) / 2 + across * unit * random.normal(0, 0.08)
            strand = canvas.line(np.array([start, bend, end]), unit * random.uniform(0.05, 0.12))
            canvas.lay(strand, varied(colour, 14, random))


def sunglasses(canvas: Canvas, random: Random) -> None:
    """Dark, some with the sky in them; little shows through."""
    tint = varied(np.full(3, random.uniform(5, 75), np.float32), 6, random)
    lenses = _lenses(canvas, random)
    paint, opacity = cloth(canvas.image.shape, tint, random), random.uniform(0.8, 1.0)
    for lens in lenses:
        canvas.lay(lens, paint, opacity)
        if random.random() < 0.5:
            _reflection(canvas, lens, random)
    _frame(canvas, lenses, random)


def thing_before_half(canvas: Canvas, random: Random) -> None:
    """A cup, a phone, a sheet: an edge through the face with something of one colour beyond it."""
    turn = random.uniform(-np.pi, np.pi)
    normal = canvas.axes[0] * np.cos(turn) + canvas.axes[1] * np.sin(turn)
    rows, columns = np.mgrid[: canvas.image.shape[0], : canvas.image.shape[1]].astype(np.float32)
    edge = canvas.mesh.mean(axis=0) + normal * canvas.unit_px * random.uniform(-0.1, 0.9)
    beyond = (columns - edge[0]) * normal[0] + (rows - edge[1]) * normal[1]
    paint = cloth(canvas.image.shape, any_colour(random), random)
    canvas.lay(np.clip(beyond + 0.5, 0, 1).astype(np.float32), paint)


def glasses(canvas: Canvas, random: Random) -> None:
    """A frame of any thickness; lenses lightly tinted or with the light of a window in them."""
    lenses = _lenses(canvas, random)
    for lens in lenses:
        if random.random() < 0.4:
            canvas.lay(lens, np.full(3, random.uniform(20, 235), np.float32), random.uniform(0.05, 0.3))
        if random.random() < 0.4:
            _reflection(canvas, lens, random)
    _frame(canvas, lenses, random)


def hand_at_cheek(canvas: Canvas, random: Random) -> None:
    across, down = canvas.axes
    aside = across * random.choice([-1, 1]) * random.uniform(1.1, 1.4) + down * random.uniform(0.3, 0.8)
    _hand(canvas, canvas.mesh.mean(axis=0) + aside * canvas.unit_px, random.uniform(60, 120), random, 0.8)


def cap(canvas: Canvas, random: Random) -> None:
    """Down to the brows."""
    across, down = (axis * canvas.unit_px for axis in canvas.axes)
    brows = canvas.mesh[BROWS] - down * random.uniform(0.08, 0.35)
    ends = brows[0] - across, brows[-1] + across
    outline = np.vstack([ends[0] - 2 * down, ends[0], brows, ends[1], ends[1] - 2 * down])
    canvas.lay(canvas.polygon(outline), cloth(canvas.image.shape, any_colour(random), random))


def scarf(canvas: Canvas, random: Random) -> None:
    """Round the chin, below the lips."""
    across, down = (2 * axis * canvas.unit_px for axis in canvas.axes)
    edge = canvas.mesh[17] + canvas.axes[1] * canvas.unit_px * random.uniform(0.22, 0.45)
    outline = np.array([edge - across, edge + across, edge + across + down, edge - across + down])
    canvas.lay(canvas.polygon(outline), cloth(canvas.image.shape, any_colour(random), random))


HIDING: dict[str, Painter] = {
    "mask": surgical_mask,
    "patch over the mouth": patch_over_mouth,
    "hand before the mouth": hand_before_mouth,
    "hand before an eye": hand_before_eye,
    "hand before both eyes": hand_before_eyes,
    "hair over an eye": hair_over_eye,
    "sunglasses": sunglasses,
    "band over the eyes": band_over_eyes,
    "patch over an eye": patch_over_eye,
    "something before half of the face": thing_before_half,
}
HARMLESS: dict[str, Painter] = {
    "glasses": glasses,
    "hand at the cheek": hand_at_cheek,
    "cap": cap,
    "scarf": scarf,
}


def _between_eyes(canvas: Canvas) -> Floats:
    return np.asarray((canvas.middle(EYES[0]) + canvas.middle(EYES[1])) / 2, np.float32)


def _near(canvas: Canvas, place: Floats, spread: float, random: Random) -> Floats:
    return np.asarray(place + random.normal(0, spread * canvas.unit_px, 2), np.float32)


def _patch(canvas: Canvas, centre: Floats, wide: float, high: float, random: Random) -> None:
    colour = varied(canvas.tone(), 12, random) if random.random() < 0.35 else any_colour(random)
    paint = cloth(canvas.image.shape, colour, random)
    if random.random() < 0.5:
        canvas.lay(canvas.ellipse(centre, wide, high, random.normal(0, 8)), paint)
    else:
        canvas.lay(canvas.polygon(_corners(canvas, centre, wide, high)), paint)


def _corners(canvas: Canvas, centre: Floats, wide: float, high: float) -> Floats:
    across, down = canvas.axes[0] * wide, canvas.axes[1] * high
    ways = (-across - down, across - down, across + down, down - across)
    return np.array([centre + way for way in ways], np.float32)


def _hand(canvas: Canvas, centre: Floats, turn_deg: float, random: Random, broad: float = 1.0) -> None:
    """Palm and fingers of about the face's own tone, each finger with its own light and a dark edge."""
    unit, turn = canvas.unit_px * broad, np.radians(turn_deg)
    along = (canvas.axes[0] * np.cos(turn) + canvas.axes[1] * np.sin(turn)) * unit
    aside = (canvas.axes[1] * np.cos(turn) - canvas.axes[0] * np.sin(turn)) * unit
    tone, shape = varied(canvas.tone(), 18, random), canvas.image.shape
    canvas.lay(
        canvas.ellipse(centre - along * 0.75, 0.6 * unit, 0.55 * unit, turn_deg), plain(shape, tone, random)
    )
    for place in np.linspace(-0.42, 0.42, random.integers(3, 6)):
        base = centre + aside * place - along * 0.6
        bone = np.array([base, base + along * random.uniform(1.0, 1.5)])
        canvas.lay(canvas.line(bone, unit * 0.32), tone * random.uniform(0.4, 0.75))
        canvas.lay(canvas.line(bone, unit * 0.26), plain(shape, varied(tone, 7, random), random))


def _lenses(canvas: Canvas, random: Random) -> list[Mask]:
    """One before each eye."""
    wide, high = random.uniform(0.34, 0.48) * canvas.unit_px, random.uniform(0.22, 0.42) * canvas.unit_px
    lower = canvas.axes[1] * canvas.unit_px * random.uniform(-0.02, 0.12)
    square = random.random() < 0.5
    centres = [canvas.middle(eye) + lower for eye in EYES]
    if square:
        return [canvas.polygon(_corners(canvas, centre, wide, high)) for centre in centres]
    return [canvas.ellipse(centre, wide, high) for centre in centres]


def _frame(canvas: Canvas, lenses: list[Mask], random: Random) -> None:
    """Rims, bridge and the beginning of the temples."""
    shade = random.choice([random.uniform(5, 60), random.uniform(60, 240)])
    colour, thick = np.full(3, shade, np.float32), max(1, round(canvas.unit_px * random.uniform(0.02, 0.09)))
    reach = np.ones((2 * thick + 1, 2 * thick + 1), np.uint8)
    before = canvas.hidden.copy()
    for lens in lenses:
        canvas.lay(np.asarray(cv2.dilate(lens, reach) - lens, np.float32), colour)
    left, right = (canvas.middle(eye) for eye in EYES)
    across = canvas.axes[0] * canvas.unit_px
    for ends in (
        (left + across * 0.4, right - across * 0.4),
        (left - across * 0.45, left - across),
        (right + across * 0.45, right + across),
    ):
        canvas.lay(canvas.line(np.array(ends), thick), colour)
    canvas.hidden = before  # a rim before an eye hides nothing of it worth telling


def _reflection(canvas: Canvas, lens: Mask, random: Random) -> None:
    """A window's light in a glass."""
    rows, columns = np.nonzero(lens > 0.5)
    if not len(rows):
        return
    at = random.integers(len(rows))
    size = canvas.unit_px * random.uniform(0.05, 0.18)
    spot = canvas.ellipse(
        np.array([columns[at], rows[at]], np.float32), size, size * 0.6, random.uniform(0, 90)
    )
    canvas.lay(spot * lens, np.full(3, 245, np.float32), random.uniform(0.3, 0.75))
