"""The first page of a real server, opened over its websocket as a browser does: what it imports."""

from pathlib import Path

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import connect

from tests.browser.server import Server

WITH_THE_FIRST_SESSION = {
    *("pandas", "av", "cv2", "streamlit_webrtc", "aiortc", "ai_edge_litert"),
    *("plotly.graph_objs._figure", "dashboard.charts.look"),  # Streamlit itself loads some of plotly
}
"""1.6 s and 130 MB that nobody should wait for who only opens the page."""


def open_first_page(server: Server) -> list[str]:
    """The kinds of elements on the page, once its script is through."""
    asked = BackMsg()
    asked.rerun_script.query_string = ""
    elements: list[str] = []
    with connect(f"{server.url.replace('http', 'ws')}/_stcore/stream", max_size=None) as socket:
        socket.send(asked.SerializeToString())
        while True:
            told = ForwardMsg.FromString(socket.recv(timeout=60, decode=False))
            if told.WhichOneof("type") == "script_finished":
                assert told.script_finished == ForwardMsg.FINISHED_SUCCESSFULLY
                return elements
            elements.append(str(told.delta.new_element.WhichOneof("type")))


def imported(log: str) -> set[str]:
    """The modules named by Python's own account of its imports (`-X importtime`)."""
    lines = (line for line in log.splitlines() if line.startswith("import time:"))
    return {line.rpartition("|")[2].strip() for line in lines}


def test_the_first_page_needs_no_perception_no_charts_and_no_webrtc(tmp_path: Path) -> None:
    log = tmp_path / "log"
    with Server(tmp_path / "attune.db", log, PYTHONPROFILEIMPORTTIME="1") as server:
        elements = open_first_page(server)
    assert "text_input" in elements and "exception" not in elements
    loaded = imported(log.read_text(encoding="utf-8"))
    assert {"streamlit", "dashboard.live.form"} <= loaded, "the account of imports is missing"
    assert sorted(loaded & WITH_THE_FIRST_SESSION) == []
