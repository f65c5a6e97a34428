"""Whether words are English, the one language that the network of words has learned.

Told by the share of the commonest English words, but for those that are common in another language as well
("was", "in", "me", "also"): elsewhere even one of them in ten words is rare.
"""

import re

COMMON = frozenset(
    """
    the this that these those there here it it's that's there's i'm i've i'll you you're your she they they're
    their them him our we're we've its not be been being have haven't did didn't don't doesn't isn't wasn't
    can can't could would should might must won't were and because than when where which what who why how if
    to from by about into out before after between through with without like just very really too only some
    any every much many more most other know think need going make said look well right yes yeah good
    """.split()  # noqa: SIM905
)
LEAST_SHARE = 0.08
TELLING_WORDS = 8
"""From so many words on, a smaller share says that they are not English. Of the comments in GoEmotions'
development file 3 % with 8 to 10 words have not one of COMMON, of those with fewer 10 to 50 %."""
BLOCK_WORDS = 25
"""Stretches of a talk are judged so long: of 2,100 such ones of these comments 0.2 % are taken for another
language, of 656 in 25 other languages none for English (tests/unit/model/text/test_language.py)."""
FOREIGN_LETTERS = 0.35
"""Share of letters other than a to z that no language written in them reaches: Vietnamese has 0.29."""
LETTERS_OF_A_WORD = 6
"""Where a script has no spaces."""
_WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)*")


def words_of(text: str) -> list[str]:
    """In small letters, without digits and signs."""
    return _WORD.findall(text.lower().replace("\u2019", "'"))


def count_words(text: str) -> int:
    """How many words there are, or would be, had the script spaces."""
    words = words_of(text)
    return max(len(words), sum(map(len, words)) // LETTERS_OF_A_WORD)


def is_english(text: str) -> bool | None:
    """None: too few words to tell, or none."""
    words, letters = words_of(text), [one for one in text.lower() if one.isalpha()]
    if not words:
        return None
    if sum(not "a" <= one <= "z" for one in letters) > FOREIGN_LETTERS * len(letters):
        return False
    if sum(one in COMMON for one in words) >= LEAST_SHARE * len(words):
        return True
    return False if len(words) >= TELLING_WORDS else None
