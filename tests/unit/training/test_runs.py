"""What lies in a run folder, and what of it can no longer be read."""

import json
from pathlib import Path

import pytest

from training.errors import RunError
from training.runs import append_log, begun_with, check_run, open_run, read_log

ROW = {"loss": 1.0, "accuracy": 0.5, "val_loss": 1.2, "val_accuracy": 0.4, "seconds": 3.0}


def test_a_repeated_epoch_replaces_its_row_and_those_after_it(tmp_path: Path) -> None:
    for epoch, loss in ((1, 3.0), (2, 2.0), (3, 1.0), (2, 1.5)):
        append_log(tmp_path, {"epoch": epoch} | ROW | {"loss": loss})
    assert [(row["epoch"], row["loss"]) for row in read_log(tmp_path)] == [(1, 3.0), (2, 1.5)]


@pytest.mark.parametrize(
    "content",
    [b"epoch,loss\n1,much\n", b"epoch\n\xff\xfe\n", b"epoch,loss\n1\n", b"epoch,loss\n1,2,3\n", b"loss\n1\n"],
)
def test_a_log_that_is_none_is_named(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "log.csv").write_bytes(content)
    with pytest.raises(RunError, match=r"log\.csv: wanted a row of numbers for each epoch"):
        read_log(tmp_path)


@pytest.mark.parametrize(
    "text",
    ["", "[1, 2]", "null", "3", "{}", '{"config": [], "data": {}}', '{"config": {"name": "a"}, "data": {}}'],
)
def test_a_run_that_says_no_configuration_is_named(tmp_path: Path, text: str) -> None:
    (tmp_path / "run.json").write_text(text)
    with pytest.raises(RunError, match=r"run\.json"):
        begun_with(tmp_path)


def test_a_run_is_only_taken_for_what_it_was_trained_with(tmp_path: Path) -> None:
    config = {"name": "a", "schedule": {"ema_decay": 0.9}}
    (tmp_path / "run.json").write_text(json.dumps({"config": config, "data": {}}))
    assert begun_with(tmp_path) == ("a", 0.9)
    check_run(tmp_path, config, [])
    with pytest.raises(RunError, match="was trained with another schedule"):
        check_run(tmp_path, config | {"schedule": {"ema_decay": 0.8}}, [])
    (tmp_path / "data.npz").write_bytes(b"data")
    with pytest.raises(RunError, match="was trained with another data"):
        check_run(tmp_path, config, [tmp_path / "data.npz"])


def test_a_run_goes_on_whatever_is_done_with_its_heads_afterwards(tmp_path: Path) -> None:
    identity = {"config": {"name": "a", "refit": {"pull": 0.1}, "schedule": {"epochs": 3}}, "data": {}}
    open_run(tmp_path, identity)
    config = identity["config"] | {"refit": {"pull": 0.2, "bias": [0.0] * 7}}
    open_run(tmp_path, identity | {"config": config})
    with pytest.raises(RunError, match="another configuration"):
        open_run(tmp_path, identity | {"config": config | {"schedule": {"epochs": 4}}})
