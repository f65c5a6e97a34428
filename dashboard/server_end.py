"""How the server is told to end, and how long it waits for whoever is still connected."""

import signal
import threading
from typing import Any

CLOSING_S = 10
"""After it, connections that are still open are cut."""


def server_stops() -> bool:
    """Whether uvicorn was told to stop: it then waits for open responses, and tells nobody."""
    return bool(getattr(server(), "should_exit", False))


def prepare_end() -> None:
    """A closed terminal ends the server as SIGTERM does, and no open download keeps it for ever. To be called
    on the thread that serves, while it does."""
    serving = server()
    if serving is None or threading.current_thread() is not threading.main_thread():
        return
    serving.config.timeout_graceful_shutdown = CLOSING_S
    # Started by nohup it is ignored, and stays so. Windows has none.
    if hasattr(signal, "SIGHUP") and signal.getsignal(signal.SIGHUP) is signal.SIG_DFL:
        signal.signal(signal.SIGHUP, serving.handle_exit)


def server() -> Any:
    """uvicorn's server: its handler of SIGTERM is a method of it, the one way to it from here. None where
    something else serves."""
    return getattr(signal.getsignal(signal.SIGTERM), "__self__", None)
