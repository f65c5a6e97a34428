"""What the log of the server looks like: when, how grave, of which session, who says what."""

import json
import logging
import re
from datetime import UTC, datetime

FORM = "%(asctime)s.%(msecs)03d %(levelname)s [%(session)s] %(name)s: %(message)s"
TIME = "%Y-%m-%d %H:%M:%S"
OURS, THEIRS = ("dashboard", "db", "model"), ("uvicorn", "streamlit")
OF_A_SESSION = re.compile(r"(?:analysis|recorder|events|ending)-(\d+)")
"""Threads that work for one session are called by it."""


class _OfSession(logging.Filter):
    """Gives each record the session on whose thread it was written; "-" where it is none's."""

    def filter(self, record: logging.LogRecord) -> bool:
        found = OF_A_SESSION.fullmatch(record.threadName or "")
        record.session = f"session {found[1]}" if found else "-"
        return True


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
        return json.dumps(told, ensure_ascii=False)


def set_up_log(*, as_json: bool = False) -> None:
    """Our own lines from INFO on, to standard error, and those of server and framework in the same form."""
    own = logging.StreamHandler()
    for name in OURS:
        logger = logging.getLogger(name)
        logger.handlers, logger.propagate = [own], False
        logger.setLevel(logging.INFO)
    for handler in (own, *(one for name in THEIRS for one in logging.getLogger(name).handlers)):
        handler.addFilter(_OfSession())
        handler.setFormatter(_Json() if as_json else logging.Formatter(FORM, TIME))
