from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.running.people_now import NOBODY_YET
from dashboard.running.recent import RecentSeconds, instants_of
from db.reports import Bucket, Roster
from model.emotions import EMOTIONS, Emotion
from model.observations import FrameRecord, Observation, QualityFlag
from tests.made.faces import face, scores_of

HAPPY = scores_of(Emotion.HAPPY)
happy = partial(face, leading=Emotion.HAPPY)


def add(recent: RecentSeconds, frame: int, offset_ms: int, *faces: Observation) -> None:
    record = FrameRecord(frame, offset_ms, faces)
    recent.add(record, instants_of(record))


def buckets(recent: RecentSeconds, who: Roster = NOBODY_YET, least_people: int = 1) -> list[Bucket]:
    rows = recent.rows()
    return rows.buckets(rows.people(who), least_people)


def test_a_second_counts_faces_people_and_leads() -> None:
    recent = RecentSeconds()
    add(recent, 0, 100, happy(1), happy(2))
    add(recent, 1, 900, happy(1), happy(2, leading=None, scores=HAPPY))
    [bucket] = buckets(recent)
    assert (bucket.faces, bucket.usable, bucket.people, bucket.not_sure) == (4, 4, 2, 1)
    assert bucket.leads[EMOTIONS.index(Emotion.HAPPY)] == 3
    assert bucket.scores == pytest.approx(HAPPY)


def test_an_unusable_face_is_seen_but_not_averaged() -> None:
    recent = RecentSeconds()
    add(recent, 0, 0, happy(1, flags=QualityFlag.BLURRED))
    [bucket] = buckets(recent)
    assert (bucket.faces, bucket.usable) == (1, 0)
    assert set(bucket.scores) == {None}


def test_frames_without_faces_make_older_seconds_leave() -> None:
    recent = RecentSeconds(keep_s=10)
    add(recent, 0, 0, happy(1))
    add(recent, 1, 11_000)
    assert buckets(recent) == []


@given(st.lists(st.integers(0, 2_000_000), max_size=60), st.integers(1, 300))
def test_it_never_keeps_more_than_its_span(offsets: list[int], keep_s: int) -> None:
    recent = RecentSeconds(keep_s)
    for number, offset_ms in enumerate(sorted(offsets)):
        add(recent, number, offset_ms, happy(1))
    assert len(buckets(recent)) <= keep_s
