"""What goes on behind the pages from the server's start to its end: tidying up, summing, archiving."""

import threading
from collections.abc import Callable, Collection

from sqlalchemy import Engine

from dashboard.settings import Settings
from dashboard.temporary_folder import delete_left_uploads
from dashboard.upkeep.archiving import EVERY_S, Archiving
from dashboard.upkeep.retention import Heart, Retention
from dashboard.upkeep.summing import Summing
from db.store import Store

TIDY_EVERY_S, SUM_EVERY_S = 5.0, 15.0
"""A dead server is noticed after 30 s, and its sessions are told so within 40."""


class Upkeep:
    """Threads of the server's; `running` names the sessions that run on it. Begun once, by `start`."""

    def __init__(
        self,
        engine: Engine,
        settings: Settings,
        running: Callable[[], Collection[int]],
        heart: Heart | None = None,
    ) -> None:
        self._retention = Retention(Store(engine), settings.retention_days or None, running, heart=heart)
        self._summing = Summing(engine, settings.min_group_size, lambda: bool(running()))
        archiving = Archiving(engine, settings.archive_days, settings.min_group_size, lambda: bool(running()))
        self._archiving = archiving if settings.archive_days else None
        self._stop = threading.Event()

    def start(self) -> None:
        """Deletes what killed servers left behind, and begins."""
        delete_left_uploads()
        behind = [
            ("retention", self._retention.run, TIDY_EVERY_S),
            ("summing", self._summing.run, SUM_EVERY_S),
        ]
        if self._archiving:
            behind.append(("archiving", self._archiving.run, EVERY_S))
        for name, run, every_s in behind:
            threading.Thread(
                target=run, args=(self._stop,), kwargs={"every_s": every_s}, name=name, daemon=True
            ).start()

    @property
    def warning(self) -> str | None:
        """What somebody should look at before more sessions are deleted."""
        return self._retention.warning

    def confirm(self) -> None:
        """Somebody looked: the clock is right."""
        self._retention.confirm()

    def stop(self) -> None:
        """Asks both to end with what they are at."""
        self._stop.set()
