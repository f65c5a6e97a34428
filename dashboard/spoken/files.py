"""Transcript files read whole or refused whole: WebVTT, SRT, and the chat.txt that Zoom saves."""

import html
import re
from io import StringIO

import webvtt
from webvtt.errors import MalformedCaptionError, MalformedFileError

from dashboard.spoken.cues import DAY_MS, Cue, Transcript, in_order, with_speakers
from dashboard.spoken.errors import TranscriptError

ENDINGS = ("vtt", "srt", "txt")
MOST_BYTES, MOST_CUES = 10_000_000, 20_000
CHAT_MS = 3_000
"""A line of a chat is given so long, or as long as until the next."""
WANTED = (
    "Wanted a transcript: WebVTT (.vtt) or SRT (.srt) as Zoom, Teams and Whisper write, or Zoom's chat.txt"
)
_TIME = re.compile(r"(?:(\d+):)?(\d{1,2}):(\d{2})[.,](\d{3})")
_TIMING = re.compile(r"^.*-->.*$", re.MULTILINE)
_CHAT = re.compile(
    r"^(\d{1,2}):(\d{2}):(\d{2})\s+(?:From\s+)?(\S.*?)\s*"
    r"(?:\s[tT]o\s+\S.*?)?(?::\s*\t?\s*|\s:\s)(.*)$"
)
_PRIVATE = re.compile(r"\((?:direct message|privately)\)", re.IGNORECASE)
_TAG = re.compile(r"<[^<>]*>")


def read_transcript(name: str, raw: bytes) -> Transcript:
    """Everything in the file called `name`. Raises TranscriptError."""
    text = _decoded(name, raw)
    kind = _kind(name, text)
    cues = _chat(text) if kind == "chat" else _captions(name, text, kind)
    if not cues:
        raise TranscriptError(f"{WANTED}; {name} holds no words. Choose the file that has them.")
    if len(cues) > MOST_CUES:
        raise TranscriptError(
            f"Wanted at most {MOST_CUES:,} cues, and {name} has {len(cues):,}. Split it at a pause."
        )
    kept, notes = in_order(with_speakers(cues))
    return Transcript(tuple(kept), kind == "chat", tuple(notes))


def _decoded(name: str, raw: bytes) -> str:
    if not raw.strip():
        raise TranscriptError(f"{WANTED}; {name} is empty. Save it again, or choose another file.")
    if len(raw) > MOST_BYTES:
        raise TranscriptError(f"{WANTED}; {name} has {len(raw) / 1e6:.0f} MB, more than text needs.")
    coding = "utf-16" if raw[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        text = raw.decode(coding)
    except UnicodeDecodeError as error:
        raise TranscriptError(
            f"Wanted text in UTF-8, and byte {error.start:,} of {name} is none: it was saved in another "
            "encoding, or is no text. Save it as UTF-8 and choose it again."
        ) from error
    if "\0" in text:
        raise TranscriptError(f"{WANTED}; {name} holds no text. Choose another file.")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _kind(name: str, text: str) -> str:
    first = text.lstrip().partition("\n")[0]
    if first.startswith("WEBVTT"):
        return "vtt"
    if "-->" in text:
        return "srt"
    if any(_CHAT.match(line) for line in text.splitlines()[:50]):
        return "chat"
    raise TranscriptError(f"{WANTED}; {name} begins with {first[:40]!r}. Choose another file.")


def _captions(name: str, text: str, kind: str) -> list[Cue]:
    try:
        found = (
            webvtt.from_buffer(StringIO(text), format=kind).captions
            if kind == "srt"
            else (webvtt.from_string(text).captions)
        )
    except (MalformedFileError, MalformedCaptionError, ValueError, IndexError) as error:
        raise TranscriptError(f"{WANTED}; {name} cannot be read as {kind.upper()}. Save it again.") from error
    timed = len(_TIMING.findall(text))
    if len(found) != timed:  # the library passes over what it cannot read
        raise TranscriptError(
            f"{name} has {timed:,} lines of times, and only {len(found):,} of them can be read with words "
            "below: wanted 00:01:02.500 --> 00:01:04.000. Nothing was imported. Save the file again."
        )
    cues = []
    for number, one in enumerate(found, start=1):
        start_ms, end_ms = _ms(one.start), _ms(one.end)
        if end_ms < start_ms:
            raise TranscriptError(
                f"Cue {number:,} of {name} ends ({one.end}) before it begins ({one.start}). Nothing was "
                "imported. Correct its times and choose the file again."
            )
        if words := _plain(one.raw_text):
            cues.append(Cue(start_ms, end_ms, one.voice or None, words))
    return cues


def _ms(told: str) -> int:
    found = _TIME.fullmatch(told.strip())
    if found is None:
        raise TranscriptError(f"Wanted a time like 00:01:02.500, got {told[:40]!r}. Nothing was imported.")
    hours, minutes, seconds, ms = (int(part or 0) for part in found.groups())
    return ((hours * 60 + minutes) * 60 + seconds) * 1000 + ms


def _plain(text: str) -> str:
    return " ".join(html.unescape(_TAG.sub("", text)).split())


def _chat(text: str) -> list[Cue]:
    """Lines as "14:03:22 From Anna to Everyone: words"; lines without a time belong to the one before. What
    was said to one person alone is left out."""
    begun: list[tuple[int, str, list[str]]] = []
    private = False
    day_ms = 0
    for line in text.splitlines():
        found = _CHAT.match(line)
        if found is None:
            if begun and line.strip() and not private:
                begun[-1][2].append(line.strip())
            continue
        private = bool(_PRIVATE.search(line))
        if private:
            continue
        at_ms = sum(int(found[place]) * unit for place, unit in ((1, 3_600_000), (2, 60_000), (3, 1_000)))
        if begun and at_ms + day_ms < begun[-1][0] - DAY_MS // 2:  # past midnight
            day_ms += DAY_MS
        begun.append((at_ms + day_ms, found[4].strip(), [found[5].strip()]))
    cues = []
    for place, (at_ms, who, said) in enumerate(begun):
        after_ms = begun[place + 1][0] if place + 1 < len(begun) else at_ms + CHAT_MS
        if words := " ".join(said).strip():
            cues.append(Cue(at_ms, min(at_ms + CHAT_MS, max(at_ms, after_ms)), who, words))
    return cues
