"""What the next set-up says of the session that was cut off."""

from datetime import timedelta
from pathlib import Path

import pytest

from dashboard.live.cut_off import cut_off
from db.reports import get_session
from db.store import EndReason, Store
from tests.made.storage import MONDAY, new_session, open_empty

SOON, LATER = MONDAY + timedelta(minutes=12), MONDAY + timedelta(hours=1)


@pytest.mark.parametrize(
    ("reason", "said"),
    [
        (EndReason.DISCONNECTED, "10 min: its tab was closed or loaded again, or the connection was lost"),
        (EndReason.INTERRUPTED, "after 10 min: the server that it ran on was lost"),
        (EndReason.STOPPED, None),
    ],
)
def test_who_was_cut_off_is_told_why_for_a_while(tmp_path: Path, reason: EndReason, said: str | None) -> None:
    engine = open_empty(tmp_path / "attune.db")
    session_id = Store(engine).start_session(new_session())
    Store(engine).end_session(session_id, MONDAY + timedelta(minutes=10), reason)
    told = cut_off(get_session(engine, session_id), SOON)
    assert (told is None) if said is None else (said in str(told) and "2 min ago" in str(told))
    assert cut_off(get_session(engine, session_id), LATER) is None


def test_a_running_session_is_told_of_only_while_it_has_no_picture(tmp_path: Path) -> None:
    engine = open_empty(tmp_path / "attune.db")
    running = get_session(engine, Store(engine).start_session(new_session()))
    assert cut_off(running, SOON, silent_s=0.3) is None
    assert "no picture for 8 s" in str(cut_off(running, SOON, silent_s=8.0))
