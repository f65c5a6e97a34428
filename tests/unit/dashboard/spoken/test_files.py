"""Transcript files of every kind that meetings give, and the sentences for those that are none."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.spoken.aligning import aligned, better_shift, likely_people, own_shift, parse_shift, told_shift
from dashboard.spoken.cues import Cue, Transcript
from dashboard.spoken.errors import TranscriptError
from dashboard.spoken.files import MOST_CUES, read_transcript
from dashboard.spoken.told import found_in, said_within, talk_shares
from db.reports import Utterance

HOUR_MS = 3_600_000


def test_webvtt_of_teams_keeps_names_milliseconds_and_words() -> None:
    text = "WEBVTT\n\na1/2-0\n00:00:01.510 --> 00:00:03.250\n<v Ann Bee>Hello &amp; <i>good</i> day</v>\n"
    assert read_transcript("t.vtt", text.encode()).cues == (Cue(1_510, 3_250, "Ann Bee", "Hello & good day"),)


def test_srt_in_utf_16_with_names_before_the_words_is_read() -> None:
    first = "1\r\n00:00:01,500 --> 00:00:03,000\r\nZoë: Hi\r\nthere\r\n\r\n"
    text = first + "2\r\n00:00:04,000 --> 00:00:05,000\r\nBen: Yes\r\n"
    assert read_transcript("t.srt", text.encode("utf-16")).cues == (
        Cue(1_500, 3_000, "Zoë", "Hi there"),
        Cue(4_000, 5_000, "Ben", "Yes"),
    )


def test_one_note_makes_nobody_a_speaker() -> None:
    lines = "".join(
        f"{n}\n00:00:0{n},000 --> 00:00:0{n},900\n{'Note: ' if n == 1 else ''}word {n}\n\n" for n in (1, 2, 3)
    )
    assert {one.speaker for one in read_transcript("t.srt", lines.encode()).cues} == {None}


def test_zooms_chat_is_read_in_both_forms_without_what_was_private() -> None:
    text = (
        "14:03:22 From Jane Doe to Everyone:\n\tHello\n\tall\n14:03:40\t From  Ben Li : Hi: you\n"
        "14:05:00 From Ann to Ben (Direct Message):\n\tsecret\n00:00:10\tJane Doe:\tlate\n"
    )
    read = read_transcript("chat.txt", text.encode())
    assert read.of_day
    assert [(one.speaker, one.text) for one in read.cues] == [
        ("Jane Doe", "Hello all"),
        ("Ben Li", "Hi: you"),
        ("Jane Doe", "late"),
    ]
    assert read.cues[2].start_ms == 24 * HOUR_MS + 10_000, "past midnight"


def test_of_a_chats_replies_the_words_of_others_are_left_out_and_reactions_are_no_words() -> None:
    text = (
        "2:03:22 PM From Jane to Everyone:\n\tHello\n2:04:00 PM From Ben to Everyone:\n"
        '\tReplying to "Hello"\n\n\tHi!\n2:05:00 PM From Ann to Everyone:\n\tReacted to "Hello" with 👍\n'
        '2:05:10 PM From Ann to Everyone:\n\tRemoved a 👍 reaction from "Hello"\n'
    )
    read = read_transcript("chat.txt", text.encode())
    assert [(one.speaker, one.text) for one in read.cues] == [("Jane", "Hello"), ("Ben", "Hi!")]
    assert read.cues[0].start_ms == 14 * HOUR_MS + 3 * 60_000 + 22_000


@pytest.mark.parametrize("long", [" " * 1_000_000, "a to " * 200_000, "a: " * 300_000])
def test_a_line_of_a_megabyte_is_read_in_one_pass(long: str) -> None:
    text = f"14:03:22 From Jane to Everyone: Hello\n14:03:23 {long}b\n"
    assert read_transcript("chat.txt", text.encode()).cues[0].speaker == "Jane"


def test_each_ones_words_of_a_cue_in_which_several_speak_stay_their_own() -> None:
    text = "WEBVTT\n\n00:01.000 --> 00:02.000\n<v Ann>Hi</v>\n<v.loud Ben Li>2 < 3\nHo</v>\n"
    read = read_transcript("t.vtt", text.encode())
    assert [(one.speaker, one.text) for one in read.cues] == [("Ann", "Hi"), ("Ben Li", "2 < 3 Ho")]


def test_notes_styles_arrows_in_words_cues_without_words_and_a_hundred_hours_lose_nothing() -> None:
    vtt = (
        "\ufeffWEBVTT - made\n\nSTYLE\n::cue {}\n\nREGION\nid:a\n\nNOTE 00:01.000 --> 00:02.000 is out\n\n"
        "1 - one\n00:03.000 --> 00:04.000 align:start\nHi\n"
    )
    assert [one.text for one in read_transcript("t.vtt", vtt.encode()).cues] == ["Hi"]
    srt = (
        "1\n00:00:01,000 --> 00:00:02,000\n\n2\n00:00:03.000 --> 00:00:03.000\n[SPEAKER_00]: A --> B\n\n"
        "3\n100:00:00,000 --> 100:00:01,000\n[SPEAKER_01]: late\n"
    )
    assert read_transcript("t.srt", srt.encode()).cues == (
        Cue(3_000, 3_000, "SPEAKER_00", "A --> B"),
        Cue(100 * HOUR_MS, 100 * HOUR_MS + 1_000, "SPEAKER_01", "late"),
    )


def test_cues_out_of_order_are_sorted_and_overlapping_ones_kept_and_both_are_said() -> None:
    text = "WEBVTT\n\n00:05.000 --> 00:09.000\nb\n\n00:01.000 --> 00:06.000\na\n"
    read = read_transcript("t.vtt", text.encode())
    assert [one.text for one in read.cues] == ["a", "b"]
    assert "out of order" in read.notes[0] and "at once" in read.notes[1]


def test_ten_thousand_cues_are_read_and_more_than_that_bounded() -> None:
    cue = "{n}\n00:00:01,000 --> 00:00:02,000\nword\n\n"
    assert (
        len(read_transcript("t.srt", "".join(cue.format(n=n) for n in range(10_000)).encode()).cues) == 10_000
    )
    with pytest.raises(TranscriptError, match="at most 20,000"):
        read_transcript("t.srt", "".join(cue.format(n=n) for n in range(MOST_CUES + 1)).encode())


@pytest.mark.parametrize(
    ("raw", "told"),
    [
        (b"", "is empty"),
        (b"  \n ", "is empty"),
        ("Zoë: Hi".encode("latin-1"), "UTF-8"),
        (b"PK\x03\x04\x00\x00", "no text"),
        (b"Dear all, this is a letter", "begins with"),
        (b"WEBVTT\n", "no words"),
        (b"WEBVTT\n\n00:05.000 --> 00:03.000\nhi\n", "ends \\(.*before it begins"),
        (b"WEBVTT\n\n00:01.000 --> 00:02.000\nhi\n\n00:0x.000 --> 00:03.000\nhi\n", "1 of them can"),
        (
            b"WEBVTT\n\n00:01.000 --> 00:02.000\nfrom A --> B\n\n00:03.000 --> 00:04.000\nhi\n",
            "1 of them can",
        ),
        (b"\xef\xbb\xbf", "is empty"),
        (b"00:00:01,000 --> 00:00:03,000\nhi\n", "neither WEBVTT nor"),
        (b"1\n-00:00:01,000 --> 00:00:03,000\nhi\n", "0 of them can"),
    ],
)
def test_what_is_no_transcript_is_a_sentence(raw: bytes, told: str) -> None:
    with pytest.raises(TranscriptError, match=told):
        read_transcript("t.vtt", raw)


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused_in_a_sentence(raw: bytes) -> None:
    for start in (b"", b"WEBVTT\n\n", b"1\n00:00:01,000 --> 00:00:02,000\n"):
        try:
            assert read_transcript("t", start + raw).cues
        except TranscriptError as error:
            assert str(error)


@given(st.integers(-86_000, 86_000))
def test_a_shift_is_told_as_it_is_typed(seconds: int) -> None:
    assert parse_shift(told_shift(seconds * 1000)) == seconds * 1000


@pytest.mark.parametrize("typed", ["x", "1:75", "5", "1:2:3:4"])
def test_what_is_no_time_is_refused(typed: str) -> None:
    with pytest.raises(TranscriptError, match="Wanted a time"):
        parse_shift(typed)


def test_a_transcript_of_another_meeting_is_refused_and_an_hour_too_late_is_told() -> None:
    cues = (Cue(HOUR_MS + 1_000, HOUR_MS + 2_000, "Ann", "Hi"),)
    with pytest.raises(TranscriptError, match=r"Nothing was changed. Moved by another -1:00:00"):
        aligned(Transcript(cues), 0, 60_000, {})
    assert better_shift(cues, 0, 60_000) == -HOUR_MS
    (said,) = aligned(Transcript(cues), -HOUR_MS, 60_000, {"Ann": 3})
    assert said == Utterance(1_000, 2_000, "Ann", "Hi", 3)


def test_times_of_day_are_laid_on_the_clock_of_the_session() -> None:
    chat = read_transcript("chat.txt", b"14:03:22 From Jane to Everyone: Hello\n")
    assert own_shift(chat, 14 * HOUR_MS) == -14 * HOUR_MS and own_shift(Transcript(()), 5) == 0


def test_a_name_that_two_have_is_nobody() -> None:
    assert likely_people(["ann  bee", "Ben"], {1: "Ann Bee", 2: "Ben", 3: "Ben"}) == {
        "ann  bee": 1,
        "Ben": None,
    }


def test_talk_counts_overlaps_of_one_speaker_once() -> None:
    said = [
        Utterance(0, 4_000, "Ann", "a", 1),
        Utterance(2_000, 6_000, "Ann", "b", 1),
        Utterance(5_000, 7_000, None, "c"),
    ]
    table = talk_shares(said)
    assert table["talk_ms"].tolist() == [6_000, 2_000] and table["share"].tolist() == [0.75, 0.25]
    assert said_within(said, 6_500, 9_000) == said[2:]
    assert found_in(said, "ANN b") == said[1:2]
