"""A browser's tab without a browser: Streamlit's own messages over a real WebSocket."""

from collections.abc import Callable, Iterator, Mapping
from types import TracebackType
from typing import Any, Self

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect
from websockets.typing import Subprotocol

PATIENCE_S = 60


class Told:
    """What came of one run of a page's script."""

    def __init__(self) -> None:
        self.messages: list[ForwardMsg] = []

    @property
    def redirect(self) -> str:
        """Where the page sends the browser."""
        return next(
            one.auth_redirect.url for one in self.messages if one.WhichOneof("type") == "auth_redirect"
        )

    @property
    def raw(self) -> bytes:
        """All of it, as it came."""
        return b"\n".join(one.SerializeToString() for one in self.messages)

    def says(self, words: str) -> bool:
        return words.encode() in self.raw

    @property
    def fragments(self) -> set[str]:
        """The parts of the page that redraw themselves."""
        return {one.auto_rerun.fragment_id for one in self.messages if one.WhichOneof("type") == "auto_rerun"}

    @property
    def session(self) -> str:
        """The number under which Streamlit keeps the tab."""
        every = (one for one in self.messages if one.WhichOneof("type") == "new_session")
        return next(one.new_session.initialize.session_id for one in every)

    @property
    def tabs(self) -> Iterator[tuple[Any, str]]:
        """The rows of tabs within the page that tell which is open, and every one's label."""
        row = None
        for one in self.messages:
            block = one.delta.add_block
            kind = block.WhichOneof("type") if one.delta.HasField("add_block") else None
            if kind == "tab_container":
                row = block if block.id else None
            elif kind == "tab" and row is not None:
                yield row, block.tab.label

    def elements(self, kind: str) -> Iterator[Any]:
        for one in self.messages:
            element = one.delta.new_element
            if one.WhichOneof("type") == "delta" and element.WhichOneof("type") == kind:
                yield getattr(element, kind)

    def one(self, kind: str, label: str) -> Any:
        """The element of that kind and label."""
        found = [each for each in self.elements(kind) if each.label == label]
        assert found, f"no {kind} {label!r}; there are {[each.label for each in self.elements(kind)]}"
        return found[-1]


def _is_the_end(message: ForwardMsg) -> bool:
    kind = message.WhichOneof("type")
    if kind == "script_finished":
        return bool(message.script_finished != ForwardMsg.FINISHED_EARLY_FOR_RERUN)
    return kind == "auth_redirect"  # the browser leaves the page


class Tab:
    """One tab at `path` of the server at `url`; a context manager that closes it. `session`: of a tab that
    was open before."""

    def __init__(
        self, url: str, cookies: Mapping[str, str], path: str = "", query: str = "", session: str = ""
    ) -> None:
        self._path, self._query = path, query
        sent = "; ".join(f"{name}={value}" for name, value in cookies.items())
        spoken = [one for one in ("streamlit", cookies.get("_streamlit_xsrf", "none"), session) if one]
        self._socket = connect(
            f"{url.replace('http', 'ws', 1)}/_stcore/stream",
            additional_headers={"Cookie": sent, "Origin": url},
            subprotocols=[Subprotocol(one) for one in spoken],
            max_size=None,
        )
        self.told = Told()

    def open(self) -> Told:
        """The page, once its script is through."""
        return self._run(lambda asked: None)

    def press(self, label: str) -> Told:
        """What comes of a button."""
        button = (self.told if self.told.messages else self.open()).one("button", label)
        return self.change(button, trigger_value=True)

    def change(self, element: Any, **value: Any) -> Told:
        """What comes of a widget's new value."""
        return self._run(
            lambda asked: asked.widget_states.widgets.append(WidgetState(id=element.id, **value))
        )

    def look_again(self, fragment: str) -> Told:
        """A part of the page, as it redraws itself."""

        def of_it(asked: Any) -> None:
            asked.fragment_id, asked.is_auto_rerun = fragment, True

        return self._run(of_it)

    def _run(self, ask: Callable[[Any], None]) -> Told:
        asked = BackMsg()
        asked.rerun_script.query_string, asked.rerun_script.page_name = self._query, self._path
        ask(asked.rerun_script)
        self._socket.send(asked.SerializeToString())
        told = Told()
        for message in self._heard():
            told.messages.append(message)
            if _is_the_end(message):
                break
        if not asked.rerun_script.fragment_id:
            self.told = told
        return told

    def _heard(self) -> Iterator[ForwardMsg]:
        while True:
            yield ForwardMsg.FromString(self._socket.recv(timeout=PATIENCE_S, decode=False))

    def is_closed(self) -> bool:
        """Wait until the server closes it: whether it did."""
        try:
            for _ in self._heard():
                pass
        except ConnectionClosed:
            return True
        except TimeoutError:
            return False
        raise AssertionError

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _where: TracebackType | None
    ) -> None:
        self._socket.close()
