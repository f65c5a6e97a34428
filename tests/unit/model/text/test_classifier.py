"""The network of words as shipped: what it reads, how alike in batches, what it refuses."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.emotions import EMOTIONS, Emotion
from model.errors import ArtifactError
from model.text.card import DEFAULT_TEXT_ARTIFACT, load_text_card
from model.text.classifier import TextClassifier, text_classifier
from model.text.features import CHARACTERS, FEATURES, TABLE, grams_of

SAID = {
    "I love this, thank you so much!": Emotion.HAPPY,
    "That is disgusting, I want to throw up": Emotion.DISGUST,
    "I am so sad, I miss him and cry every day": Emotion.SAD,
    "I'm terrified, this scares me so much": Emotion.FEAR,
    "You stupid idiots make me so angry, I hate you": Emotion.ANGRY,
    "Wow, I did not expect that! What a surprise": Emotion.SURPRISE,
}


def test_plain_sentences_are_read_as_people_read_them() -> None:
    read = text_classifier().read(list(SAID))
    assert [one.leading for one in read] == list(SAID.values())


def test_what_says_nothing_is_not_sure() -> None:
    for one in text_classifier().read(["", "   ", "1234 ...", "\N{THUMBS UP SIGN}"]):
        assert one.leading is None and one.named == ()


@given(st.lists(st.text(max_size=80), min_size=1, max_size=6))
def test_any_text_alone_is_read_as_in_a_batch(texts: list[str]) -> None:
    network = text_classifier()
    together, alone = network.scores(texts), np.concatenate([network.scores([one]) for one in texts])
    assert np.allclose(together, alone, atol=1e-5)
    assert ((together >= 0) & (together <= 1)).all() and together.shape == (len(texts), len(EMOTIONS))


def test_every_pair_of_neighbours_becomes_one_feature() -> None:
    found = grams_of(["ab ab"])  # " ab ab " has 7 characters
    words, characters = found.feature < TABLE, found.feature >= TABLE
    assert words.sum() == 3 and characters.sum() == sum(7 - size + 1 for size in CHARACTERS)
    assert len(set(found.feature[words].tolist())) == 2
    assert found.feature.max() < FEATURES


def test_no_n_gram_reaches_into_the_next_text() -> None:
    both, one = grams_of(["good day", "bad"]), grams_of(["good day"])
    assert sorted(both.feature[both.text == 0].tolist()) == sorted(one.feature.tolist())


def test_the_shipped_card_says_language_data_and_what_was_reached() -> None:
    card = load_text_card(DEFAULT_TEXT_ARTIFACT)
    assert card.language == "English" and any("English only" in note for note in card.notes)
    (found,) = card.evaluation.values()
    low, high = found["macro_f1_ci95"]
    assert found["macro_f1"] >= 0.58 and low < found["macro_f1"] < high
    assert found["megabytes"] <= 1 and set(found["per_class"]) == {str(one) for one in EMOTIONS}
    assert (DEFAULT_TEXT_ARTIFACT / "weights.npz").stat().st_size <= 1_000_000


@pytest.mark.parametrize("broken", ["card", "weights", "labels"])
def test_a_folder_that_does_not_match_is_refused(tmp_path: Path, broken: str) -> None:
    folder = tmp_path / "words"
    shutil.copytree(DEFAULT_TEXT_ARTIFACT, folder)
    if broken == "weights":
        (folder / "weights.npz").write_bytes(b"PK\x05\x06" + bytes(18))
    elif broken == "card":
        (folder / "card.json").unlink()
    else:
        card = json.loads((folder / "card.json").read_text())
        (folder / "card.json").write_text(json.dumps(card | {"labels": ["joy"]}))
    with pytest.raises(ArtifactError, match="wanted"):
        TextClassifier.load(folder)
