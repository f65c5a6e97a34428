"""A process of its own that analyses files: `python -m dashboard.recordings.worker`, started by the program.

Tasks come pickled on standard input, messages go back pickled on standard output. A file that brings a
decoder down takes this process with it and nothing else; killing it is how an analysis is cancelled.
"""

import logging
import os
import pickle
import signal
import sys
import threading
from contextlib import suppress
from typing import IO

from dashboard.errors import RecordingError
from dashboard.recordings.analysis import analyse
from dashboard.recordings.messages import Message, Refused, Task
from model.errors import ModelError

LOGGER = logging.getLogger(__name__)
NICENESS = 5
"""A live session on the same machine goes first."""


def serve(tasks: IO[bytes], answers: IO[bytes]) -> None:
    """Analyse one file after the other until no more tasks come."""

    def send(message: Message) -> None:
        pickle.dump(message, answers)
        answers.flush()

    while True:
        try:
            task: Task = pickle.load(tasks)
        except EOFError:
            return
        try:
            analyse(task, send)
        except BrokenPipeError:
            return
        except Exception as error:
            send(Refused(_sentence(error)))


def _sentence(error: Exception) -> str:
    if isinstance(error, RecordingError | ModelError):
        return str(error)
    if isinstance(error, MemoryError):
        return "The file needs more memory than is free. Save it smaller."
    if isinstance(error, OSError):
        return f"The file could not be read, or the result not be written ({error.strerror or error})."
    LOGGER.exception("a file could not be analysed")
    return f"The file could not be analysed ({type(error).__name__}: {error}). Save it anew and try again."


def main() -> None:
    # Ctrl-C reaches every process of the terminal; the one that started this one says what is to be done.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with suppress(AttributeError, OSError):
        os.nice(NICENESS)
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints must not come between the messages
    tasks, onward = os.pipe()
    threading.Thread(target=_hand_on, args=(sys.stdin.fileno(), onward), daemon=True).start()
    with suppress(BrokenPipeError):
        serve(os.fdopen(tasks, "rb"), answers)


def _hand_on(given: int, onward: int) -> None:
    """Hand tasks on. When whoever gives them is gone, killed too, so is this process, whatever it is at."""
    while part := os.read(given, 65_536):
        os.write(onward, part)
    os._exit(0)


if __name__ == "__main__":
    main()
