"""The model's card as a page: whole, without figures, missing, not matching; and a photo explained."""

import json
from pathlib import Path

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from db.store import Store
from tests.app.opening import OpenedApp, texts
from tests.made.card import evaluation, made_card, write_artifact
from tests.made.evidence import ARCHITECTURES, CLEANING, OTHER_DATA, ROBUSTNESS, curves
from tests.made.faces import face, seconds
from tests.made.media import face_grid
from tests.made.photos import bgr_png, png_that_declares
from tests.made.sessions import stored


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
    assert len(page.get("plotly_chart")) == 4
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


def test_an_older_card_shows_the_figures_it_has(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    older = {name: evaluation()[name] for name in ("n", "accuracy", "confusion")}
    page = opened(write_artifact(folder, made_card(evaluation=older)), monkeypatch)
    assert [metric.label for metric in page.metric] == ["Accuracy"]
    assert len(page.get("plotly_chart")) == 2
    assert not page.warning and "cannot be read" not in texts(page)


def test_what_is_wrong_in_a_card_is_said_and_the_rest_shown(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    card = made_card(evaluation=evaluation() | {"top2": "high"}, robustness={"n": 3}, other_data=OTHER_DATA)
    page = opened(write_artifact(folder, card), monkeypatch)
    said = texts(page).replace("\\", "")
    assert "evaluation: top2: wanted a number, got 'high'; robustness: clean is missing" in said
    assert len(page.metric) == 5
    assert "On other data sets" in [each.value for each in page.header]


def test_reports_say_how_good_the_model_is_or_that_nobody_knows(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = OpenedApp(folder.parent, monkeypatch)
    session_id = stored(Store(app.engine), seconds([[face()]] * 3))
    assert "its accuracy is unknown" in texts(app.page("report", session=session_id))
    write_artifact(folder)
    assert "test images as people labelled them" in texts(app.page("report", session=session_id))


def test_a_card_with_everything_shows_trials_run_and_data(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = evaluation()
    for figures in found["per_class"].values():
        figures["recall_ci95"] = [0.4, 0.9]
    card = made_card(
        evaluation=found | {"top2": 0.84},
        architecture="compact",
        curves=curves(20),
        robustness=ROBUSTNESS,
        other_data=OTHER_DATA,
        cleaning=CLEANING,
    )
    write_artifact(folder, card)
    networks = ARCHITECTURES | {"note": "Nothing else ran."}
    (folder.parent / "architectures.json").write_text(json.dumps(networks), encoding="utf-8")
    page = opened(folder, monkeypatch)
    assert [tab.label for tab in page.tabs] == [
        "Overview",
        "Explain a photo",
        "Try a sentence",
        "Mistakes and trials",
        "Network and run",
        "Data",
    ]
    for heading in ("Under harder conditions", "On other data sets", "Networks compared", "How it learned"):
        assert heading in [each.value for each in page.header]
    assert len(page.get("plotly_chart")) == 8
    tables = [table.value for table in page.dataframe]
    assert tables[0]["interval"].tolist() == ["40 to 90\u00a0%"] * 7
    assert [n for table in tables for n in table.get("name", [])][-2:] == ["cnn", "compact (this one)"]
    assert "70 dropped" in texts(page) and "Nothing else ran" in texts(page)


def test_the_confusion_matrix_shows_shares_or_counts(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = opened(write_artifact(folder), monkeypatch)
    [control] = [each for each in page.button_group if "Number of images" in each.options]
    assert control.value == "Percent of each row"
    control.set_value("Number of images").run()
    assert "customdata" in str(page.get("plotly_chart")[2].proto.spec)


@pytest.fixture
def shipped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    """The page of the network that is shipped, a photo not yet chosen."""
    return OpenedApp(tmp_path, monkeypatch).page("model")


def uploaded(page: AppTest, content: bytes, name: str = "photo.png") -> AppTest:
    page.file_uploader[0].set_value((name, content, "image/png")).run()
    assert not page.exception
    return page


def test_a_photo_is_explained_face_by_face(shipped: AppTest) -> None:
    before = len(shipped.get("plotly_chart"))
    page = uploaded(shipped, bgr_png(face_grid(1, 2, 640, 320)))
    assert "2 faces found." in texts(page)
    assert len(page.get("plotly_chart")) == before + 2
    assert any(each.value.startswith("**2. ") for each in page.markdown)


def test_another_expression_can_be_mapped_where_the_network_has_maps(shipped: AppTest) -> None:
    page = uploaded(shipped, bgr_png(face_grid(1, 1, 320, 320)))
    pills = [each for each in page.button_group if "Leading" in each.options]
    if not pills:
        assert "no class-activation maps" in texts(page)
        return
    pills[0].set_value("fear").run()
    assert not page.exception
    assert any("map of fear" in caption for image in page.image for caption in image.captions)


def test_more_than_twelve_faces_are_counted(shipped: AppTest) -> None:
    page = uploaded(shipped, bgr_png(face_grid(4, 4, 1280, 720)))
    assert "16 faces found; the 12 largest are explained, 4 more are not" in texts(page)


def test_a_photo_without_a_face_says_what_to_try(shipped: AppTest) -> None:
    page = uploaded(shipped, bgr_png(np.full((200, 300, 3), 90, np.uint8)))
    assert "No face was found" in page.info[0].value


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "0 bytes"),
        (b"not a picture", "Wanted a photo"),
        (png_that_declares(50_000, 50_000), "million"),
        (bgr_png(np.zeros((50, 50, 3), np.uint8))[:60], "cut short"),
    ],
)
def test_what_is_no_photo_is_a_sentence(shipped: AppTest, content: bytes, said: str) -> None:
    assert said in uploaded(shipped, content).error[0].value


def test_a_network_that_cannot_run_is_a_sentence_when_a_photo_comes(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = opened(write_artifact(folder), monkeypatch)
    assert "not a network" in uploaded(page, bgr_png(face_grid(1, 1, 320, 320))).error[0].value


def test_a_sentence_can_be_tried_and_english_only_is_said(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = opened(write_artifact(folder), monkeypatch)
    box = next(one for one in page.text_area if one.label == "A sentence in English")
    page = box.set_value("I am so sad, I miss him and cry every day").run()
    assert "**Sad**" in texts(page) and "English only" in texts(page)
    box = next(one for one in page.text_area if one.label == "A sentence in English")
    assert "Not sure" in texts(box.set_value("1234").run())


def test_a_sentence_in_another_language_is_not_sure_with_a_warning(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = opened(write_artifact(folder), monkeypatch)
    for typed, told in (
        ("Ich bin so traurig, ich vermisse ihn jeden Tag", "does not look like English"),
        ("Vielen Dank euch!", "Too few words"),
    ):
        box = next(one for one in page.text_area if one.label == "A sentence in English")
        page = box.set_value(typed).run()
        assert told in page.warning[0].value
