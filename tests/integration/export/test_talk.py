"""Talk and silence are stored with the frames, told alike everywhere, and leave and go with the session."""

import io
import json
import zipfile
from datetime import timedelta

import numpy as np
import pandas as pd
from sqlalchemy import Engine

from dashboard.export.formats import pieces
from dashboard.running.people import LivePeople
from dashboard.stored.habits import habits
from dashboard.stored.instants import read_instants
from dashboard.stored.report import View, read_report
from dashboard.stored.span import Span
from db.reports import get_session, voices
from db.reports.live import NONE_YET, frames_after
from db.store import Store
from model.behaviour.talk import Talk
from model.observations import FrameRecord, Signals
from tests.made.faces import face
from tests.made.storage import MONDAY, new_session

COUNT, FROM, UNTIL = 100, 30, 60
"""Ten seconds of one who chews; from the third to the sixth somebody is heard, in the last nobody listens."""


class Unwatched:
    def submit(self, events: object) -> None:
        pass


def chewing(number: int) -> FrameRecord:
    voice = None if number >= 90 else FROM <= number < UNTIL
    mouth = 0.3 + 0.15 * np.sin(number / 10 * 2 * np.pi * 3)
    seen = face(1, signals=Signals(0.0, 0.0, 0.0, 0.3, 1.0, float(mouth)))
    return FrameRecord(number, number * 100, (seen,), voice=voice)


def stored(engine: Engine, *, sound: bool = True) -> int:
    store = Store(engine)
    session_id = store.start_session(new_session(sound=sound))
    told = [chewing(n) if sound else FrameRecord(n, n * 100, chewing(n).observations) for n in range(COUNT)]
    store.write_frames(session_id, told)
    store.end_session(session_id, MONDAY + timedelta(seconds=COUNT / 10), "stopped")
    return session_id


def file_of(engine: Engine, session_id: int, key: str, least_people: int = 1) -> bytes:
    return b"".join(pieces(engine, get_session(engine, session_id), key, least_people))


def speaks(engine: Engine, session_id: int) -> list[int]:
    return list(pd.read_csv(io.BytesIO(file_of(engine, session_id, "long")))["speaking"])


def test_who_chews_while_nobody_is_heard_speaks_nowhere_live_stored_or_exported(engine: Engine) -> None:
    session_id = stored(engine)
    live = LivePeople(Unwatched())
    told = []
    for record in frames_after(engine, session_id, NONE_YET):
        live.add(record)
        told.append(live.now().seen[0].speaking)
    assert told == [bool(one) for one in speaks(engine, session_id)]
    assert not any(told[:FROM]) and all(told[FROM:UNTIL]) and not any(told[UNTIL + 11 : 90]) and told[-1]
    span = Span(engine, session_id, 0, COUNT * 100)
    table = habits(read_instants(engine, session_id), span.heard())
    assert table["speaking"][1] == np.mean(told)
    assert live.now().talk == span.heard().stretches()


def test_talk_leaves_as_stretches_and_as_seconds_but_not_of_the_group_alone(engine: Engine) -> None:
    session_id = stored(engine)
    found = pd.read_csv(io.BytesIO(file_of(engine, session_id, "talk")))
    assert found[["time_s", "end_s", "voice"]].to_numpy().tolist() == [[0, 3, 0], [3, 6, 1], [6, 9, 0]]
    facts = json.loads(file_of(engine, session_id, "json"))["session"]
    assert (facts["listened_s"], facts["voice_s"]) == (9, 3)
    with zipfile.ZipFile(io.BytesIO(file_of(engine, session_id, "all", least_people=3))) as archive:
        assert not [one for one in archive.namelist() if "talk" in one]
    assert "voice_s" not in json.loads(file_of(engine, session_id, "json", least_people=3))["session"]


def test_a_report_has_the_band_where_individuals_are_shown(engine: Engine) -> None:
    session = get_session(engine, stored(engine))
    report = read_report(engine, session, View(), 5)
    assert report.talk == (Talk(0, 3000, False), Talk(3000, 6000, True), Talk(6000, 9000, False))
    assert read_report(engine, session, View(start_ms=4000, end_ms=5000), 5).talk == (Talk(4000, 5000, True),)
    assert read_report(engine, session, View(group_only=True), 5).talk == ()


def test_a_session_without_sound_is_as_it_was(engine: Engine) -> None:
    session_id = stored(engine, sound=False)
    assert all(speaks(engine, session_id)[10:]) and list(voices(engine, session_id)) == []
    assert "voice_s" not in json.loads(file_of(engine, session_id, "json"))["session"]
    assert len(file_of(engine, session_id, "talk").splitlines()) == 1
    assert read_report(engine, get_session(engine, session_id), View(), 5).talk == ()


def test_what_was_heard_goes_with_the_session(engine: Engine) -> None:
    session_id = stored(engine)
    Store(engine).delete_session(session_id)
    assert list(voices(engine, session_id)) == []
