"""Votes leave as CSV and in the zip, without a name."""

import io
import zipfile
from datetime import timedelta

import pandas as pd
from sqlalchemy import Engine

from dashboard.export.formats import pieces
from db.reports import get_session
from db.rights.ballots import Answer, Choice, cast
from db.store import Store
from tests.made.storage import MONDAY


def file_of(engine: Engine, session_id: int, key: str, least_people: int = 1) -> bytes:
    return b"".join(pieces(engine, get_session(engine, session_id), key, least_people))


def test_votes_leave_by_device_and_not_of_too_few_devices(engine: Engine, session_id: int) -> None:
    code = Store(engine).open_voting(session_id)
    for number, choice in enumerate(("clear", "question", "lost")):
        at = MONDAY + timedelta(seconds=10 * number)
        assert cast(engine, code, f"device {number % 2}", Choice(choice), at) is Answer.COUNTED
    found = pd.read_csv(io.BytesIO(file_of(engine, session_id, "votes")))
    assert found["choice"].tolist() == ["clear", "question", "lost"]
    assert found["voice"].tolist() == [1, 2, 1] and found["time_s"].tolist() == [0, 10, 20]
    with zipfile.ZipFile(io.BytesIO(file_of(engine, session_id, "all", least_people=3))) as archive:
        [name] = [one for one in archive.namelist() if one.endswith("votes.csv")]
        assert len(archive.read(name).splitlines()) == 1, "the group alone, and two devices"
