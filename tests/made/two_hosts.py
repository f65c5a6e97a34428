"""Two people with sessions of their own on one real server, one of each running, and what each can ask."""

import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx
from sqlalchemy import Engine

from dashboard.export.formats import EXPORTERS
from dashboard.navigation import LIVE, PAGES, PRESENTER, PageEntry
from dashboard.servers.heart import Heart
from dashboard.servers.load import LoadMeter
from db.access import Who
from db.engine import open_database
from db.store import EndReason, Store
from db.summaries import Utterance
from tests.browser.server import Server
from tests.made.faces import face, seconds
from tests.made.feed import Reader
from tests.made.rights import SETTINGS, signed
from tests.made.running import Bench
from tests.made.sessions import stored
from tests.made.tab import Tab

WORDS = {
    "ana": ("Zanzibar review", "Zora", "xylem rises", "Quokka arrives", "Zebra runs now"),
    "ben": ("Helsinki standup", "Bertil", "yodel louder", "Narwhal leaves", "Heron runs now"),
}
"""What each told of their own: a title, a name, what was said, a marker, the title of what runs."""
EVENTS = 3


@dataclass
class Host:
    """`words`: what is theirs alone; `kept`, `running`: the numbers of their sessions."""

    name: str
    url: str
    kept: int
    running: int
    engine: Engine
    http: httpx.Client = field(default_factory=lambda: httpx.Client(timeout=60))

    @property
    def words(self) -> tuple[str, ...]:
        return WORDS[self.name]

    @property
    def cookies(self) -> Mapping[str, str]:
        return signed(self.name, origin=self.url)

    @property
    def sent(self) -> str:
        """The cookies as a header."""
        return "; ".join(f"{name}={value}" for name, value in self.cookies.items())

    @property
    def in_a_browser(self) -> Mapping[str, str]:
        """The cookies with the one that a browser gets with the first page, without which Streamlit believes
        none."""
        xsrf = self.http.get(f"{self.url}/_stcore/health").cookies["_streamlit_xsrf"]
        return {**self.cookies, "_streamlit_xsrf": xsrf}

    def tab(self, path: str, query: str = "", session: str = "") -> Tab:
        """A tab of this host's browser."""
        return Tab(self.url, self.in_a_browser, path, query, session)

    def page(self, path: str, query: str) -> bytes:
        """All that reaches this host's browser of a page."""
        with Tab(self.url, self.cookies, path, query) as tab:
            return tab.open().raw

    def get(self, path: str) -> httpx.Response:
        return self.http.get(f"{self.url}/{path}", headers={"Cookie": self.sent})

    def sessions_told(self) -> set[int]:
        """The sessions in this host's stream of events, of as many events as it takes."""
        reader = Reader(self.url.removeprefix("http://"), Cookie=self.sent)
        try:
            return {reader.next()[1]["session"] for _ in range(EVENTS)}
        finally:
            reader.close()


@contextmanager
def two_hosts(folder: Path) -> Iterator[tuple[Host, Host]]:
    """Ana and Ben, whose running sessions are on another server of the same database."""
    server = Server(folder / "attune.db", folder / "log")
    server.set(**{**SETTINGS, "ATTUNE_PUBLIC_URL": server.url})
    engine = open_database(f"sqlite:///{(folder / 'attune.db').as_posix()}")
    benches: dict[str, Bench] = {}
    meter = LoadMeter(lambda: [bench.live for bench in benches.values()])
    heart = Heart(engine, lambda: [bench.session_id for bench in benches.values()], meter)
    heart.start()
    kept = {name: _keep(Store(engine, Who(name)), words) for name, words in WORDS.items()}
    for name, words in WORDS.items():
        benches[name] = Bench(engine, analysis_hz=5.0, server_id=heart.server_id, who=Who(name))
        Store(engine, Who(name)).rename_session(benches[name].session_id, words[-1])
    ended = threading.Event()
    feeding = threading.Thread(target=_feed, args=(benches, ended), daemon=True)
    feeding.start()
    try:
        with server:
            ana, ben = (
                Host(name, server.url, kept[name], benches[name].session_id, engine) for name in WORDS
            )
            yield ana, ben
    finally:
        ended.set()
        feeding.join()
        for bench in benches.values():
            bench.live.finish(EndReason.STOPPED)
        heart.stop()
        engine.dispose()


def _keep(store: Store, words: tuple[str, ...]) -> int:
    title, name, said, marker, _ = words
    number = stored(store, seconds([(face(1), face(2), face(3))] * 90), title)
    store.name_participant(number, 1, name)
    store.write_transcript(number, [Utterance(1000, 4000, name, said, 1)])
    store.add_marker(number, 10_000, marker)
    return number


def _feed(benches: Mapping[str, Bench], ended: threading.Event) -> None:
    while not ended.is_set():
        for bench in benches.values():
            bench.feed(64, 48)
        time.sleep(0.2)


def looks(host: Host, other: Host, pages: Sequence[PageEntry] = PAGES) -> Iterator[tuple[str, bytes]]:
    """What `host` asked, with the other's numbers and of their own, and all that came of it."""
    for entry in pages:
        number = other.running if entry in (LIVE, PRESENTER) else other.kept
        query = f"session={number}&sessions={host.kept},{other.kept},{other.running}&person=1"
        yield f"{entry.url}?{query}", host.page(entry.url, query)
    for path, number in (("report", host.kept), ("presenter", host.running)):
        yield f"{path}?session={number}", host.page(path, f"session={number}")


def files(host: Host, number: int) -> Iterator[tuple[str, int, bytes]]:
    """Every download of a session: its address, status and content."""
    for path in (*EXPORTERS, "long/dictionary", "guessed"):
        answer = host.get(f"download/{number}/{path}")
        yield path, answer.status_code, answer.content
