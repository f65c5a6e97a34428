"""What a run of a page has drawn reaches the browser, also where the next run has already begun.

A run that is through hands its last messages to Streamlit's event loop. Does a fragment's timer ask for a run
before the loop has come to them, Streamlit 1.67 begins another runner and throws them away, as if they were
of a run that was broken off: a choice was pressed, the page was drawn anew, and nobody saw it until the next
press. The busier the machine, the more often; a live page has eight such timers.

And a run that was broken off goes on for a moment beside the next one, each with a lock of its own around the
one state of their tab: a widget that the first still drew broke the second off while it looked for what was
pressed, with "dictionary changed size during iteration" instead of the page. Here all runners of a tab share
one lock.
"""

from collections.abc import Callable
from typing import Any
from weakref import WeakKeyDictionary, WeakValueDictionary

from streamlit.runtime.app_session import AppSession
from streamlit.runtime.scriptrunner import RerunData, ScriptRunner, ScriptRunnerEvent
from streamlit.runtime.state import SafeSessionState, SessionState

_through: WeakKeyDictionary[AppSession, ScriptRunner] = WeakKeyDictionary()
"""The runner before the one of now, where it ended by itself. Touched on the event loop's thread only."""
_locks: WeakValueDictionary[int, Any] = WeakValueDictionary()
"""Of each tab's state, by its id: whoever holds the lock holds the state."""
_create = AppSession._create_scriptrunner
_handle = AppSession._handle_scriptrunner_event_on_event_loop
_guard = SafeSessionState.__init__


def deliver_whole_runs() -> None:
    """Change Streamlit so in this process; to be called once or more."""
    AppSession._create_scriptrunner = _create_next  # type: ignore[method-assign, assignment]
    AppSession._handle_scriptrunner_event_on_event_loop = _handle_all  # type: ignore[method-assign, assignment]
    SafeSessionState.__init__ = _guard_with_one_lock  # type: ignore[method-assign, assignment]


def _guard_with_one_lock(
    guarded: SafeSessionState, state: SessionState, yield_callback: Callable[[], None]
) -> None:
    _guard(guarded, state, yield_callback)
    object.__setattr__(guarded, "_lock", _locks.setdefault(id(state), guarded._lock))


def _create_next(session: AppSession, asked: RerunData) -> None:
    # A runner that was stopped for this one is gone from the session by now, and what it drew is void.
    if session._scriptrunner is not None:
        _through[session] = session._scriptrunner
    _create(session, asked)


def _handle_all(
    session: AppSession, sender: ScriptRunner | None, event: ScriptRunnerEvent, *told: Any, **named: Any
) -> None:
    """The runner before sends its messages, too; they all stand in the loop's queue before the next one's."""
    current = session._scriptrunner
    if sender is None or sender is current or _through.get(session) is not sender:
        _handle(session, sender, event, *told, **named)
    elif event is ScriptRunnerEvent.SHUTDOWN:
        del _through[session]  # for Streamlit this would be the end of the runner of now
    else:
        session._scriptrunner = sender
        try:
            _handle(session, sender, event, *told, **named)
        finally:
            session._scriptrunner = current
