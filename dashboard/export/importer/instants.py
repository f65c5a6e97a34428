"""Instants as exports and spreadsheets write them, to milliseconds since 1970 in UTC."""

import re
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime

import numpy as np

from model.engagement.groups import Ints

NO_TIME_MS = -1
MS, SECOND_MS, MINUTE_MS = 1, 1000, 60_000
AS_EXPORTED = re.compile(r"\d{4}-\d\d-\d\dT[\d:.]*Z$")
"""All of a file is then read at once."""
DAY_FIRST = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})[ T]+(\d{1,2}:\d{2}.*)")
CLOCK = re.compile(r"\d{1,2}:\d{2}(:\d{2}([.,]\d+)?)?")
SINCE_1970 = re.compile(r"(?P<s>\d{9,10}(?:[.,]\d+)?)|(?P<ms>\d{12,13})")


def instants_ms(texts: Sequence[str]) -> Ints:
    """(n,) ms; NO_TIME_MS for what is no instant. Without a zone they are UTC, as exports are."""
    if AS_EXPORTED.match(texts[0]):
        with suppress(ValueError):
            plain = np.array([text.removesuffix("Z") for text in texts], "datetime64[ms]")
            return np.asarray(plain.astype(np.int64), np.int64)
    return np.array([_instant_ms(text.strip()) for text in texts], np.int64)


def step_ms(text: str) -> int:
    """What an instant was rounded to, by how it is written."""
    found = CLOCK.search(text)
    if found is None or found[2]:
        return MS
    return SECOND_MS if found[1] else MINUTE_MS


def _instant_ms(text: str) -> int:
    if found := SINCE_1970.fullmatch(text):
        told = found["s"]
        return round(1000 * float(told.replace(",", "."))) if told else int(found["ms"])
    if found := DAY_FIRST.fullmatch(text):
        day, month, year, clock = found.groups()
        text = f"{year}-{month:0>2}-{day:0>2}T{clock:0>5}"
    try:
        told_at = datetime.fromisoformat(text)
    except ValueError:
        return NO_TIME_MS
    aware = told_at if told_at.tzinfo else told_at.replace(tzinfo=UTC)
    return round(aware.timestamp() * 1000)
