"""Figures from invented buckets whose answer is known by hand."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.charts.expressions import with_upright_gaps
from dashboard.palette import KEYS, SCORES
from dashboard.stored import figures as analytics
from dashboard.stored.figures import bucket_ms_for
from db.reports import Bucket, FrameBucket, ParticipantSummary
from model.emotions import EMOTIONS, Emotion
from tests.made.faces import scores_of


def bucket(
    start_ms: int, leading: Emotion = Emotion.NEUTRAL, usable: int = 10, track_id: int | None = None
) -> Bucket:
    """`usable` instants all with the same scores; none of them if 0, though a face was there."""
    leads = tuple(usable if emotion == leading else 0 for emotion in EMOTIONS)
    scores = scores_of(leading) if usable else (None,) * 7
    return Bucket(start_ms, track_id, max(usable, 5), usable, 1, scores, leads, 0)


def person(track_id: int, usable: int, leads: dict[Emotion, int], not_sure: int = 0) -> ParticipantSummary:
    counts = tuple(leads.get(emotion, 0) for emotion in EMOTIONS)
    scores = scores_of(Emotion.HAPPY) if usable else (None,) * 7
    return ParticipantSummary(track_id, None, 1000, 9000, 40, usable, scores, counts, not_sure)


@settings(deadline=None)
@given(st.integers(0, 400 * 86_400_000), st.integers(1, 2_000))
def test_no_time_is_cut_into_more_pieces_than_asked_for(span_ms: int, points: int) -> None:
    assert span_ms <= bucket_ms_for(span_ms, points) * points


def test_buckets_are_short_for_short_sessions_and_round_for_long_ones() -> None:
    assert [bucket_ms_for(minutes * 60_000) for minutes in (1, 20, 90, 600)] == [1_000, 2_000, 10_000, 60_000]


def test_a_stretch_without_a_usable_face_is_a_gap_and_not_a_guess() -> None:
    frame = analytics.timeline([bucket(0), bucket(2000, usable=0), bucket(4000)], 1000, 0, 5000)
    assert frame["time_ms"].tolist() == [0, 1000, 2000, 3000, 4000]
    assert frame["happy"].notna().tolist() == [True, False, False, False, True]
    assert frame["faces"].tolist() == [10, 0, 5, 0, 10]
    assert frame["usable"].tolist() == [10, 0, 0, 0, 10]


def test_a_timeline_starts_at_the_bucket_that_holds_its_start() -> None:
    assert analytics.timeline([], 2000, 3000, 6000)["time_ms"].tolist() == [2000, 4000]


def test_shorter_buckets_are_merged_with_every_instant_counted_once() -> None:
    one, two = bucket(0, Emotion.HAPPY, usable=30), bucket(1000, Emotion.SAD, usable=10)
    frame = analytics.timeline([one, two], 2000, 0, 2000)
    assert frame["usable"].tolist() == [40]
    assert frame["happy"][0] == pytest.approx((30 * 0.7 + 10 * 0.05) / 40)
    assert frame[SCORES].sum(axis=1)[0] == pytest.approx(1)


def test_smoothing_never_fills_a_gap_and_takes_nothing_from_it() -> None:
    buckets = [bucket(0, Emotion.HAPPY), bucket(1000, Emotion.HAPPY), bucket(3000, Emotion.SAD)]
    smoothed = analytics.smooth(analytics.timeline(buckets, 1000, 0, 4000), 3, SCORES)
    assert smoothed["happy"].isna().tolist() == [False, False, True, False]
    assert smoothed["happy"][1] == pytest.approx(0.7)
    assert smoothed["sad"][3] == pytest.approx(0.7)


def test_smoothing_weighs_a_bucket_by_its_usable_instants() -> None:
    buckets = [bucket(0, Emotion.HAPPY, 30), bucket(1000, Emotion.SAD, 10), bucket(2000, Emotion.HAPPY, 30)]
    smoothed = analytics.smooth(analytics.timeline(buckets, 1000, 0, 3000), 3, SCORES)
    assert smoothed["happy"][1] == pytest.approx((60 * 0.7 + 10 * 0.05) / 70)


@settings(deadline=None)
@given(st.lists(st.sampled_from([0, 1, 7, 50]), min_size=1, max_size=40), st.integers(1, 12))
def test_smoothed_scores_still_sum_to_one_wherever_there_are_any(usable: list[int], window: int) -> None:
    buckets = [bucket(i * 1000, EMOTIONS[i % 7], count) for i, count in enumerate(usable)]
    frame = analytics.timeline(buckets, 1000, 0, len(usable) * 1000)
    smoothed = analytics.smooth(frame, window, SCORES)
    known = np.array(usable) > 0
    assert smoothed["neutral"].notna().tolist() == known.tolist()
    assert smoothed.loc[known, SCORES].sum(axis=1).tolist() == pytest.approx([1.0] * int(known.sum()))


def test_the_mix_is_the_share_of_usable_instants_and_counts_not_sure() -> None:
    shares = analytics.mix(
        [person(1, 10, {Emotion.HAPPY: 6, Emotion.SAD: 2}, 2), person(2, 10, {Emotion.SAD: 10})]
    )
    assert shares.index.tolist() == list(KEYS)
    assert shares["happy"] == pytest.approx(0.3)
    assert shares["sad"] == pytest.approx(0.6)
    assert shares["not_sure"] == pytest.approx(0.1)


def test_the_mix_of_nothing_usable_is_empty() -> None:
    assert analytics.mix([bucket(0, usable=0)]).empty
    assert analytics.mix([]).empty


def test_not_sure_never_leads() -> None:
    assert analytics.leading(analytics.mix([person(1, 10, {Emotion.SAD: 1}, 9)])) == ("sad", 0.1)
    assert analytics.leading(analytics.mix([person(1, 10, {}, 10)])) is None
    assert analytics.leading(pd.Series(dtype="float64")) is None


def test_the_headline_tells_what_was_seen() -> None:
    people = [person(1, 30, {Emotion.HAPPY: 30}), person(2, 10, {Emotion.SAD: 10})]
    frames = [FrameBucket(0, 50, 40, 30), FrameBucket(1000, 50, 20, 10)]
    line = analytics.headline(2000, people, frames, analytics.mix(people), 61.5)
    assert (line.people, line.frames, line.face_share, line.usable_share) == (2, 100, 0.6, 0.5)
    assert (line.leading, line.leading_share, line.engagement) == ("happy", 0.75, 61.5)


def test_the_headline_of_nothing_is_unknown_and_not_zero() -> None:
    line = analytics.headline(0, [], [], analytics.mix([]), None)
    assert (line.face_share, line.usable_share, line.engagement, line.leading) == (None, None, None, None)


def test_the_table_names_people_and_leaves_unknown_what_was_never_usable() -> None:
    measured = pd.DataFrame({"looking": [0.75], "engagement": [61.0]}, index=[3])
    table = analytics.people_table([person(3, 20, {Emotion.HAPPY: 20}), person(4, 0, {})], 80, measured)
    assert table["name"].tolist() == ["P3", "P4"]
    assert table["in_view"].tolist() == [0.5, 0.5]
    assert table["usable"].tolist() == [0.5, 0.0]
    assert table["leading"][0] == "happy" and pd.isna(table["leading"][1])
    assert table["looking"].tolist() == pytest.approx([0.75, np.nan], nan_ok=True)
    assert table["engagement"].notna().tolist() == [True, False]
    assert analytics.people_table([], 0, measured).empty


def test_coverage_is_unknown_where_nothing_was_analysed() -> None:
    frames = [FrameBucket(0, 10, 5, 5, faces=10, usable=10), FrameBucket(2000, 10, 10, 0, faces=5)]
    times = [0, 1000, 2000, 3000]
    shares = analytics.coverage(frames, times, 1)
    assert shares["with_face"].tolist() == pytest.approx([0.5, np.nan, 1.0, np.nan], nan_ok=True)
    assert shares["usable_faces"].tolist() == pytest.approx([1.0, np.nan, 0.0, np.nan], nan_ok=True)
    assert analytics.coverage([], times, 1)["with_face"].isna().all()


def test_stacked_areas_fall_to_zero_at_once_beside_a_gap() -> None:
    frame = analytics.timeline([bucket(0), bucket(1000), bucket(3000)], 1000, 0, 4000)
    stack = with_upright_gaps(frame)
    height = dict(zip(stack["time_ms"], stack[SCORES].sum(axis=1).round(6), strict=True))
    assert height == {-1: 0, 0: 1, 1000: 1, 1001: 0, 2000: 0, 2999: 0, 3000: 1, 3001: 0}
