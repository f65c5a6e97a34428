"""Which part of a talk is English, by stretches of each speaker's words."""

import re

from dashboard.spoken.english import english_part
from db.reports import Utterance
from tests.made.languages import ENGLISH, FOREIGN


def said(*turns: tuple[str, str]) -> list[Utterance]:
    sentences = [(who, one) for who, text in turns for one in re.split(r"(?<=[.?!]) ", text)]
    return [Utterance(1000 * n, 1000 * n + 900, who, one) for n, (who, one) in enumerate(sentences)]


def test_all_english_stays_whole_and_in_order() -> None:
    talk = said(("Ann", ENGLISH[0]), ("Ben", "Yes."), ("Ann", ENGLISH[1]))
    part = english_part(talk)
    assert (list(part.said), part.other_share, part.is_told) == (talk, 0, True)


def test_who_talks_in_another_language_is_left_out_and_counted() -> None:
    for other in ("German", "Spanish", "Japanese"):
        talk = said(("Ann", ENGLISH[0]), ("Ben", FOREIGN[other]), ("Ann", ENGLISH[1]))
        part = english_part(talk)
        assert {one.speaker for one in part.said} == {"Ann"} and 0.05 < part.other_share < 0.5


def test_a_short_answer_is_judged_with_what_the_same_person_said_before() -> None:
    part = english_part(said(("Ann", f"{FOREIGN['French']} Très bien !")))
    assert (part.said, part.other_share) == ((), 1)


def test_two_words_are_too_few_to_tell_by() -> None:
    part = english_part(said(("Ann", "Merci beaucoup.")))
    assert len(part.said) == 1 and not part.is_told and part.other_share == 0


def test_nothing_said_is_nothing() -> None:
    assert english_part([]).said == () and not english_part([]).is_told
