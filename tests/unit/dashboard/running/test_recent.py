import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.running.people import NOBODY_YET
from dashboard.running.recent import RecentSeconds, instants_of
from db.reports import Bucket, Roster
from model.emotions import EMOTIONS, Emotion
from model.observations import USABLE, FrameRecord, Observation, QualityFlag

HAPPY = (0.05, 0.05, 0.05, 0.7, 0.05, 0.05, 0.05)


def add(recent: RecentSeconds, frame: int, offset_ms: int, *faces: Observation) -> None:
    record = FrameRecord(frame, offset_ms, faces)
    recent.add(record, instants_of(record))


def buckets(recent: RecentSeconds, who: Roster = NOBODY_YET, min_people: int = 1) -> list[Bucket]:
    rows = recent.rows()
    return rows.buckets(rows.people(who), min_people)


def face(track_id: int, flags: QualityFlag = USABLE, leading: Emotion | None = Emotion.HAPPY) -> Observation:
    return Observation(track_id, (0, 0, 50, 50), 0.9, flags, HAPPY, leading)


def test_a_second_counts_faces_people_and_leads() -> None:
    recent = RecentSeconds()
    add(recent, 0, 100, face(1), face(2))
    add(recent, 1, 900, face(1), face(2, leading=None))
    [bucket] = buckets(recent)
    assert (bucket.faces, bucket.usable, bucket.people, bucket.not_sure) == (4, 4, 2, 1)
    assert bucket.leads[EMOTIONS.index(Emotion.HAPPY)] == 3
    assert bucket.scores == pytest.approx(HAPPY)


def test_an_unusable_face_is_seen_but_not_averaged() -> None:
    recent = RecentSeconds()
    add(recent, 0, 0, face(1, QualityFlag.BLURRED))
    [bucket] = buckets(recent)
    assert (bucket.faces, bucket.usable) == (1, 0)
    assert set(bucket.scores) == {None}


def test_frames_without_faces_make_older_seconds_leave() -> None:
    recent = RecentSeconds(keep_s=10)
    add(recent, 0, 0, face(1))
    add(recent, 1, 11_000)
    assert buckets(recent) == []


@given(st.lists(st.integers(0, 2_000_000), max_size=60), st.integers(1, 300))
def test_it_never_keeps_more_than_its_span(offsets: list[int], keep_s: int) -> None:
    recent = RecentSeconds(keep_s)
    for number, offset_ms in enumerate(sorted(offsets)):
        add(recent, number, offset_ms, face(1))
    assert len(buckets(recent)) <= keep_s
