"""The log for people, and for programs that collect logs."""

import json
import logging
import re
import threading
import warnings
from collections.abc import Iterator

import pytest
from streamlit import config
from streamlit.error_util import _log_uncaught_app_exception

from dashboard.log_lines import THEIRS, set_up_log


@pytest.fixture
def logger() -> Iterator[logging.Logger]:
    """The loggers are the program's: they are left as they were."""
    before = {one: (one.handlers, one.propagate, one.level) for one in every_logger()}
    end_of_thread = threading.excepthook
    yield logging.getLogger("dashboard.sought")
    logging.captureWarnings(capture=False)
    threading.excepthook = end_of_thread
    for one, (handlers, propagate, level) in before.items():
        one.handlers, one.propagate = handlers, propagate
        one.setLevel(level)


def every_logger() -> list[logging.Logger]:
    return [logging.getLogger(), *map(logging.getLogger, list(logging.root.manager.loggerDict))]


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


def test_nobody_writes_a_line_of_the_log_or_steers_the_terminal_it_is_read_in(
    logger: logging.Logger, capsys: pytest.CaptureFixture[str]
) -> None:
    forged = "a\n2026-01-01 00:00:00.000 INFO [-] db: forged\r\x1b[2J\x9b1m\u202e\u2028b"
    set_up_log()
    try:
        raise ValueError(forged)
    except ValueError:
        logger.exception("said: %s", forged)
    first, *below = capsys.readouterr().err.splitlines()
    assert first.endswith(r"a\n2026-01-01 00:00:00.000 INFO [-] db: forged\r\x1b[2J\x9b1m\u202e\u2028b")
    assert below and all(line.startswith("    ") for line in below)
    assert not any(sign in "".join(below) for sign in "\r\x1b\x9b\u202e\u2028")


def test_libraries_warnings_and_ended_threads_are_told_in_the_same_form(
    logger: logging.Logger, capsys: pytest.CaptureFixture[str]
) -> None:
    theirs = [logging.getLogger(f"{name}.sought") for name in THEIRS]
    for one in theirs:
        one.handlers, one.propagate = [logging.StreamHandler()], False
    set_up_log()
    for one in (*theirs, logging.getLogger("aiortc.sought")):
        one.warning("told")
    warnings.warn("old\nway", stacklevel=1)
    ended = threading.Thread(target=lambda: 1 / 0, name="recorder-7")
    ended.start()
    ended.join()
    lines = [line for line in capsys.readouterr().err.splitlines() if not line.startswith(" ")]
    assert [re.sub(r"^[-\d]{10} [:.\d]{12} ", "", line).split(":")[0] for line in lines] == [
        *("WARNING [-] uvicorn.sought", "WARNING [-] streamlit.sought", "WARNING [-] aiortc.sought"),
        *("WARNING [-] py.warnings", "ERROR [session 7] dashboard.log_lines"),
    ]


def test_what_fails_on_a_page_is_told_in_the_same_form(
    logger: logging.Logger, capsys: pytest.CaptureFixture[str]
) -> None:
    assert not config.get_option("logger.enableRich")
    set_up_log()
    _log_uncaught_app_exception(ValueError("broken"))
    shown, told = capsys.readouterr()
    assert re.match(r"[-\d]{10} [:.\d]{12} ERROR \[-\] streamlit.error_util: ", told) and not shown


def test_what_visitors_ask_for_is_not_written_down(
    logger: logging.Logger, capsys: pytest.CaptureFixture[str]
) -> None:
    set_up_log()
    for name in ("uvicorn", "uvicorn.access", "uvicorn.error"):
        asked = logging.getLogger(name)
        asked.setLevel(logging.INFO)
        asked.info("GET /report?link=secret")
    assert capsys.readouterr().err == ""
