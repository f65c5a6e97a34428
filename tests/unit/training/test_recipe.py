"""Configuration, targets, augmentation and schedule: the parts of a run that are plain values."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from training.augmentation import Augmentation, augment, mix_up
from training.config import CONFIGS, Config, Finish, Schedule, load_config
from training.datasets import LabelledImages
from training.errors import ConfigError
from training.labels import class_weights, logit_adjustment, soft_targets
from training.schedule import WeightAverage, learning_rate

STILL = Augmentation(flip=False, shift=0, rotation_deg=0, zoom=0, brightness=0, contrast=0, erase=0, mixup=0)


def config_file(folder: Path, text: str) -> Path:
    (folder / "mine.toml").write_text(text)
    return folder


def test_a_config_holds_only_the_differences(tmp_path: Path) -> None:
    config = load_config("mine", config_file(tmp_path, "[schedule]\nepochs = 3\nlearning_rate = 1\n"))
    assert (config.name, config.schedule.epochs, config.schedule.learning_rate) == ("mine", 3, 1)
    assert config.augmentation == Augmentation()


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("[schedule]\nepoch = 3", "unknown key 'epoch'"),
        ("[shedule]\nepochs = 3", "unknown key 'shedule'"),
        ("schedule = 3", "wanted a table"),
        ("[schedule]\nepochs = 'three'", "epochs: wanted int, got 'three'"),
        ("[schedule]\nepochs = true", "epochs"),
        ("[augmentation]\nflip = 1", "flip: wanted bool"),
        ("[schedule", "not TOML"),
        ("[schedule]\nepochs = 0", r"\[schedule\] epochs: wanted a whole number of at least 1, got 0"),
        ("[schedule]\nbatch_size = -4", "batch_size: wanted a whole number of at least 1, got -4"),
        ("[schedule]\nlearning_rate = nan", "learning_rate: wanted a number above 0 and at most 10, got nan"),
        ("[schedule]\nlearning_rate = inf", "learning_rate: wanted"),
        ("[schedule]\nlearning_rate = 0", "learning_rate: wanted"),
        ("[schedule]\nema_decay = 2", "ema_decay: wanted a number of at least 0 and below 1, got 2"),
        ("[schedule]\nseed = -1", "seed: wanted"),
        ("[schedule]\noptimizer = 'adamw'", r"\[schedule\] optimizer: wanted one of"),
        ("[targets]\nsmoothing = 5", "smoothing: wanted a number of at least 0 and below 1, got 5"),
        ("[targets]\nvote_weight = -1", "vote_weight: wanted a number of at least 0 and at most 1, got -1"),
        ("[augmentation]\nzoom = 1.5", "zoom: wanted"),
        ("[finish]\nepochs = -1", "epochs: wanted a whole number of at least 0"),
        ("[crop]\nmargin = 0", "margin: wanted a number above 0 and at most 4, got 0"),
        ("[runtime]\nzooms = []", r"zooms: wanted at least one, .* got none"),
        (
            "[runtime]\nzooms = [1.0, 0.5]",
            r"zooms: wanted a number of at least 1 and at most 4, got \[1.0, 0.5\]",
        ),
        ("[runtime]\nzooms = ['near']", "zooms: wanted"),
        ("[runtime]\nlogit_adjustment = nan", "logit_adjustment: wanted"),
    ],
)
def test_a_wrong_config_is_named(tmp_path: Path, text: str, named: str) -> None:
    with pytest.raises(ConfigError, match=named):
        load_config("mine", config_file(tmp_path, text))


def test_a_config_in_another_encoding_is_named(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_bytes("# größer\n[schedule]\n".encode("latin-1"))
    with pytest.raises(ConfigError, match=r"mine\.toml: not TOML"):
        load_config(str(path))


@pytest.mark.parametrize("name", sorted(path.stem for path in CONFIGS.glob("*.toml")))
def test_every_config_of_ours_holds_its_own_bounds(name: str) -> None:
    assert load_config(name).name == name


def test_an_unknown_config_lists_the_known_ones() -> None:
    with pytest.raises(ConfigError, match="compact48"):
        load_config("no-such-config")


def test_the_finish_holds_in_the_last_epochs_only() -> None:
    config = Config("c", schedule=Schedule(epochs=5), finish=Finish(epochs=2, vote_weight=0.1, mixup=0.0))
    assert [config.stage(e)[0].vote_weight for e in range(5)] == [0.4, 0.4, 0.4, 0.1, 0.1]
    assert [config.stage(e)[1].mixup for e in range(5)] == [0.2, 0.2, 0.2, 0.0, 0.0]


def labelled(label: int, votes: list[int]) -> LabelledImages:
    x = np.zeros((1, 48, 48), np.uint8)
    images = LabelledImages.of(x, np.array([label]), np.array([0]))
    return replace(images, votes=np.array([votes], np.int8))


def test_votes_take_their_share_of_the_target() -> None:
    # five for happiness, three for neutral, two for contempt, which has no class here
    [row] = soft_targets(labelled(3, [3, 5, 0, 0, 0, 0, 0, 2, 0, 0]), vote_weight=0.4, smoothing=0.0)
    np.testing.assert_allclose(row, [0, 0, 0, 0.6 + 0.4 * 5 / 8, 0, 0, 0.4 * 3 / 8], atol=1e-6)


@pytest.mark.parametrize("votes", [[-1] * 10, [0] * 9 + [10]])
def test_without_votes_for_our_classes_the_label_stands(votes: list[int]) -> None:
    [row] = soft_targets(labelled(2, votes), vote_weight=0.4, smoothing=0.0)
    assert row.tolist() == [0, 0, 1, 0, 0, 0, 0]


@given(
    st.integers(0, 6),
    st.lists(st.integers(0, 10), min_size=10, max_size=10),
    st.floats(0, 1),
    st.floats(0, 1),
)
def test_targets_always_sum_to_one(label: int, votes: list[int], weight: float, smoothing: float) -> None:
    target = soft_targets(labelled(label, votes), weight, smoothing)
    assert target.sum() == pytest.approx(1, abs=1e-5)
    assert target.min() >= 0


def faces(n: int) -> np.ndarray:
    return np.random.default_rng(1).integers(0, 256, (n, 48, 48)).astype(np.uint8)


def test_no_amount_of_change_changes_nothing() -> None:
    x = faces(4)
    np.testing.assert_allclose(augment(x, STILL, np.random.default_rng(0)), x, atol=0.6)


def test_a_flip_mirrors_left_and_right() -> None:
    x = faces(64)
    changed = augment(x, Augmentation(**{**STILL.__dict__, "flip": True}), np.random.default_rng(0))
    mirrored = [np.abs(c - o[:, ::-1]).max() < 1 for c, o in zip(changed, x, strict=True)]
    same = [np.abs(c - o).max() < 1 for c, o in zip(changed, x, strict=True)]
    assert all(m != s for m, s in zip(mirrored, same, strict=True))
    assert 10 < sum(mirrored) < 54


def test_changed_images_stay_grey_values_and_depend_on_the_seed_only() -> None:
    x = faces(32)
    one, again, other = (augment(x, Augmentation(), np.random.default_rng(s)) for s in (1, 1, 2))
    np.testing.assert_array_equal(one, again)
    assert np.abs(one - other).mean() > 1
    assert one.dtype == np.float32
    assert one.min() >= 0 and one.max() <= 255


def test_mixing_keeps_the_larger_share_with_its_own_target() -> None:
    targets = np.eye(7, dtype=np.float32)
    images = np.broadcast_to(targets.argmax(axis=1)[:, None, None], (7, 4, 4)).astype(np.float32)
    seen, mixed = mix_up(images, targets, 1.0, np.random.default_rng(0))
    np.testing.assert_allclose(mixed.sum(axis=1), 1, atol=1e-6)
    assert np.all(np.diag(mixed) >= 0.5) and np.diag(mixed).min() < 1
    np.testing.assert_allclose(seen[:, 0, 0], mixed @ np.arange(7), atol=1e-5)  # image and target alike


def test_the_learning_rate_warms_up_and_ends_at_nothing() -> None:
    schedule = Schedule(epochs=10, warmup_epochs=2, learning_rate=0.1)
    rates = [learning_rate(step, 50, schedule) for step in range(500)]
    assert rates[0] == pytest.approx(0.001)
    assert max(rates) == pytest.approx(0.1)
    assert rates.index(max(rates)) in (99, 100)
    assert rates[100:] == sorted(rates[100:], reverse=True)
    assert rates[-1] < 1e-4


def test_the_average_follows_the_weights_and_settles() -> None:
    average = WeightAverage([np.zeros(3, np.float32)], decay=0.9)
    for _ in range(200):
        average.update([np.ones(3, np.float32)], steps=1)
    np.testing.assert_allclose(average.weights[0], 1, atol=1e-3)
    assert average.updates == 200


def test_rare_classes_gain_what_frequent_ones_lose() -> None:
    images = LabelledImages.of(
        np.zeros((8, 48, 48), np.uint8), np.array([0, 1, 2, 3, 4, 5, 6, 6]), np.zeros(8)
    )
    adjusted = logit_adjustment(images, 0.5)
    assert adjusted[0] == pytest.approx(0.5 * np.log(8))
    assert adjusted[6] < adjusted[0]
    weights = class_weights(images, 1.0)
    assert weights[6] == pytest.approx(weights[0] / 2)
    assert weights[images.y].mean() == pytest.approx(1)
    assert set(class_weights(images, 0.0).tolist()) == {1.0}
