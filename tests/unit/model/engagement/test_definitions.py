"""Every definition: what it says of itself, its range, its parts, and that grouping changes nothing."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model.engagement import engagement, engagement_over, in_percent
from model.engagement.definitions import DEFAULT, DEFINITIONS, Definition
from model.engagement.explanation import NOTHING, explain, sentence
from model.engagement.groups import GAZE_STATES, NOT_SURE_CODE, Grouped, Moments
from model.engagement.weights import checked_weights
from model.errors import EngagementError

ALL = pytest.mark.parametrize("definition", DEFINITIONS.values(), ids=list(DEFINITIONS))


@st.composite
def instants(draw: st.DrawFn) -> Moments:
    """Up to 40 instants as a camera may give them: unusable ones, unknown angles, any state of the eyes."""
    rng, n = np.random.default_rng(draw(st.integers(0, 2**32))), draw(st.integers(1, 40))
    scores = rng.dirichlet(np.full(7, 0.5), n)
    usable = rng.random(n) < draw(st.sampled_from([0.2, 0.9, 1.0]))
    scores[~usable & (rng.random(n) < 0.5)] = np.nan
    yaw, pitch = rng.normal(0, 25, (2, n))
    unposed = rng.random(n) < 0.2
    yaw[unposed] = pitch[unposed] = np.nan
    return Moments(
        scores,
        usable,
        rng.integers(0, len(GAZE_STATES), n),
        rng.integers(0, NOT_SURE_CODE + 1, n),
        yaw,
        pitch,
        np.where(rng.random(n) < 0.1, np.nan, rng.gamma(2, 10, n)),
    )


def as_sql_groups(moments: Moments, step: np.ndarray) -> tuple[Grouped, np.ndarray]:
    """Counts and means per step and gaze state over plain rows, as the reports read them; and their steps."""
    rows = moments.grouped()
    assert rows.leads is not None and rows.strongest_negative is not None and rows.posed is not None
    assert rows.share_frontal is not None and rows.facing is not None and rows.away_moving is not None
    groups: dict[tuple[int, int], list[int]] = {}
    for row in np.flatnonzero(moments.usable):
        groups.setdefault((int(step[row]), int(rows.gaze_state[row])), []).append(int(row))
    members = list(groups.values())
    posed = [[row for row in group if rows.posed[row]] for group in members]

    def mean(column: np.ndarray, groups: list[list[int]]) -> np.ndarray:
        empty = np.full(column.shape[1:], np.nan)
        means = [np.mean(column[group], axis=0) if group else empty for group in groups]
        return np.array(means).reshape(len(groups), *column.shape[1:])

    found = Grouped(
        counts=np.array([len(group) for group in members], np.int64),
        scores=mean(rows.scores, members),
        gaze_state=np.array([state for _, state in groups], np.int64),
        leads=mean(rows.leads, members),
        strongest_negative=mean(rows.strongest_negative, members),
        posed=np.array([len(group) for group in posed], np.int64),
        share_frontal=mean(rows.share_frontal, posed),
        facing=mean(rows.facing, posed),
        away_moving=mean(rows.away_moving, posed),
    )
    return found, np.array([at for at, _ in groups], np.int64)


def other_weights(definition: Definition, seed: int) -> dict[str, float]:
    rng = np.random.default_rng(seed)
    low, high = (-1, 1) if definition.signed else (0, 9)
    return {name: float(rng.uniform(low, high)) for name in definition.weights}


@ALL
@settings(max_examples=20)
@given(moments=instants(), seed=st.integers(0, 99))
def test_grouping_does_not_change_the_mean(definition: Definition, moments: Moments, seed: int) -> None:
    weights, step = other_weights(definition, seed), np.arange(len(moments)) % 3
    groups, step_of_group = as_sql_groups(moments, step)
    wanted, counted = engagement_over(definition, weights, moments, step, 3)
    found, counted_grouped = engagement_over(definition, weights, groups, step_of_group, 3)
    np.testing.assert_allclose(found, wanted, atol=1e-9)
    np.testing.assert_allclose(counted_grouped, counted, atol=1e-9)
    each = engagement(definition, weights, moments)
    for at in range(3):
        values = each[step == at]
        values = values[~np.isnan(values)]
        assert found[at] == pytest.approx(values.mean() if len(values) else np.nan, nan_ok=True)


@ALL
@settings(max_examples=20)
@given(moments=instants(), seed=st.integers(0, 99))
def test_the_parts_add_up_to_the_value(definition: Definition, moments: Moments, seed: int) -> None:
    weights = other_weights(definition, seed)
    value, counted = engagement_over(definition, weights, moments, np.zeros(len(moments), int), 1)
    parts = explain(definition, weights, moments)
    if not counted[0]:
        assert parts == ()
        return
    assert math.fsum(part.contribution for part in parts) == pytest.approx(value[0], abs=1e-9)
    assert all(part.contribution == part.value * part.weight for part in parts)
    assert math.fsum(part.value for part in parts) <= 1 + 1e-9


@ALL
@settings(max_examples=20)
@given(moments=instants(), seed=st.integers(0, 99))
def test_values_stay_in_range_and_what_is_not_usable_has_none(
    definition: Definition, moments: Moments, seed: int
) -> None:
    values = engagement(definition, other_weights(definition, seed), moments)
    assert np.isnan(values[~moments.usable]).all()
    known = values[~np.isnan(values)]
    assert np.all((known >= definition.low - 1e-9) & (known <= definition.high + 1e-9))
    percent = in_percent(definition, known)
    assert np.all((percent > -1e-6) & (percent < 100 + 1e-6))


@ALL
def test_a_definition_says_what_it_is(definition: Definition) -> None:
    assert DEFINITIONS[definition.name] is definition
    assert "\n" not in definition.formula
    assert definition.title and definition.citation and definition.limits.endswith(".")
    assert checked_weights(definition, definition.weights) == dict(definition.weights)


@ALL
def test_a_column_that_was_not_read_is_named(definition: Definition) -> None:
    bare = Grouped(np.array([1]), np.full((1, 7), 1 / 7), np.array([0]))
    if not definition.needs:
        assert np.isfinite(engagement(definition, None, bare)).all()
        return
    with pytest.raises(EngagementError, match=r"the column"):
        engagement(definition, None, bare)


def test_attention_reads_frontal_or_not_where_the_angle_was_not_read() -> None:
    coarse = Grouped(np.array([4]), np.full((1, 7), 1 / 7), np.array([0]), share_frontal=np.array([0.75]))
    assert engagement(DEFINITIONS["attention"], None, coarse).tolist() == [75]


SURE = np.eye(7)
SEEN = np.ones(1, bool)


@pytest.mark.parametrize(
    ("name", "scores", "wanted"),
    [
        ("expressiveness", 0.3 * SURE[6] + 0.7 * SURE[3], 70),
        ("emotient_engagement", 0.3 * SURE[6] + 0.7 * SURE[3], 100),
        ("sentiment", 0.5 * SURE[3] + 0.2 * SURE[5] + 0.2 * SURE[0] + 0.1 * SURE[2], 0.5),
        ("valence", 0.5 * SURE[3] + 0.3 * SURE[4] + 0.2 * SURE[0], 0.2),
        ("circumplex_valence", SURE[3], 0.83),
        ("circumplex_arousal", SURE[5], 0.89),
    ],
)
def test_worked_examples_of_expression(name: str, scores: np.ndarray, wanted: float) -> None:
    assert engagement(DEFINITIONS[name], None, Moments(scores[None], SEEN)) == pytest.approx(wanted)


@pytest.mark.parametrize(
    ("name", "yaw_deg", "pitch_deg", "turning_deg_s", "wanted"),
    [
        ("attention", 0, 0, 0, 100),
        ("attention", -22.5, 0, 0, 50),
        ("attention", 22.5, -15, 0, 25),
        ("attention", 60, 0, 0, 0),
        ("emotient_attention", 19, -19, 0, 100),
        ("emotient_attention", 21, 0, 0, 0),
        ("second_screen", 5, 5, 90, 100),
        ("second_screen", 40, 0, 3, 100),
        ("second_screen", 40, 0, math.nan, 100),
        ("second_screen", 40, 0, 30, 0),
        ("second_screen", math.nan, math.nan, 30, math.nan),
    ],
)
def test_worked_examples_of_the_head(
    name: str, yaw_deg: float, pitch_deg: float, turning_deg_s: float, wanted: float
) -> None:
    angles = (np.array([angle], np.float64) for angle in (yaw_deg, pitch_deg, turning_deg_s))
    moments = Moments(SURE[[6]], SEEN, None, None, *angles)
    found = engagement(DEFINITIONS[name], None, moments)
    assert found == pytest.approx(wanted, nan_ok=True)


def test_the_sentence_names_the_largest_parts() -> None:
    moments = Moments((0.7 * SURE[6] + 0.3 * SURE[3])[None], SEEN, np.array([0]))
    parts = explain(DEFAULT, None, moments)
    assert [part.label for part in parts] == ["neutral, looking", "happy, looking"]
    wanted = "Concentration index, soft 90 %: neutral, looking 70; happy, looking 20."
    assert sentence(DEFAULT, parts) == wanted
    assert sentence(DEFAULT, ()) == NOTHING
