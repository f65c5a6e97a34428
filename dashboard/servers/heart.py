"""This server's beat: that it is alive, what runs on it, how much more it can take."""

import logging
import threading
import time
from collections.abc import Callable, Collection
from uuid import uuid4

from sqlalchemy import Engine

from dashboard.servers.load import LoadMeter
from db.beats import DEAD_AFTER_S
from db.errors import DatabaseError
from db.servers import ServerNow, beat, leave, servers

LOGGER = logging.getLogger(__name__)

EVERY_S = 5.0


class Heart:
    """Beats from `start` to `stop`; `running` names the sessions of this server. Ask it from any thread."""

    def __init__(
        self,
        engine: Engine,
        running: Callable[[], Collection[int]],
        meter: LoadMeter,
        address: str | None = None,
    ) -> None:
        self.server_id = uuid4().hex
        self._engine, self._running, self.meter, self._address = engine, running, meter, address
        self._stop = threading.Event()
        self._since_s: float | None = None

    def start(self) -> None:
        """The first beat at once, so that no session begins on a server that nobody knows."""
        self.beat()
        threading.Thread(target=self._run, name="heart", daemon=True).start()

    def beat(self) -> None:
        """Never raises for a database that cannot be used: the next beat comes in EVERY_S."""
        load, held = self.meter.read(), self._running()
        try:
            beat(self._engine, ServerNow(self.server_id, self._address, len(held), load.room), held)
        except DatabaseError as error:
            LOGGER.warning("the database was not told that this server is alive: %s", error)
            self._since_s = None
        else:
            self._since_s = self._since_s or time.monotonic()

    @property
    def steady(self) -> bool:
        """Whether the database has been there for so long that who is alive has told it so. After it was away
        everybody seems dead."""
        return self._since_s is not None and time.monotonic() - self._since_s > DEAD_AFTER_S

    def freer(self) -> ServerNow | None:
        """Another server that has room and can be reached by itself. Raises DatabaseError."""
        others = [one for one in servers(self._engine) if one.id != self.server_id]
        return next((one for one in others if one.address and (one.room is None or one.room > 0)), None)

    def stop(self) -> None:
        """The last word; sessions of this server have ended before it."""
        self._stop.set()
        try:
            leave(self._engine, self.server_id)
        except DatabaseError as error:
            LOGGER.warning("the database was not told that this server ends: %s", error)

    def _run(self) -> None:
        while not self._stop.wait(EVERY_S):
            self.beat()
