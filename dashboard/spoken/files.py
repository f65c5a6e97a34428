"""Transcript files read whole or refused whole: WebVTT, SRT, and the chat.txt that Zoom saves (chat.py)."""

import html
import re
from io import StringIO

import webvtt
from webvtt.errors import MalformedCaptionError, MalformedFileError

from dashboard.spoken.chat import chat_cues, is_chat
from dashboard.spoken.cues import Cue, Transcript, in_order, with_speakers
from dashboard.spoken.errors import TranscriptError
from dashboard.wording import counted

ENDINGS = ("vtt", "srt", "txt")
MOST_BYTES, MOST_CUES = 10_000_000, 20_000
WANTED = (
    "Wanted a transcript: WebVTT (.vtt) or SRT (.srt) as Zoom, Teams and Whisper write, or Zoom's chat.txt"
)
_TIME = re.compile(r"(?:(\d+):)?([0-5]?\d):([0-5]\d)[.,](\d{3})")
_TIMED = re.compile(r"^[^\S\n]*-?\d[^\s>]*[^\S\n]*-->.*$", re.MULTILINE)
_WORDLESS = re.compile(r"\s*\Z|\n[^\S\n]*\n\s*(?:[^\n]*\n)?[^\S\n]*-?\d[^\s>]*[^\S\n]*-->")
"""What follows a line of times without words: nothing, or the next cue."""
_TAG = re.compile(r"</?[^\W\d][^<>]*>|<\d[\d:.]*>|</>")
_VOICE = re.compile(r"<v(?:\.[^\s<>]*)?[^\S\n]+([^<>]+)>")


def read_transcript(name: str, raw: bytes) -> Transcript:
    """Everything in the file called `name`. Raises TranscriptError."""
    text = _decoded(name, raw)
    kind = _kind(name, text)
    cues = chat_cues(text) if kind == "chat" else _captions(name, text, kind)
    if not cues:
        raise TranscriptError(f"{WANTED}; {name} holds no words. Choose the file that has them.")
    if len(cues) > MOST_CUES:
        raise TranscriptError(
            f"Wanted at most {MOST_CUES:,} cues, and {name} has {len(cues):,}. Split it at a pause."
        )
    kept, notes = in_order(with_speakers(cues))
    return Transcript(tuple(kept), kind == "chat", tuple(notes))


def _decoded(name: str, raw: bytes) -> str:
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
    if not text.strip():
        raise TranscriptError(f"{WANTED}; {name} is empty. Save it again, or choose another file.")
    if "\0" in text:
        raise TranscriptError(f"{WANTED}; {name} holds no text. Choose another file.")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _kind(name: str, text: str) -> str:
    first = text.lstrip().partition("\n")[0]
    if first.startswith("WEBVTT"):
        return "vtt"
    if "-->" in text:
        return "srt"
    if is_chat(text):
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
        begin = text.lstrip().partition("\n")[0][:40]
        raise TranscriptError(
            f"{WANTED}; {name} begins with {begin!r}, which is neither WEBVTT nor the number of an SRT's "
            "first cue. Save it again."
        ) from error
    _check_none_is_lost(name, text, sum(bool(one.raw_text.strip()) for one in found))
    cues = []
    for number, one in enumerate(found, start=1):
        start_ms, end_ms = _ms(one.start), _ms(one.end)
        if end_ms < start_ms:
            raise TranscriptError(
                f"Cue {number:,} of {name} ends ({one.end}) before it begins ({one.start}). Nothing was "
                "imported. Correct its times and choose the file again."
            )
        cues += [Cue(start_ms, end_ms, who, words) for who, words in _voices(one.raw_text)]
    return cues


def _check_none_is_lost(name: str, text: str, read: int) -> None:
    """The library passes over what it cannot read. Raises TranscriptError where words would be missing."""
    timed = sum(_WORDLESS.match(text, one.end()) is None for one in _TIMED.finditer(text))
    if read != timed:
        raise TranscriptError(
            f"{name} has {counted(timed, 'line', 'lines')} of times with words, and {read:,} of them can be "
            "read: wanted 00:01:02.500 --> 00:01:04.000. Nothing was imported. Save the file again."
        )


def _voices(text: str) -> list[tuple[str | None, str]]:
    """A cue's words, each one's apart where several speak in it."""
    before, *parts = _VOICE.split(text)
    spoken = [(None, before), *zip(parts[::2], parts[1::2], strict=True)]
    return [(_plain(who) if who else None, plain) for who, words in spoken if (plain := _plain(words))]


def _ms(told: str) -> int:
    found = _TIME.fullmatch(told.strip())
    if found is None:
        raise TranscriptError(f"Wanted a time like 00:01:02.500, got {told[:40]!r}. Nothing was imported.")
    hours, minutes, seconds, ms = (int(part or 0) for part in found.groups())
    return ((hours * 60 + minutes) * 60 + seconds) * 1000 + ms


def _plain(text: str) -> str:
    return " ".join(html.unescape(_TAG.sub("", text)).split())
