"""`training.text` on a small set made here: it learns, measures itself, and refuses what it cannot read."""

import json
from pathlib import Path

import pytest

from model.emotions import EMOTIONS
from model.text.classifier import TextClassifier
from training.text.__main__ import main

WORDS = {
    "0": "hate angry",
    "1": "gross vile",
    "2": "scared afraid",
    "3": "love glad",
    "4": "table nine",
    "5": "miss cry",
    "6": "wow sudden",
}


def written(path: Path, repeats: int) -> Path:
    lines = [
        f"{first} {'really ' * (n % 3)}{second} {n % 5}\t{label}\tid{n}"
        for n in range(repeats)
        for label, (first, second) in ((key, value.split()) for key, value in WORDS.items())
    ]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def test_a_network_is_trained_measured_and_read_back(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    train, dev, out = written(tmp_path / "t.tsv", 12), written(tmp_path / "d.tsv", 6), tmp_path / "out"
    assert main(["--train", str(train), "--dev", str(dev), "--out", str(out)]) == 0
    capsys.readouterr()
    assert main(["--evaluate", str(out), "--data", str(dev), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["macro_f1"] > 0.95 and found["n"] == 42 and found["sha256"]
    assert set(found["per_class"]) == {str(one) for one in EMOTIONS}
    assert {"ece", "macro_f1_ci95", "not_sure_share", "megabytes", "us_per_utterance"} <= set(found)
    assert str(TextClassifier.load(out).read(["love glad 1"])[0].leading) == "happy"


def test_any_csv_of_text_and_label_is_measured(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from model.text.card import DEFAULT_TEXT_ARTIFACT

    data = tmp_path / "own.csv"
    data.write_text('text,label\n"I love it, truly",joy\n"I am so sad, I cry",sadness\n', encoding="utf-8")
    assert main(["--evaluate", str(DEFAULT_TEXT_ARTIFACT), "--data", str(data), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["n"] == 2 and found["per_class"]["happy"]["recall"] == 1


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "found none"),
        (b"only text\n", "got 1 column"),
        (b"hello\tecstatic\n", "wanted labels out of"),
        (b"\xff\xfe\x00", "wanted UTF-8"),
    ],
)
def test_what_cannot_be_read_is_a_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], content: bytes, told: str
) -> None:
    from model.text.card import DEFAULT_TEXT_ARTIFACT

    (tmp_path / "bad.tsv").write_bytes(content)
    assert main(["--evaluate", str(DEFAULT_TEXT_ARTIFACT), "--data", str(tmp_path / "bad.tsv")]) == 1
    assert told in capsys.readouterr().err
