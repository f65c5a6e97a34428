"""Pictures graded for bright screens (SMPTE ST 2084, "PQ") on an ordinary one. No Streamlit.

Light up to half of what paper white has in such a film (ITU-R BT.2408: 203 cd/m2) stays as it is; brighter
light is bent towards white by the curve of ITU-R BT.2390, so that lamps and skies keep their detail. Colours
are brought from BT.2020 to BT.709. Every step is a table: there are 65,536 code values.
"""

from functools import cache

import numpy as np
from numpy.typing import NDArray

from model.images import Image

PQ = 16
"""FFmpeg's number of this transfer."""
WHITE_CD_M2, PEAK_CD_M2 = 203.0, 1000.0
"""The light shown as white, and the brightest that is expected: what films are mastered for."""
M1, M2, C1, C2, C3 = 2610 / 16384, 2523 / 32, 3424 / 4096, 2413 / 128, 2392 / 128
BT2020_TO_BT709 = np.array(
    [[1.6605, -0.5876, -0.0728], [-0.1246, 1.1329, -0.0083], [-0.0182, -0.1006, 1.1187]], np.float32
)
STEPS = 4096

Values = NDArray[np.float64]
Table = NDArray[np.float32]


def on_an_ordinary_screen(rgb: NDArray[np.uint16]) -> Image:
    """(H, W, 3) PQ code values 0..65535 in BT.2020, RGB -> (H, W, 3) uint8 BGR in sRGB."""
    height, width, _ = rgb.shape
    light = _light()[rgb.reshape(-1, 3)] @ BT2020_TO_BT709[::-1].T  # rows turned: BGR from here on
    np.clip(light, 0, 1, out=light)
    np.sqrt(light, out=light)  # the table's steps are finest where eyes are
    shown = _screen()[(light * (STEPS - 1) + 0.5).astype(np.uint16)]
    return np.asarray(shown.reshape(height, width, 3), np.uint8)


def light_of(code: Values) -> Values:
    """PQ's code 0..1 as light in cd/m2."""
    bent = np.power(code, 1 / M2)
    return np.asarray(10_000 * np.power(np.maximum(bent - C1, 0) / (C2 - C3 * bent), 1 / M1))


def code_of(light_cd_m2: Values) -> Values:
    """The inverse of `light_of`."""
    bent = np.power(np.asarray(light_cd_m2) / 10_000, M1)
    return np.asarray(np.power((C1 + C2 * bent) / (1 + C3 * bent), M2))


def _bent(code: Values) -> Values:
    """BT.2390's curve: the code 0..1 of what was graded for PEAK, for a screen that ends at WHITE."""
    peak, white = code_of(np.array([PEAK_CD_M2, WHITE_CD_M2]))
    share, most = np.minimum(code / peak, 1), white / peak
    knee = 1.5 * most - 0.5
    t = (share - knee) / (1 - knee)
    curve = (
        (2 * t**3 - 3 * t**2 + 1) * knee + (t**3 - 2 * t**2 + t) * (1 - knee) + (-2 * t**3 + 3 * t**2) * most
    )
    return np.asarray(np.where(share < knee, share, curve) * peak)


@cache
def _light() -> Table:
    """Of every code value the light on the screen, 1 for white."""
    return (light_of(_bent(np.arange(65_536) / 65_535)) / WHITE_CD_M2).astype(np.float32)


@cache
def _screen() -> NDArray[np.uint8]:
    """Of the root of every step of light sRGB's 0..255."""
    light = (np.arange(STEPS) / (STEPS - 1)) ** 2
    shown = np.where(light <= 0.0031308, 12.92 * light, 1.055 * np.power(light, 1 / 2.4) - 0.055)
    return np.asarray(np.rint(255 * shown), np.uint8)
