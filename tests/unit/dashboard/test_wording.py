"""Numbers and sentences as people read them."""

import re

import pandas as pd
import pytest

from dashboard import wording
from dashboard.palette import KEYS
from dashboard.stored.findings import (
    engagement_finding,
    mix_finding,
    people_finding,
    scores_told,
    timeline_finding,
)


def mix(**shares: float) -> pd.Series:
    return pd.Series([shares.get(key, 0.0) for key in KEYS], index=list(KEYS))


@pytest.mark.parametrize(
    ("seconds", "shown"), [(0, "00:00"), (59.9, "00:59"), (125, "02:05"), (3599, "59:59"), (3725, "1:02:05")]
)
def test_time_in_a_session_reads_like_a_clock(seconds: float, shown: str) -> None:
    assert wording.clock(seconds) == shown


@pytest.mark.parametrize(
    ("milliseconds", "shown"),
    [(0, "0 s"), (45_400, "45 s"), (60_000, "1 min"), (1_203_000, "20 min 3 s"), (3_900_000, "1 h 5 min")],
)
def test_a_length_of_time_reads_in_words(milliseconds: int, shown: str) -> None:
    assert wording.duration(milliseconds) == shown


@pytest.mark.parametrize(
    ("share", "shown"), [(0, "0 %"), (0.004, "< 1 %"), (0.347, "35 %"), (1, "100 %"), (None, "\N{EN DASH}")]
)
def test_a_share_is_a_whole_percentage_that_does_not_break(share: float | None, shown: str) -> None:
    assert wording.percent(share).replace("\N{NO-BREAK SPACE}", " ") == shown
    assert "% " not in wording.percent(share) and " %" not in wording.percent(share)


@pytest.mark.parametrize(
    ("count", "shown"),
    [(12, "12 bytes"), (1_500, "1.5 kB"), (8_800_000, "8.8 MB"), (2_700_000_000, "2.7 GB")],
)
def test_a_file_size_has_its_unit(count: float, shown: str) -> None:
    assert wording.size(count) == shown


def test_one_is_singular_and_thousands_are_parted() -> None:
    assert wording.counted(1, "person", "people") == "1 person"
    assert wording.counted(12_400, "row", "rows") == "12,400 rows"


def test_typed_text_never_becomes_markup() -> None:
    assert wording.escaped("**a** [b](c) $d$ :e: `f`") == r"\*\*a\*\* \[b\]\(c\) \$d\$ \:e\: \`f\`"


@pytest.mark.parametrize(
    "typed",
    ["https://evil.example/x", "Http://a", "www.evil.example", "mailto:a@evil.example", "a@b.c"],
)
def test_a_typed_address_is_no_link_and_looks_the_same(typed: str) -> None:
    shown = re.sub(r"\\(.)", r"\1", wording.escaped(typed))  # what Markdown makes of it
    assert not re.search(r"(?i)https?://|www\.|mailto:\w|[\w.+-]@\w", shown)
    assert shown.replace(wording.WORD_JOINER, "") == typed


def test_a_source_on_arxiv_is_a_link() -> None:
    shown = wording.cited('P. Sharma et al., "Student", arXiv:1909.12913')
    assert shown.endswith("[arXiv:1909.12913](https://arxiv.org/abs/1909.12913)")
    assert wording.cited("[x](y)") == wording.escaped("[x](y)")


def test_the_mix_is_summed_up_by_its_two_largest_shares() -> None:
    finding = mix_finding(mix(neutral=0.6, happy=0.3, not_sure=0.1))
    assert finding.replace("\N{NO-BREAK SPACE}", " ") == "Neutral led 60 % of the time, happy 30 %"
    assert mix_finding(mix(sad=1.0)).startswith("Sad led 100")
    assert "," not in mix_finding(mix(sad=1.0))
    assert mix_finding(mix(sad=1.0), of="the faces").endswith("of the faces")
    assert mix_finding(mix(not_sure=1.0)) == "No expression led clearly"


def test_the_timeline_names_what_rose_most_and_when() -> None:
    frame = pd.DataFrame(
        {
            "time_ms": range(0, 5000, 1000),
            "happy": [0.1, 0.1, None, 0.6, 0.1],
            "sad": [0.5, 0.5, None, 0.4, 0.5],
            "neutral": [0.4, 0.4, None, 0.0, 0.4],
        }
    )
    finding = timeline_finding(frame, ["happy", "sad", "neutral"])
    assert finding.replace("\N{NO-BREAK SPACE}", " ") == "Happy peaked at 00:03, reaching 60 %"


def test_engagement_names_its_mean_and_its_lowest_moment() -> None:
    frame = pd.DataFrame({"time_ms": [0, 60_000, 120_000], "engagement": [80.0, None, 41.6]})
    finding = engagement_finding(frame, "70 %", "42 %")
    assert finding == "70 % on average, lowest at 02:00 with 42 %"


def test_people_are_counted_with_those_who_stayed() -> None:
    assert people_finding(pd.DataFrame({"in_view": [0.9, 0.3]})).startswith("2 people seen, 1 of them")
    assert people_finding(pd.DataFrame({"in_view": [0.9]})).startswith("1 person seen, in view 90")


def test_the_method_says_which_way_scores_were_read_and_where_nobody_knows() -> None:
    assert "tenth quiet second" in scores_told(True)
    assert scores_told(False).startswith("as the network gives them")
    assert "does not say" in scores_told(None)
