"""English told from other languages by its commonest words, on what a meeting says and on real comments."""

from itertools import islice

import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.text.language import BLOCK_WORDS, count_words, is_english
from tests.made.languages import ENGLISH, FOREIGN
from tests.made.media import DATA, needs_data

STEP = 5


@pytest.mark.parametrize("text", ENGLISH)
def test_what_a_meeting_says_in_english_is_english(text: str) -> None:
    assert is_english(text)


@pytest.mark.parametrize("language", FOREIGN)
def test_no_stretch_of_another_language_is_english(language: str) -> None:
    words = FOREIGN[language].split()
    assert is_english(FOREIGN[language]) is False
    for at in range(0, len(words) - BLOCK_WORDS, STEP):
        assert is_english(" ".join(words[at : at + BLOCK_WORDS])) is False


@needs_data
def test_of_a_thousand_stretches_of_comments_no_more_than_five_are_taken_for_another_language() -> None:
    lines = (DATA / "goemotions_ekman_dev.tsv").read_text(encoding="utf-8").splitlines()
    stretches, told = [""], 0
    for line in lines:
        stretches[-1] += f" {line.partition(chr(9))[0]}"
        if count_words(stretches[-1]) >= BLOCK_WORDS:
            stretches.append("")
    for one in islice(stretches, 1000):
        told += is_english(one) is not True
    assert len(stretches) > 1000 and told <= 5


@pytest.mark.parametrize("text", ["", "1234 ...", "Great job!", "Das ist wunderbar, vielen Dank!"])
def test_of_few_words_nothing_is_said(text: str) -> None:
    assert is_english(text) is None


@pytest.mark.parametrize("text", ["Спасибо", "今日はとても嬉しい", "شكرا"])
def test_another_script_needs_no_more_than_a_word(text: str) -> None:
    assert is_english(text) is False


@given(st.text(max_size=300))
def test_any_text_has_an_answer_that_its_case_does_not_change(text: str) -> None:
    assert count_words(text) >= 0
    if text.isascii():
        assert is_english(text) is is_english(text.upper())
