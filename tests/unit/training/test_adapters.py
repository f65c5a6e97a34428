"""What may be said of someone else's network, and what its numbers then mean."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from model.classifier import softmax
from model.emotions import EMOTIONS
from training.adapters import load_network
from training.descriptions import EXAMPLE, Description, load_description
from training.errors import ConfigError

NAMES = [str(e) for e in EMOTIONS]


def said(**changes: Any) -> dict[str, Any]:
    return {
        "name": "theirs",
        "size_px": 64,
        "channels": "grey",
        "value_range": [-1.0, 1.0],
        "labels": NAMES,
        "outputs": "probabilities",
    } | changes


def without(key: str) -> dict[str, Any]:
    return {name: value for name, value in said().items() if name != key}


@pytest.mark.parametrize(
    ("content", "named"),
    [
        (without("labels"), "'labels' is missing"),
        (without("outputs"), "'outputs' is missing"),
        (said(labels=NAMES[:-1]), "'neutral' 0 times"),
        (said(labels=[*NAMES, "happy"]), "'happy' 2 times"),
        (said(labels=[*NAMES[:-1], "calm"]), "labels: wanted words of .* got 'calm'"),
        (said(channels="gray"), "channels: wanted one of"),
        (said(channels=1), "channels: wanted one of"),
        (said(channels=["grey"]), r"channels: wanted one of .* got \['grey'\]"),
        (said(outputs={"kind": "logits"}), "outputs: wanted one of"),
        (said(value_range=[0.0, 0.0]), "value_range: wanted two numbers"),
        (said(value_range=[0.0]), "value_range: wanted two numbers"),
        (said(value_range=["black", "white"]), "value_range: wanted two numbers"),
        (said(size_px=0), "size_px: wanted a whole number"),
        (said(size_px=64.0), "size_px: wanted a whole number"),
        (said(outputs="scores"), "outputs: wanted one of"),
        (said(temperature=0), "temperature: wanted a number above 0"),
        (said(temperature=float("nan")), "temperature: wanted a number above 0"),
        (said(labels="happy"), "labels: wanted a list"),
        (said(colour="red"), "unknown key 'colour'"),
    ],
)
def test_a_description_that_leaves_something_to_guess_is_refused(content: dict[str, Any], named: str) -> None:
    with pytest.raises(ConfigError, match=named):
        Description.from_dict(content)


def test_the_example_in_the_message_is_a_description(tmp_path: Path) -> None:
    (tmp_path / "net.toml").write_text(EXAMPLE)
    assert load_description(tmp_path / "net.toml").size_px == 64


@pytest.mark.parametrize("text", ["name = ", "\x00", "labels = 3"])
def test_a_broken_description_names_its_file(tmp_path: Path, text: str) -> None:
    (tmp_path / "net.toml").write_text(text)
    with pytest.raises(ConfigError, match=r"net\.toml"):
        load_description(tmp_path / "net.toml")


@settings(deadline=None)
@given(
    st.permutations([*NAMES, "-", "-"]),
    arrays.arrays(np.float32, (4, 9), elements=st.floats(-20, 20, width=32)),
)
def test_whatever_the_order_each_output_reaches_its_expression(
    labels: Sequence[str], outputs: np.ndarray
) -> None:
    read = Description.from_dict(said(labels=labels, outputs="logits")).read(outputs)
    for column, emotion in enumerate(EMOTIONS):
        np.testing.assert_array_equal(read[:, column], outputs[:, labels.index(str(emotion))])


@settings(deadline=None)
@given(arrays.arrays(np.float32, (3, 7), elements=st.floats(-8, 8, width=32)))
def test_probabilities_come_back_as_they_were(logits: np.ndarray) -> None:
    given_out = softmax(logits, 1.0)
    read = Description.from_dict(said()).read(given_out)
    np.testing.assert_allclose(softmax(read, 1.0), given_out, atol=1e-5)


def test_logits_described_as_probabilities_are_noticed() -> None:
    with pytest.raises(ConfigError, match="logits"):
        Description.from_dict(said()).read(np.array([[3, -1, 0, 0, 0, 0, 0]], np.float32))


@pytest.mark.parametrize("outputs", ["logits", "probabilities"])
def test_outputs_that_are_no_numbers_are_noticed(outputs: str) -> None:
    with pytest.raises(ConfigError, match="NaN"):
        Description.from_dict(said(outputs=outputs)).read(np.full((1, 7), np.nan, np.float32))


def test_another_number_of_outputs_is_noticed() -> None:
    with pytest.raises(ConfigError, match="each of the 8 outputs, got 7"):
        Description.from_dict(said()).read(np.full((1, 8), 0.125, np.float32))


@pytest.mark.parametrize(("channels", "depth"), [("grey", 1), ("rgb", 3), ("bgr", 3)])
@pytest.mark.parametrize("size_px", [32, 48, 64])
def test_black_and_white_become_the_ends_of_the_range(channels: str, depth: int, size_px: int) -> None:
    description = Description.from_dict(said(channels=channels, size_px=size_px))
    crops = np.stack([np.zeros((48, 48), np.uint8), np.full((48, 48), 255, np.uint8)])
    prepared = description.prepared(crops)
    assert prepared.shape == (2, size_px, size_px, depth)
    np.testing.assert_allclose([prepared[0].max(), prepared[1].min()], [-1, 1], atol=1e-6)


@pytest.mark.parametrize("name", ["net.onnx", "net", "absent.tflite", "absent.keras"])
def test_a_file_that_is_no_network_is_named(tmp_path: Path, name: str) -> None:
    if not name.startswith("absent"):
        (tmp_path / name).write_bytes(b"?")
    with pytest.raises(ConfigError, match=name):
        load_network(tmp_path / name)


def test_a_network_without_description_is_not_guessed_at(tmp_path: Path) -> None:
    (tmp_path / "net.tflite").write_bytes(b"?")
    with pytest.raises(ConfigError, match=r"(?s)net\.toml.*value_range"):
        load_network(tmp_path / "net.tflite")
    (tmp_path / "net.toml").write_text(EXAMPLE)
    with pytest.raises(ConfigError, match=r"net\.tflite: not a network LiteRT can run"):
        load_network(tmp_path / "net.tflite")
