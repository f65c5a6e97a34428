"""The log for people, and for programs that collect logs."""

import json
import logging
import threading
from collections.abc import Iterator

import pytest

from dashboard.log_lines import OURS, THEIRS, set_up_log


@pytest.fixture
def logger() -> Iterator[logging.Logger]:
    """The loggers are the program's: they are left as they were."""
    names = (*OURS, *THEIRS)
    before = {name: (one.handlers, one.propagate) for name in names if (one := logging.getLogger(name))}
    yield logging.getLogger("dashboard.sought")
    for name, (handlers, propagate) in before.items():
        logging.getLogger(name).handlers, logging.getLogger(name).propagate = handlers, propagate


def test_a_line_for_programs_is_one_json_object_with_its_session(
    logger: logging.Logger, capsys: pytest.CaptureFixture[str]
) -> None:
    set_up_log(as_json=True)

    def fail() -> None:
        try:
            raise ValueError("broken\nin two")
        except ValueError:
            logger.exception("a frame of %d px", 7)

    thread = threading.Thread(target=fail, name="analysis-12")
    thread.start()
    thread.join()
    logger.info("plain")
    first, second = (json.loads(line) for line in capsys.readouterr().err.splitlines())
    assert (first["session"], first["level"], first["logger"]) == (12, "ERROR", "dashboard.sought")
    assert first["message"] == "a frame of 7 px" and "broken" in first["exception"]
    assert (second["session"], second["message"]) == (None, "plain") and "exception" not in second


def test_a_line_for_people_is_text(logger: logging.Logger, capsys: pytest.CaptureFixture[str]) -> None:
    set_up_log()
    logger.info("plain")
    assert capsys.readouterr().err.endswith("INFO [-] dashboard.sought: plain\n")
