"""The colours can be told apart: by everybody, and on both pages."""

import itertools
import tomllib

import numpy as np
import pytest
from numpy.typing import NDArray

from dashboard.palette import COLOURS, KEYS, LABELS, PAGE_DARK, PAGE_LIGHT, bgr, faded, rgb
from model.emotions import EMOTIONS
from tests import ROOT

Floats = NDArray[np.float64]
# Machado, Oliveira and Fernandes 2009, severity 1.0, for linear RGB.
SIGHT = {
    "normal": np.eye(3),
    "deuteranopia": np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
    ),
    "protanopia": np.array(
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
    ),
    "tritanopia": np.array(
        [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]]
    ),
}
LUMINANCE = np.array([0.2126729, 0.7151522, 0.0721750])
XYZ = np.array(
    [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]]
)


def linear(colour: str) -> Floats:
    channels = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    return np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)


def lab(rgb_linear: Floats) -> Floats:
    xyz = XYZ @ rgb_linear / np.array([0.95047, 1.0, 1.08883])
    f = np.where(xyz > 0.008856, np.cbrt(xyz), 7.787 * xyz + 16 / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


def ciede2000(one: Floats, two: Floats) -> float:
    """Sharma, Wu and Dalal 2005, with all three weights 1."""
    mean_c = (np.hypot(*one[1:]) + np.hypot(*two[1:])) / 2
    g = 0.5 * (1 - np.sqrt(mean_c**7 / (mean_c**7 + 25.0**7)))
    a1, a2 = one[1] * (1 + g), two[1] * (1 + g)
    c1, c2 = np.hypot(a1, one[2]), np.hypot(a2, two[2])
    h1, h2 = np.degrees(np.arctan2(one[2], a1)) % 360, np.degrees(np.arctan2(two[2], a2)) % 360
    turn = (h2 - h1 + 180) % 360 - 180 if c1 * c2 else 0.0
    dl, dc, dh = two[0] - one[0], c2 - c1, 2 * np.sqrt(c1 * c2) * np.sin(np.radians(turn) / 2)
    lightness, c = (one[0] + two[0]) / 2, (c1 + c2) / 2
    h = (h1 + turn / 2) % 360 if c1 * c2 else h1 + h2
    t = (
        *(1, -0.17 * np.cos(np.radians(h - 30)), 0.24 * np.cos(np.radians(2 * h))),
        *(0.32 * np.cos(np.radians(3 * h + 6)), -0.20 * np.cos(np.radians(4 * h - 63))),
    )
    sl = 1 + 0.015 * (lightness - 50) ** 2 / np.sqrt(20 + (lightness - 50) ** 2)
    sc, sh = 1 + 0.045 * c, 1 + 0.015 * c * sum(t)
    rc = 2 * np.sqrt(c**7 / (c**7 + 25.0**7))
    rt = -np.sin(np.radians(60 * np.exp(-(((h - 275) / 25) ** 2)))) * rc
    return float(np.sqrt((dl / sl) ** 2 + (dc / sc) ** 2 + (dh / sh) ** 2 + rt * dc / sc * dh / sh))


def contrast(one: str, two: str) -> float:
    light, dark = sorted((float(LUMINANCE @ linear(c)) for c in (one, two)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize(
    ("one", "two", "expected"),
    [
        ((50.0, 2.6772, -79.7751), (50.0, 0.0, -82.7485), 2.0425),
        ((50.0, 2.5, 0.0), (73.0, 25.0, -18.0), 27.1492),
        ((22.7233, 20.0904, -46.6940), (23.0331, 14.9730, -42.5619), 2.0373),
        ((2.0776, 0.0795, -1.1350), (0.9033, -0.0636, -0.5514), 0.9082),
    ],
)
def test_the_colour_difference_is_the_published_one(
    one: tuple[float, ...], two: tuple[float, ...], expected: float
) -> None:
    assert ciede2000(np.array(one), np.array(two)) == pytest.approx(expected, abs=1e-4)


@pytest.mark.parametrize("sight", SIGHT)
def test_every_two_colours_can_be_told_apart(sight: str) -> None:
    seen = {key: lab(np.clip(SIGHT[sight] @ linear(COLOURS[key]), 0, 1)) for key in KEYS}
    closest = min(itertools.combinations(KEYS, 2), key=lambda pair: ciede2000(seen[pair[0]], seen[pair[1]]))
    assert ciede2000(seen[closest[0]], seen[closest[1]]) >= 10, closest


@pytest.mark.parametrize("page", [PAGE_LIGHT, PAGE_DARK])
@pytest.mark.parametrize("key", KEYS)
def test_every_colour_stands_out_from_the_page(key: str, page: str) -> None:
    assert contrast(COLOURS[key], page) >= 3


def test_the_theme_has_the_pages_the_colours_were_chosen_for() -> None:
    theme = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))["theme"]
    assert theme["light"]["backgroundColor"] == PAGE_LIGHT
    assert theme["dark"]["backgroundColor"] == PAGE_DARK


def test_text_of_both_themes_can_be_read() -> None:
    theme = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))["theme"]
    for mode in ("light", "dark"):
        for ground in (theme[mode]["backgroundColor"], theme[mode]["secondaryBackgroundColor"]):
            assert contrast(theme[mode]["textColor"], ground) >= 7
            assert contrast(theme[mode]["linkColor"], ground) >= 4.5


def test_every_expression_and_not_sure_have_a_colour_and_a_label() -> None:
    assert list(KEYS) == [*EMOTIONS, "not_sure"]
    assert set(COLOURS) == set(LABELS) == set(KEYS)


def test_the_video_gets_the_same_colour_the_other_way_round() -> None:
    assert bgr("happy") == rgb("happy")[::-1] == (0x00, 0x86, 0xC5)


def test_a_faded_colour_keeps_its_channels() -> None:
    assert faded("#102030", 0.25) == "rgba(16,32,48,0.25)"
