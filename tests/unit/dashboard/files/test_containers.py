"""Every picture of every kind of file is read, within one frame of its time."""

from pathlib import Path

import pytest

from tests.bench.formats import times_of
from tests.made.containers import KINDS, Kind, write_kind


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_every_picture_comes_at_its_time(tmp_path: Path, kind: Kind) -> None:
    path = tmp_path / "a.bin"
    try:
        write_kind(path, kind)
    except (ValueError, OSError) as error:
        pytest.skip(f"no encoder at hand: {error}")
    found = times_of(path)
    assert found["times_right"] and found["pictures"] == 25 and found["notes"] == []
    assert found["end_ms"] == pytest.approx(1000, abs=40)
