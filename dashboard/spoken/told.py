"""What a transcript tells of a session: who talked how long, what was said when, where a word stands."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from db.reports import Utterance
from model.engagement.affect import Circumplex, valence
from model.engagement.groups import Doubles
from model.text.classifier import TextClassifier

NOBODY = "Nobody named"
LEAST_WEIGHT_MS = 500
"""A word that lasts no time counts as long."""


def talk_shares(said: Sequence[Utterance]) -> pd.DataFrame:
    """A row for each speaker, who talked longest first: `speaker`, `person` (NaN for nobody known),
    `talk_ms`, without what their own utterances overlap, and `share` of all talk, 0..1."""
    spans: dict[tuple[str, int | None], list[tuple[int, int]]] = {}
    for one in said:
        spans.setdefault((one.speaker or NOBODY, one.person), []).append((one.start_ms, one.end_ms))
    rows = [(speaker, person, _length(found)) for (speaker, person), found in spans.items()]
    table = pd.DataFrame(rows, columns=["speaker", "person", "talk_ms"])
    table["share"] = table["talk_ms"] / max(1, int(table["talk_ms"].sum()))
    return table.sort_values("talk_ms", ascending=False, ignore_index=True)


def said_within(said: Sequence[Utterance], start_ms: int, end_ms: int) -> list[Utterance]:
    """What was being said in [start_ms, end_ms)."""
    return [one for one in said if one.start_ms < end_ms and one.end_ms >= start_ms]


def found_in(said: Sequence[Utterance], typed: str) -> list[Utterance]:
    """The utterances, or speakers, with all words of `typed` in them, whatever their case."""
    words = typed.casefold().split()
    return [
        one for one in said if all(word in f"{one.speaker or ''} {one.text}".casefold() for word in words)
    ]


def mood_line(
    said: Sequence[Utterance],
    network: TextClassifier,
    times_ms: Sequence[int],
    step_ms: int,
    points: Circumplex,
) -> Doubles:
    """(t,) pleasantness of the words, -1..1, in each step of `step_ms` from `times_ms` (t,) on: the mean over
    what was said in it by how long it took; NaN in silence."""
    sums, weights = np.zeros(len(times_ms)), np.zeros(len(times_ms))
    if not len(times_ms) or not said:
        return np.full(len(times_ms), np.nan)
    scores = network.scores([one.text for one in said]).astype(np.float64)
    mood = valence(scores / scores.sum(axis=1, keepdims=True), points)
    first_ms = int(times_ms[0])
    for one, value in zip(said, mood.tolist(), strict=True):
        end_ms = max(one.end_ms, one.start_ms + LEAST_WEIGHT_MS)
        begin = max(0, (one.start_ms - first_ms) // step_ms)
        for step in range(begin, min(len(times_ms), -(-(end_ms - first_ms) // step_ms))):
            from_ms = first_ms + step * step_ms
            part = min(end_ms, from_ms + step_ms) - max(one.start_ms, from_ms)
            sums[step] += value * part
            weights[step] += part
    return np.where(weights > 0, sums / np.maximum(weights, 1), np.nan)


def _length(spans: Sequence[tuple[int, int]]) -> int:
    """Of the union of `spans`."""
    ordered = sorted(spans)
    merged = [ordered[0]]
    for start_ms, end_ms in ordered[1:]:
        last_ms = merged[-1]
        if start_ms <= last_ms[1]:
            merged[-1] = (last_ms[0], max(last_ms[1], end_ms))
        else:
            merged.append((start_ms, end_ms))
    return sum(end - start for start, end in merged)
