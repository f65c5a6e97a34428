"""Which part of what was said is English, the one language whose mood can be read."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from db.reports import Utterance
from model.text.language import BLOCK_WORDS, count_words, is_english


@dataclass(frozen=True, slots=True)
class EnglishPart:
    """`said`: what is English, in the order that it came, or too little to tell. `other_share`: of the words,
    0..1, that are in another language. `is_told`: whether there were words enough to tell by."""

    said: tuple[Utterance, ...]
    other_share: float
    is_told: bool


def english_part(said: Sequence[Utterance]) -> EnglishPart:
    """Judged by stretches of a speaker's words: people who talk in two languages are parted."""
    judged = [(block, is_english(" ".join(one.text for one in block))) for block in _blocks(said)]
    foreign = {id(one) for block, verdict in judged if verdict is False for one in block}
    words = [(count_words(one.text), id(one) in foreign) for one in said]
    other = sum(many for many, is_other in words if is_other)
    return EnglishPart(
        tuple(one for one in said if id(one) not in foreign),
        other / max(1, sum(many for many, _ in words)),
        any(verdict is not None for _, verdict in judged),
    )


def _blocks(said: Sequence[Utterance]) -> Iterator[list[Utterance]]:
    """Each speaker's utterances in stretches of BLOCK_WORDS words at least; less only of who said less."""
    by_speaker = sorted(said, key=lambda one: one.speaker or "")
    for _, theirs in groupby(by_speaker, key=lambda one: one.speaker or ""):
        blocks: list[list[Utterance]] = []
        words = BLOCK_WORDS
        for one in theirs:
            if words >= BLOCK_WORDS:
                blocks.append([])
                words = 0
            blocks[-1].append(one)
            words += count_words(one.text)
        if words < BLOCK_WORDS and len(blocks) > 1:
            last = blocks.pop()
            blocks[-1].extend(last)
        yield from blocks
