"""One fall is one figure: live notes, stored events, headline, sentences, Moments, Events, Summary."""

import re
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from dashboard.running.notes import event_notes
from dashboard.running.people import LivePeople
from db.reports import events
from db.store import NewEvent, Store
from model.observations import FrameRecord
from tests.app.opening import OpenedApp, texts
from tests.app.test_report_page import figures, looking
from tests.made.sessions import stored


class Kept:
    """Where the events of the running session go."""

    def __init__(self) -> None:
        self.events: dict[tuple[int, str, int | None], NewEvent] = {}

    def submit(self, events: list[NewEvent]) -> None:
        self.events |= {(one.start_ms, one.kind, one.track_id): one for one in events}


def two_minutes() -> list[FrameRecord]:
    """At 5 Hz: three people look; from 01:02 on two of them look away, one of these for ten seconds only."""
    frames = []
    for number in range(600):
        second = number / 5
        away = (False, second >= 62, 62 <= second < 72)
        faces = tuple(looking(track, away=gone) for track, gone in enumerate(away, start=1))
        frames.append(FrameRecord(number, number * 200, faces))
    return frames


def read(page: AppTest) -> str:
    alts = [one.proto.alt for one in page.get("plotly_chart")]
    labels = [one.label for one in page.button]
    return "\n".join([texts(page), *alts, *labels]).replace("\\", "").replace("\u00a0", " ")


def test_a_fall_has_one_figure_wherever_it_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened, kept = OpenedApp(tmp_path, monkeypatch), Kept()
    live = LivePeople(kept)
    for frame in two_minutes():
        live.add(frame)
    live.finish()
    [note] = [one for one in event_notes(live.now()) if "line fell" in one]
    session_id = stored(Store(opened.engine), two_minutes())
    Store(opened.engine).write_events(session_id, list(kept.events.values()))
    [noted] = [one for one in events(opened.engine, session_id) if one.kind == "group_fall"]
    points = f"{noted.value:.0f} points"
    assert noted.value == pytest.approx(40) and points in note

    page = opened.page("report", session=session_id)
    told = read(page)
    assert f"01:05 lowest (60 %) after a fall of {points}: two of three looked away" in told
    assert f"89 % on average, lowest at 01:05 with 60 %, the largest fall began at 00:55 ({points})" in told
    assert figures(page)["Engagement"] == "89\u00a0%"
    moments = read(opened.page("report", session=session_id, part="Moments"))
    assert f"00:55 The group fell by {points} in 15 s, to 60 %" in moments
    [table] = [
        one.value
        for one in opened.page("report", session=session_id, part="Events").dataframe
        if "What" in one.value
    ]
    row = table[table["What"] == "The group's line fell"].iloc[0]
    assert (row["At"], row["How much"]) == ("00:55", points)
    summary = read(opened.page("summary", session=session_id))
    assert f"lowest (60 %) after a fall of {points}" in summary
    assert set(re.findall(r"\bf[ae]ll\w* (?:by|of) (\d+) points", told + moments + summary)) == {"40"}
