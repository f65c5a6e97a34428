"""One tab's check of its connection: which run it is, and what this server found. No Streamlit."""

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dashboard.connection.ice_probe import Answer


class ConnectionCheck:
    """Each run looks anew. With `camera` the browser asks for the camera and waits for a picture."""

    def __init__(self) -> None:
        self.run = 1
        self.camera = False
        self._answers: tuple[Answer, ...] | None = None

    def again(self, *, camera: bool) -> None:
        """Begin another run."""
        self.run, self.camera, self._answers = self.run + 1, camera, None

    def answers(self, ask: "Callable[[], tuple[Answer, ...]]") -> "tuple[Answer, ...]":
        """What STUN and TURN said to this server in this run; `ask` is called once a run."""
        if self._answers is None:
            self._answers = ask()
        return self._answers
