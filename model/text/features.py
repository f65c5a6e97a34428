"""An utterance as hashed n-grams, computed for a whole batch by numpy alone.

Words and pairs of words, and every 2 to 5 neighbouring characters, each hashed into a table of its own.
All hashes come from one running sum: with P odd, P has an inverse modulo 2^64, so that the hash of
a stretch [a, b) is (S[b] - S[a]) * P^a, where S is the sum of c[j] * P^-j.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

TABLE_BITS = 16
TABLE = 1 << TABLE_BITS
FEATURES = 2 * TABLE
"""Words and pairs of words lie in the first half, characters in the second."""
CHARACTERS = (2, 3, 4, 5)
LONGEST = 2000
"""Characters of an utterance that are read."""
_END, _SPACE = 10, 32
_LINK = re.compile(r"(?:https?://|www\.)\S+")
_BLANK = re.compile(r"\s+")
_P = 0x9E3779B97F4A7C15
_P_INVERSE = pow(_P, -1, 1 << 64)
_PAIR, _MIX = np.uint64(0xC2B2AE3D27D4EB4F), np.uint64(0xFF51AFD7ED558CCD)

Hashes = NDArray[np.uint64]
Places = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Grams:
    """`feature` (n,) int64 in [0, FEATURES) and `text` (n,) int64, the number of the text it stands in."""

    feature: Places
    text: Places


def normalised(text: str) -> str:
    """Small letters, one space between words, links as one word, at most LONGEST characters."""
    return _BLANK.sub(" ", _LINK.sub("link", text[:LONGEST].replace("\u2019", "'"))).strip().lower()


def grams_of(texts: Sequence[str]) -> Grams:
    """Every n-gram of every text, words before characters; an n-gram that occurs twice is there twice."""
    joined = "\n".join(f" {normalised(text)} " for text in texts) + "\n"
    codes = np.frombuffer(joined.encode("utf-32-le", "surrogatepass"), np.uint32).astype(np.uint64)
    owner = np.cumsum(codes == _END) - (codes == _END)
    hashes = _Hashes(codes)
    found = [*_words(hashes, codes, owner), *_characters(hashes, codes, owner)]
    return Grams(np.concatenate([one.feature for one in found]), np.concatenate([one.text for one in found]))


class _Hashes:
    """Hashes of any stretches of `codes`."""

    def __init__(self, codes: Hashes) -> None:
        inverse, forward = np.full(len(codes), _P_INVERSE, np.uint64), np.full(len(codes), _P, np.uint64)
        inverse[0] = forward[0] = 1
        self._sum = np.concatenate([[np.uint64(0)], np.cumsum((codes + 1) * np.cumprod(inverse))])
        self._power = np.cumprod(forward)

    def of(self, start: Places, end: Places) -> Hashes:
        found: Hashes = (self._sum[end] - self._sum[start]) * self._power[start]
        return found


def _in_table(hashes: Hashes) -> Places:
    mixed = (hashes ^ (hashes >> np.uint64(33))) * _MIX
    return (mixed >> np.uint64(64 - TABLE_BITS)).astype(np.int64)


def _words(hashes: _Hashes, codes: Hashes, owner: Places) -> list[Grams]:
    """Words are runs of letters, digits and apostrophes; any other sign is a word of its own."""
    letter = (
        (codes >= 128) | ((codes >= 97) & (codes <= 122)) | ((codes >= 48) & (codes <= 57)) | (codes == 39)
    )
    sign = ~letter & (codes != _SPACE) & (codes != _END)
    before, after = np.concatenate([[False], letter[:-1]]), np.concatenate([letter[1:], [False]])
    start = np.flatnonzero(sign | (letter & ~before))
    end = np.flatnonzero(sign | (letter & ~after)) + 1
    one, text = hashes.of(start, end), owner[start]
    near = text[:-1] == text[1:]
    pair = (one[:-1] * _PAIR + one[1:])[near]
    return [Grams(_in_table(one), text), Grams(_in_table(pair), text[:-1][near])]


def _characters(hashes: _Hashes, codes: Hashes, owner: Places) -> list[Grams]:
    found = []
    for size in CHARACTERS:
        start = np.arange(max(0, len(codes) - size + 1))
        start = start[(owner[start] == owner[start + size - 1]) & (codes[start + size - 1] != _END)]
        found.append(Grams(TABLE + _in_table(hashes.of(start, start + size)), owner[start]))
    return found
