"""Files that were told wrongly once, from ../shared/cases: what a player shows of each, and what is said."""

from statistics import median

import pytest

from dashboard.errors import RecordingError
from dashboard.recordings.analysis import analyse
from dashboard.recordings.messages import Done, Look, Message, Opened, Part, Task
from model.emotions import EMOTIONS, Emotion
from model.observations import FrameRecord
from tests.made.media import CASES, needs_cases

pytestmark = needs_cases
HAPPY = EMOTIONS.index(Emotion.HAPPY)


class Told:
    """What is found in a case."""

    def __init__(self, name: str, **look: object) -> None:
        messages: list[Message] = []
        analyse(Task(CASES / name, Look(**look)), messages.append)  # type: ignore[arg-type]
        self.records = [one for part in messages if isinstance(part, Part) for one in part.records]
        (self.opened,) = [one for one in messages if isinstance(one, Opened)]
        (self.done,) = [one for one in messages if isinstance(one, Done)]

    @property
    def seen(self) -> list[FrameRecord]:
        return [record for record in self.records if record.observations]

    @property
    def people(self) -> set[int]:
        return {one.track_id for record in self.records for one in record.observations}

    @property
    def span_s(self) -> tuple[float, float]:
        """When a face is seen first and last."""
        return self.seen[0].offset_ms / 1000, self.seen[-1].offset_ms / 1000


@pytest.mark.parametrize(
    ("name", "from_s", "to_s"),
    [
        ("t00_face_4_to_8s.mp4", 4.0, 8.0),
        ("t01_camera_on_3s_late.mkv", 7.0, 11.0),
        ("t01_camera_on_3s_late.mp4", 7.0, 11.0),
        ("t04_slides_track_then_camera.mkv", 4.0, 8.0),
        ("t09_camcorder.mts", 4.0, 8.0),
    ],
)
def test_a_face_is_told_when_a_player_shows_it(name: str, from_s: float, to_s: float) -> None:
    told = Told(name)
    assert told.span_s[0] == pytest.approx(from_s, abs=0.45)
    assert told.span_s[1] == pytest.approx(to_s, abs=0.25)
    assert len(told.people) == 1
    assert not any("cut short" in note or "Damaged" in note for note in told.done.notes)


def test_two_parts_of_a_recorder_are_24_seconds_with_the_face_in_both() -> None:
    told = Told("t02_two_mediarecorder_parts.webm")
    seen_s = [record.offset_ms / 1000 for record in told.seen]
    assert told.done.end_ms == pytest.approx(24_000, abs=60)
    assert any(4 < time_s < 8 for time_s in seen_s) and any(16 < time_s < 20 for time_s in seen_s)
    assert not any(8.4 < time_s < 15.8 for time_s in seen_s)
    assert ["starts again once" in note for note in told.done.notes] == [True]


def test_a_podcast_with_a_cover_has_no_picture() -> None:
    with pytest.raises(RecordingError, match="sound with a cover picture beside it, no video"):
        Told("t03_podcast_with_cover.m4a")


def test_the_slides_before_the_camera_are_named_and_can_be_chosen() -> None:
    (note,) = Told("t04_slides_track_then_camera.mkv").done.notes
    assert "2 video tracks" in note and "2, 640 x 360 at 25 pictures a second, the default" in note
    assert Told("t04_slides_track_then_camera.mkv", track=1).people == set()


def test_three_shapes_of_pixels_are_one_picture() -> None:
    told = [Told(f"t05_{name}.mp4") for name in ("square_pixels", "sar_64_45_pal", "sar_2_1")]
    happy, usable, boxes = [], [], []
    for one, width_px in zip(told, (640, 1024, 960), strict=True):
        faces = [seen for record in one.records for seen in record.observations]
        happy.append(sum(seen.scores[HAPPY] for seen in faces if seen.scores) / max(1, len(faces)))
        usable.append(sum(not seen.flags for seen in faces) / len(faces))
        boxes.append(median((seen.box[2] - seen.box[0]) / width_px for seen in faces))
    assert min(usable) > 0.9
    assert max(happy) - min(happy) < 0.1, happy
    assert boxes[1:] == [pytest.approx(boxes[0], rel=0.08)] * 2


def test_a_phones_tiles_are_one_photo_of_four() -> None:
    told = Told("t06_iphone_tiles_4_faces.heic")
    assert told.opened.photo and len(told.people) == 4


def test_a_phones_second_picture_does_not_make_a_photo_move() -> None:
    told = Told("t07_phone_mpo.jpg")
    assert told.opened.photo and told.people
    assert not any("moves" in note for note in told.done.notes)


@pytest.mark.parametrize("hz", [1.0, 5.0, 30.0])
def test_three_pictures_have_a_person_in_them(hz: float) -> None:
    told = Told("t10_clip_0.12s.mp4", hz=hz)
    assert len(told.people) == 1 and not told.opened.photo
    assert len(told.seen) == len(told.records)
