"""What the log of the server looks like: when, how grave, of which session, who says what.

A line begins where a record does, whatever stands in it: nobody's title, file or request writes one, and what
steers a terminal is written out.
"""

import json
import logging
import re
import threading
from datetime import UTC, datetime
from typing import Any

LOGGER = logging.getLogger(__name__)
FORM = "%(asctime)s.%(msecs)03d %(levelname)s [%(session)s] %(name)s: %(message)s"
TIME = "%Y-%m-%d %H:%M:%S"
OURS, THEIRS = ("dashboard", "db", "model"), ("uvicorn", "streamlit")
OF_A_SESSION = re.compile(r"(?:analysis|recorder|events|ending)-(\d+)")
"""Threads that work for one session are called by it."""
STEERING = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")
"""Ends lines, steers terminals, or turns the direction of writing."""


class _OfSession(logging.Filter):
    """Gives each record the session on whose thread it was written; "-" where it is none's."""

    def filter(self, record: logging.LogRecord) -> bool:
        found = OF_A_SESSION.fullmatch(record.threadName or "")
        record.session = f"session {found[1]}" if found else "-"
        return True


def _is_for_reading(record: logging.LogRecord) -> bool:
    """Who asked for what is not written down: addresses may hold the token of a link. The handler says so,
    since Streamlit sets the level of the server's loggers again and again."""
    return record.levelno >= logging.WARNING or not record.name.startswith("uvicorn")


class _Text(logging.Formatter):
    """One line a record; a traceback below it is set in, so that none of its lines looks like a record."""

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 (the name is logging's)
        return _written_out(super().formatMessage(record))

    def formatException(self, ei: Any) -> str:  # noqa: N802
        lines = super().formatException(ei).split("\n")
        return "\n".join("    " + _written_out(line) for line in lines)


def _written_out(text: str) -> str:
    return STEERING.sub(lambda found: found[0].encode("unicode_escape").decode(), text)


class _Json(logging.Formatter):
    """One JSON object a line, for programs that collect logs; time in UTC."""

    def format(self, record: logging.LogRecord) -> str:
        told = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "session": None if (found := getattr(record, "session", "-")) == "-" else int(found.split()[1]),
            "logger": record.name,
            "message": record.getMessage(),
        }
        if record.exc_info:
            told["exception"] = self.formatException(record.exc_info)
        return json.dumps(told)


def set_up_log(*, as_json: bool = False) -> None:
    """Everything in one form to standard error: our own lines from INFO on, those of server, framework and
    other libraries, warnings of Python, and what ended a thread."""
    own = logging.StreamHandler()
    own.addFilter(_OfSession())
    own.addFilter(_is_for_reading)
    own.setFormatter(_Json() if as_json else _Text(FORM, TIME))
    logging.getLogger().handlers = [own]
    for name in OURS:
        logging.getLogger(name).setLevel(logging.INFO)
    for name in list(logging.root.manager.loggerDict):
        if name.partition(".")[0] in (*OURS, *THEIRS):
            give_to_root(logging.getLogger(name))
    logging.captureWarnings(capture=True)
    threading.excepthook = _log_end_of_thread


def give_to_root(logger: logging.Logger) -> None:
    """Its lines take the way of all others."""
    logger.handlers, logger.propagate = [], True


def _log_end_of_thread(ended: threading.ExceptHookArgs) -> None:
    if ended.exc_type is not SystemExit and ended.exc_value is not None:
        LOGGER.error("a thread was ended by an error", exc_info=ended.exc_value)
