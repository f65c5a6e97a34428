"""The host's markers of a running session: what is pressed, which stretches run, what can be undone.

No Streamlit. Safe to share: several tabs may mark the same session, and its end closes what still runs.
"""

import threading
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

from dashboard.wording import clock
from db.errors import DatabaseError, DatabaseUnavailableError, MarkerNotFoundError
from db.reports import Marker
from db.store import Store

UNDONE_AT_MOST, KNOWN_AT_MOST = 50, 1_000
OWN_LABEL = "Mark"
"""What the key for the host's own label marks until one is typed."""


@dataclass(frozen=True, slots=True)
class Press:
    """A key or button at a moment of the session. `stretch`: begins one of this label, or ends it. `id` is
    the browser's, so that a press that is told twice counts once."""

    id: str
    label: str
    offset_ms: int
    stretch: bool = False
    note: str | None = None

    @property
    def told(self) -> str:
        return f"{self.label} at {clock(self.offset_ms / 1000)}"


@dataclass(frozen=True, slots=True)
class _Change:
    """What was there before and what is there now; None: nothing. `stopped`: a stretch that ran was ended by
    a press. `ran`: `before` was a stretch that ran."""

    before: Marker | None
    after: Marker | None
    stopped: bool = False
    ran: bool = False


class MarkerDesk:
    """Stores presses in their order. One that cannot be stored now waits, with everything after it."""

    def __init__(self, session_id: int) -> None:
        self._session_id = session_id
        # Held while the database is written, so that presses are stored in their order: whoever marks the
        # same session meanwhile waits. What is drawn of a trouble (`waiting`, `problem`) is read without.
        self._lock = threading.RLock()
        self._known: deque[str] = deque(maxlen=KNOWN_AT_MOST)
        self._waiting: list[Press] = []
        self._running: dict[str, Marker] = {}
        self._changes: deque[_Change] = deque(maxlen=UNDONE_AT_MOST)
        self.problem: str | None = None
        self.own_label = OWN_LABEL

    @property
    def waiting(self) -> tuple[Press, ...]:
        """Presses that are not stored yet, oldest first; `problem` says why."""
        return tuple(self._waiting)

    @property
    def running(self) -> dict[str, Marker]:
        """The stretches that have begun and not ended, by label."""
        with self._lock:
            return dict(self._running)

    @property
    def undoes(self) -> str | None:
        """What `undo` would take back, in words; None when there is nothing."""
        with self._lock:
            return _in_words(self._changes[-1]) if self._changes else None

    @property
    def changes(self) -> int:
        """How many changes can be undone."""
        return len(self._changes)

    def take(self, store: Store, presses: Sequence[Press]) -> bool:
        """Store the presses that are new; True when there was one."""
        with self._lock:
            new = [press for press in presses if press.id not in self._known]
            self._known.extend(press.id for press in new)
            self._waiting.extend(new)
            if new:
                self.store_waiting(store)
            return bool(new)

    def store_waiting(self, store: Store) -> None:
        """Store what waits, in order, each at its own moment; stops at the first that cannot be stored."""
        with self._lock:
            self.problem = None
            with suppress(DatabaseUnavailableError):
                self._store_all(store)

    def catch_up(self, store: Store) -> bool:
        """Try again what waits; True when something waited and nothing does any more."""
        if not self._waiting:
            return False
        self.store_waiting(store)
        return not self._waiting

    def learn(self, read: Callable[[], Sequence[Marker]]) -> Sequence[Marker]:
        """The session's markers, as `read` has them; and what was changed of running stretches elsewhere, on
        another page or server, is taken over: one that was deleted or ended there runs no more. Raises
        DatabaseError."""
        with self._lock:  # what is stored while it is read would seem deleted
            stored = read()
            there = {one.id: one for one in stored}
            begun = [there[one.id] for one in self._running.values() if one.id in there]
            self._running = {one.label: one for one in begun if one.end_ms is None}
        return stored

    def give_up_waiting(self) -> None:
        """Forget the presses that could not be stored."""
        with self._lock:
            self._waiting, self.problem = [], None

    def add(self, store: Store, new: Marker) -> None:
        """Store a marker as it was typed; its id is not used. Raises DatabaseError."""
        with self._lock:
            at_ms, label, note = new.offset_ms, new.label, new.note
            number = store.add_marker(self._session_id, at_ms, label, end_ms=new.end_ms, note=note)
            self._changes.append(_Change(None, replace(new, id=number)))

    def change(self, store: Store, before: Marker, after: Marker) -> None:
        """Edit a stored marker. Raises DatabaseError."""
        with self._lock:
            store.update_marker(self._session_id, after)
            ran = self._drop_running(before)
            if ran and after.end_ms is None:
                self._running[after.label] = after
            self._changes.append(_Change(before, after, ran=ran))

    def delete(self, store: Store, gone: Marker) -> None:
        """Delete a stored marker. Raises DatabaseError."""
        with self._lock:
            store.delete_marker(self._session_id, gone.id)
            self._changes.append(_Change(gone, None, ran=self._drop_running(gone)))

    def undo(self, store: Store) -> None:
        """Take the last change back. Raises DatabaseError; the change is kept for another try, unless the
        marker is gone."""
        with self._lock:
            if not self._changes:
                return
            try:
                self._take_back(store, self._changes[-1])
            except MarkerNotFoundError:
                self._changes.pop()
                raise
            self._changes.pop()

    def close(self, store: Store, end_ms: int) -> None:
        """The session is over: what waits is stored, stretches end, nothing lies behind its end. Raises
        DatabaseError; call again."""
        with self._lock:
            self._store_all(store)
            for label, marker in list(self._running.items()):
                with suppress(MarkerNotFoundError):  # deleted on another page
                    store.end_marker(self._session_id, marker.id, end_ms)
                del self._running[label]
            store.end_markers_by(self._session_id, end_ms)

    def _store_all(self, store: Store) -> None:
        """Raises DatabaseUnavailableError. What is refused for good is told and left out."""
        while self._waiting:
            try:
                self._store(store, self._waiting[0])
            except DatabaseUnavailableError as error:
                self.problem = str(error)
                raise
            except DatabaseError as error:
                self.problem = str(error)
            self._waiting.pop(0)

    def _store(self, store: Store, press: Press) -> None:
        begun = self._running.get(press.label) if press.stretch else None
        if begun is not None:
            self._stop(store, begun, press)
            return
        at_ms, label, note = press.offset_ms, press.label, press.note
        number = store.add_marker(self._session_id, at_ms, label, note=note)
        made = Marker(number, at_ms, None, label, note)
        if press.stretch:
            self._running[label] = made
        self._changes.append(_Change(None, made))

    def _stop(self, store: Store, begun: Marker, press: Press) -> None:
        end_ms = max(press.offset_ms, begun.offset_ms)
        with suppress(MarkerNotFoundError):  # deleted on another page: nothing runs any more
            store.end_marker(self._session_id, begun.id, end_ms)
            self._changes.append(_Change(begun, replace(begun, end_ms=end_ms), stopped=True))
        del self._running[press.label]

    def _take_back(self, store: Store, change: _Change) -> None:
        before, after = change.before, change.after
        if change.stopped and before is not None:
            store.end_marker(self._session_id, before.id, None)
            self._running[before.label] = before
        elif before is None and after is not None:
            store.delete_marker(self._session_id, after.id)
            self._drop_running(after)
        elif before is not None and after is not None:
            store.update_marker(self._session_id, before)
            self._drop_running(after)
            if change.ran:
                self._running[before.label] = before
        elif before is not None:
            at_ms, label = before.offset_ms, before.label
            end_ms, note = before.end_ms, before.note
            number = store.add_marker(self._session_id, at_ms, label, end_ms=end_ms, note=note)
            self._renumber(before.id, number)
            if change.ran:
                self._running[before.label] = replace(before, id=number)

    def _renumber(self, old: int, new: int) -> None:
        """What was deleted and brought back has a new number, also for what is undone after that."""

        def renumbered(one: Marker | None) -> Marker | None:
            return replace(one, id=new) if one is not None and one.id == old else one

        changed = [replace(c, before=renumbered(c.before), after=renumbered(c.after)) for c in self._changes]
        self._changes = deque(changed, maxlen=UNDONE_AT_MOST)

    def _drop_running(self, marker: Marker) -> bool:
        """It runs no more; whether it did."""
        found = [label for label, one in self._running.items() if one.id == marker.id]
        for label in found:
            del self._running[label]
        return bool(found)


def _in_words(change: _Change) -> str:
    marker = change.after or change.before
    assert marker is not None
    what = "end of" if change.stopped else "edit of" if change.before and change.after else ""
    deleted = "deletion of" if change.after is None else ""
    return f"{what}{deleted} {marker.label} at {clock(marker.offset_ms / 1000)}".strip()
