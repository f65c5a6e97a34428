"""The model card refuses what the runtime could not trust."""

import json
from pathlib import Path
from typing import Any

import pytest

from model.card import CARD_FILE, ModelCard, load_card
from model.emotions import EMOTIONS, Certainty
from model.errors import ArtifactError


def content(**changes: Any) -> dict[str, Any]:
    return {
        "name": "made-up",
        "labels": [str(e) for e in EMOTIONS],
        "input_size_px": 48,
        "value_range": [0.0, 255.0],
        "crop_margin": 1.0,
        "crop_aligned": True,
        "temperature": 1.2,
        "min_share": 0.4,
        "min_lead": 0.1,
        "created": "2026-01-01T00:00:00+00:00",
        "files": {"model.tflite": "0" * 64},
        "runtime_file": "model.tflite",
    } | changes


def written(folder: Path, text: str) -> Path:
    (folder / CARD_FILE).write_text(text, encoding="utf-8")
    return folder


def test_a_card_reads_back_as_it_was_written(tmp_path: Path) -> None:
    card = ModelCard.from_dict(content(notes=["a limit"], evaluation={"n": 3}))
    assert load_card(written(tmp_path, card.to_json())) == card


def test_the_card_carries_the_rule_for_not_sure() -> None:
    assert ModelCard.from_dict(content(min_share=0.5, min_lead=0.2)).certainty == Certainty(0.5, 0.2)


def test_the_card_names_the_sum_of_the_file_the_runtime_loads() -> None:
    files = {"a.tflite": "a" * 64, "b.tflite": "b" * 64}
    assert ModelCard.from_dict(content(files=files, runtime_file="b.tflite")).runtime_sha256 == "b" * 64


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"labels": [str(e) for e in reversed(EMOTIONS)]}, "labels"),
        ({"labels": ["angry"]}, "labels"),
        ({"runtime_file": "other.tflite"}, "runtime_file"),
        ({"temperature": 0}, "temperature"),
        ({"crop_margin": -1.0}, "crop_margin"),
        ({"colour": "red"}, "colour"),
        ({"zooms": 3}, "zooms: wanted a list, got 3"),
        ({"zooms": ["near"]}, r"zooms: wanted numbers, got \['near'\]"),
        ({"zooms": []}, "zooms: wanted one or more"),
        ({"labels": "angry"}, "labels: wanted a list"),
        ({"value_range": [0, None]}, "value_range: wanted numbers"),
        ({"min_share": "x"}, "min_share: wanted a number, got 'x'"),
        ({"min_lead": True}, "min_lead: wanted a number, got True"),
        ({"temperature": float("nan")}, "temperature: wanted a number, got nan"),
        ({"input_size_px": 48.5}, "input_size_px: wanted a whole number, got 48.5"),
        ({"input_size_px": "48"}, "input_size_px: wanted a number, got '48'"),
        ({"files": ["model.tflite"]}, "files: wanted an object"),
        ({"datasets": "FER2013"}, "datasets: wanted an object of names and values, got 'FER2013'"),
    ],
)
def test_a_wrong_field_is_named(tmp_path: Path, changes: dict[str, Any], named: str) -> None:
    with pytest.raises(ArtifactError, match=named):
        load_card(written(tmp_path, json.dumps(content(**changes))))


def test_a_missing_field_is_named(tmp_path: Path) -> None:
    incomplete = content()
    del incomplete["temperature"]
    with pytest.raises(ArtifactError, match="temperature"):
        load_card(written(tmp_path, json.dumps(incomplete)))


@pytest.mark.parametrize("text", ["", "{", "[1, 2]", "null", '"card"'])
def test_what_is_no_card_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(ArtifactError, match="not a model card"):
        load_card(written(tmp_path, text))


def test_a_folder_without_a_card_says_where_to_get_one(tmp_path: Path) -> None:
    with pytest.raises(ArtifactError, match=r"no model card.*restore"):
        load_card(tmp_path)
