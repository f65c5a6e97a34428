"""What looks like a face and is nobody is told apart from people, each thing once."""

import numpy as np

from model.faces import Faces
from model.observations import QualityFlag
from model.things import Things
from model.tracking import Tracker


def faces(*rows: tuple[int, float, QualityFlag]) -> Faces:
    """Number, left edge and flags of each."""
    boxes = np.array([[x, 0, x + 40, 40] for _, x, _ in rows], np.float32).reshape(-1, 4)
    found = Faces(boxes, np.ones(len(rows), np.float32))
    return found.having(
        track_id=np.array([number for number, _, _ in rows], np.int64),
        flags=np.array([int(flag) for _, _, flag in rows], np.int64),
    )


PLAIN, STILL, DARK = QualityFlag(0), QualityFlag.STILL, QualityFlag.DARK


def test_a_picture_loses_its_number_and_is_counted_once() -> None:
    things = Things()
    things.update(faces((1, 0, PLAIN), (2, 100, PLAIN)), set(), set())
    told = things.update(faces((1, 0, STILL), (2, 100, PLAIN)), set(), set())
    assert told.track_id is not None and told.track_id[0] < 0 and told.track_id[1] == 2
    things.update(faces((1, 0, STILL)), set(), set())
    things.update(faces((3, 2, STILL)), set(), set())  # lost, and found again in its place
    assert len(things) == 1


def test_who_moves_again_is_no_thing_any_more() -> None:
    things = Things()
    things.update(faces((1, 0, STILL)), set(), set())
    assert len(things) == 1
    things.update(faces((1, 0, PLAIN)), set(), set())
    assert len(things) == 0


def test_a_frozen_tile_is_no_thing() -> None:
    things = Things()
    told = things.update(faces((1, 0, STILL)), set(), {1})
    assert told.track_id is not None and told.track_id[0] < 0
    assert len(things) == 0


def test_where_somebody_was_there_is_no_thing_and_elsewhere_there_is() -> None:
    things = Things()
    things.update(faces((1, 0, PLAIN)), set(), set())
    things.update(faces((-5, 2, DARK), (-6, 200, DARK), (-7, 400, DARK)), {-7}, set())
    assert len(things) == 1
    things.rename({-6: 2})
    assert len(things) == 0


def test_no_number_is_opened_by_what_never_counts() -> None:
    tracker, counting = Tracker(), np.array([True, False])
    for n in range(5):
        found = tracker.update(faces((0, 0, PLAIN), (0, 100, DARK)), n * 100, None, counting)
    assert found.track_id is not None and found.track_id[0] == 1 and found.track_id[1] < 0
    found = tracker.update(faces((0, 0, PLAIN), (0, 100, DARK)), 500, None, np.array([True, True]))
    assert found.track_id is not None and found.track_id.tolist() == [1, 2]
    found = tracker.update(faces((0, 0, DARK), (0, 100, DARK)), 600, None, np.array([False, False]))
    assert found.track_id is not None and found.track_id.tolist() == [1, 2]
