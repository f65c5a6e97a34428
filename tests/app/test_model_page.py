"""The model's card as a page: whole, without figures, missing, not matching."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from db.store import Store
from tests.app.opening import OpenedApp, texts
from tests.made_card import made_card, write_artifact
from tests.made_sessions import face, seconds, stored


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("ATTUNE_ARTIFACT", str(tmp_path / "made48"))
    return tmp_path / "made48"


def opened(folder: Path, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    return OpenedApp(folder.parent, monkeypatch).page("model")


def test_the_card_shows_accuracy_classes_confusion_calibration_and_facts(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = opened(write_artifact(folder), monkeypatch)
    figures = {metric.label: metric.value for metric in page.metric}
    assert set(figures) == {"Accuracy", "95 % interval", "Macro F1", "When sure", "Calibration error"}
    assert len(page.get("plotly_chart")) == 3
    assert page.dataframe[0].value["name"].tolist()[0] == "Angry"
    assert page.code[0].value == made_card().runtime_sha256
    assert "Weights: **912,345**" in texts(page)
    assert "Invented for a test" in texts(page)
    assert "Expressions are not feelings" in texts(page)


def test_a_missing_card_is_a_sentence_with_what_to_do(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = opened(folder, monkeypatch)
    assert "cannot be used" in page.error[0].value
    assert "no model card" in page.code[0].value
    assert not page.metric


@pytest.mark.parametrize("content", [b"cut sho", b""])
def test_a_file_cut_short_is_a_sentence(
    folder: Path, monkeypatch: pytest.MonkeyPatch, content: bytes
) -> None:
    (write_artifact(folder) / "model.tflite").write_bytes(content)
    assert "cut short or does not match" in opened(folder, monkeypatch).code[0].value


@pytest.mark.parametrize("text", ["{", "[]", "null", '{"name": "x"}', "\ufeff{}"])
def test_a_broken_card_is_a_sentence(folder: Path, monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    (write_artifact(folder) / "card.json").write_text(text, encoding="utf-8")
    assert "not a model card" in opened(folder, monkeypatch).code[0].value


@pytest.mark.parametrize("found", [{}, {"n": 10, "accuracy": "high"}, {"per_class": []}])
def test_a_card_without_an_evaluation_says_that_nobody_knows(
    folder: Path, monkeypatch: pytest.MonkeyPatch, found: dict[str, object]
) -> None:
    page = opened(write_artifact(folder, made_card(evaluation=found)), monkeypatch)
    assert "no evaluation" in page.warning[0].value
    assert r"Temperature: **1\.31**" in texts(page)


def test_reports_say_how_good_the_model_is_or_that_nobody_knows(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = OpenedApp(folder.parent, monkeypatch)
    session_id = stored(Store(app.engine), seconds([[face()]] * 3))
    assert "its accuracy is unknown" in texts(app.page("report", session=session_id))
    write_artifact(folder)
    assert "test images as people labelled them" in texts(app.page("report", session=session_id))
