"""The history of the benchmarks' ratios says what got worse."""

from pathlib import Path

from tests.bench.history import COLUMNS, record, told


def test_a_ratio_that_got_worse_is_marked_and_the_others_are_not(tmp_path: Path) -> None:
    file = tmp_path / "history.csv"
    for over, fast in ((1.30, 1.5), (1.20, 1.6), (1.30, 1.61)):
        record("over", {"one": over, "left out": None}, file)
        record("fer_times_as_fast", {"one": fast}, file)
    slower, faster = sorted(told(file), key=lambda line: line.startswith("fer"))
    assert slower == "over one: 1.3 1.2 1.3  WORSE than 1.2 by 8%"
    assert faster == "fer_times_as_fast one: 1.5 1.6 1.61"
    assert file.read_text(encoding="utf-8").splitlines()[0] == ",".join(COLUMNS)


def test_a_rate_that_fell_is_worse(tmp_path: Path) -> None:
    file = tmp_path / "history.csv"
    for fast in (2.0, 1.5):
        record("fer_times_as_fast", {"one": fast}, file)
    assert told(file) == ["fer_times_as_fast one: 2 1.5  WORSE than 2 by 33%"]


def test_without_a_history_there_is_nothing_to_say(tmp_path: Path) -> None:
    assert told(tmp_path / "history.csv") == []
