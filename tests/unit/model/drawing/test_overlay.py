"""Labels stay in the picture, off each other, and say what is known."""

from functools import partial
from itertools import combinations

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model.drawing.overlay import DIMMED, REASONS, draw_faces
from model.drawing.plates import SMALLEST_TEXT_PX, Rectangle, place_plate
from model.emotions import EMOTIONS, NOT_SURE, Emotion
from model.errors import InvalidImageError
from model.images import Image
from model.observations import READABLE, Observation, QualityFlag
from tests.made.drawn import texts_drawn
from tests.made.faces import face

COLOURS = {str(e): (10 + 30 * i, 200 - 20 * i, 90) for i, e in enumerate(EMOTIONS)} | {NOT_SURE: (90, 90, 90)}
PLACE = (200, 150, 300, 280)
happy = partial(face, 3, Emotion.HAPPY, share=0.82, box=PLACE)


def canvas(width: int = 640, height: int = 480) -> Image:
    return np.full((height, width, 3), 60, np.uint8)


def has_colour(image: Image, colour: tuple[int, int, int]) -> bool:
    return bool((image == np.array(colour, np.uint8)).all(axis=2).any())


def test_it_draws_in_place_and_returns_the_same_image() -> None:
    image = canvas()
    assert draw_faces(image, [happy()], {}, COLOURS) is image
    assert (image != 60).any()


def test_without_faces_the_image_stays_as_it_is() -> None:
    assert (draw_faces(canvas(), [], {}, COLOURS) == 60).all()


def test_a_read_only_image_is_copied() -> None:
    image = canvas()
    image.flags.writeable = False
    drawn = draw_faces(image, [happy()], {}, COLOURS)
    assert (image == 60).all() and (drawn != 60).any()


def test_the_leading_expression_gives_the_colour() -> None:
    assert has_colour(draw_faces(canvas(), [happy()], {}, COLOURS), COLOURS["happy"])
    unsure = draw_faces(canvas(), [face(3, None, box=PLACE)], {}, COLOURS)
    assert has_colour(unsure, COLOURS[NOT_SURE]) and not has_colour(unsure, COLOURS["happy"])


def test_a_face_that_does_not_count_is_dimmed_whatever_its_reason() -> None:
    for flag in QualityFlag:
        drawn = draw_faces(canvas(), [happy(flags=flag)], {}, COLOURS)
        assert has_colour(drawn, DIMMED) is (flag not in READABLE)


def test_every_reason_has_words() -> None:
    assert set(REASONS) == set(QualityFlag)


def drawn_texts(monkeypatch: pytest.MonkeyPatch, observation: Observation, name: str | None = None) -> str:
    texts = texts_drawn(monkeypatch)
    draw_faces(canvas(), [observation], {3: name} if name else {}, COLOURS)
    return texts[0]


def test_the_label_says_who_what_and_how_much(monkeypatch: pytest.MonkeyPatch) -> None:
    assert drawn_texts(monkeypatch, happy()) == "P3  happy 82%"


def test_the_label_says_not_sure_or_the_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    assert drawn_texts(monkeypatch, face(3, None, box=PLACE)) == "P3  not sure"
    blurred = happy(flags=QualityFlag.SMALL | QualityFlag.BLURRED)
    assert drawn_texts(monkeypatch, blurred) == "P3  too small"


def test_a_face_that_is_turned_but_read_says_what_it_shows_or_why_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    turned = happy(flags=QualityFlag.TURNED_AWAY)
    assert drawn_texts(monkeypatch, turned) == "P3  happy 82%"
    unsure = face(3, None, box=PLACE, flags=QualityFlag.TURNED_AWAY)
    assert drawn_texts(monkeypatch, unsure) == "P3  turned away"


def test_a_face_that_is_only_followed_shows_its_name(monkeypatch: pytest.MonkeyPatch) -> None:
    assert drawn_texts(monkeypatch, Observation(3, PLACE, 0.9)) == "P3"


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Zoë", "Zoe"),
        ("李雷", ".."),
        ("  ", "P3"),
        ("Bartholomew Featherstone", "Bartholomew Feat.."),
        ("a\nb", "a.b"),
    ],
)
def test_names_are_shown_in_signs_the_font_has(
    monkeypatch: pytest.MonkeyPatch, name: str, shown: str
) -> None:
    assert drawn_texts(monkeypatch, happy(), name) == f"{shown}  happy 82%"


def test_what_is_no_image_is_refused() -> None:
    with pytest.raises(InvalidImageError):
        draw_faces(np.zeros((5, 5), np.uint8), [], {}, COLOURS)


@settings(max_examples=60)
@given(
    st.tuples(st.floats(0, 0.99), st.floats(0, 0.99), st.floats(0.01, 1), st.floats(0.01, 1)),
    st.sampled_from([(320, 240), (640, 360), (1280, 720), (1920, 1080), (240, 320)]),
)
def test_a_label_stays_inside_the_picture_wherever_the_face_is(
    shares: tuple[float, float, float, float], size: tuple[int, int]
) -> None:
    width, height = size
    x0, y0 = int(shares[0] * width), int(shares[1] * height)
    box = (x0, y0, min(width, x0 + 1 + int(shares[2] * width)), min(height, y0 + 1 + int(shares[3] * height)))
    plate = place_plate(canvas(width, height), box, ["P12  surprise 72%", "P12"], [], [])
    left, top, right, bottom = plate.rectangle
    assert 0 <= left < right < width and 0 <= top < bottom < height
    assert left < plate.foot[0] and top < plate.foot[1] <= bottom


@pytest.mark.parametrize("size", [(320, 240), (640, 480), (1280, 720), (1920, 1080)])
def test_labels_are_readable_at_every_size(size: tuple[int, int]) -> None:
    box = (size[0] // 3, size[1] // 3, size[0] // 2, size[1] * 2 // 3)
    plate = place_plate(canvas(*size), box, ["P1  happy 82%"], [], [])
    (_, capital_px), _ = cv2.getTextSize("P", plate.font, plate.scale, 1)
    assert capital_px >= SMALLEST_TEXT_PX - 1
    assert plate.rectangle[2] - plate.rectangle[0] < size[0] / 2


def test_labels_of_a_crowd_keep_off_each_other() -> None:
    image = canvas(1280, 720)
    boxes: list[Rectangle] = [
        (60 + 250 * c, 70 + 140 * r, 120 + 250 * c, 150 + 140 * r) for c in range(5) for r in range(5)
    ]
    taken: list[Rectangle] = []
    for i, box in enumerate(boxes):
        plate = place_plate(image, box, [f"P{i}  surprise 72%", f"P{i}"], taken, boxes[:i] + boxes[i + 1 :])
        taken.append(plate.rectangle)
    apart = [a[2] < b[0] or b[2] < a[0] or a[3] < b[1] or b[3] < a[1] for a, b in combinations(taken, 2)]
    assert all(apart)


def test_where_there_is_no_room_only_the_name_is_shown() -> None:
    neighbours = [(x, 0, x + 70, 240) for x in (30, 160)]
    plate = place_plate(canvas(300, 240), (110, 100, 140, 130), ["P1  surprise 72%", "P1"], neighbours, [])
    assert plate.text == "P1"
