"""A real OpenID Connect provider, and people who sign in with it by HTTP alone, as their browser would."""

import socket
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Any, Self

import httpx
import oidc_provider_mock  # type: ignore[import-untyped]
from oidc_provider_mock import User

from tests.made.tab import Tab

COOKIE_SECRET = "made for these tests alone, and long enough"
PEOPLE = ("ana", "ben", "root")
ADMINISTRATOR = "email=root@example.org"


def claims_of(name: str) -> dict[str, object]:
    return {"email": f"{name}@example.org", "email_verified": True, "name": name.title()}


@contextmanager
def provider(people: tuple[str, ...] = PEOPLE, **options: Any) -> Iterator[str]:
    """The address of a provider that knows `people`."""
    users = [User(sub=one, claims=claims_of(one)) for one in people]
    with oidc_provider_mock.run_server_in_thread(user_claims=users, **options) as server:
        yield f"http://localhost:{server.server_port}"


def settings_for(address: str, url: str) -> Mapping[str, str]:
    """What a server at `url` is told to sign people in with the provider at `address`."""
    return {
        "ATTUNE_OIDC_URL": address,
        "ATTUNE_OIDC_CLIENT": "attune",
        "ATTUNE_OIDC_SECRET": "a client's secret",
        "ATTUNE_COOKIE_SECRET": COOKIE_SECRET,
        "ATTUNE_PUBLIC_URL": url,
        "ATTUNE_ADMIN_CLAIM": ADMINISTRATOR,
        "ATTUNE_RETENTION_DAYS": "0",
    }


class Visitor:
    """Somebody's browser without a screen: its cookies, what it fetches, and its tabs."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.http = httpx.Client(timeout=60)

    def get(self, path: str, **sent: str) -> httpx.Response:
        return self.http.get(self.url + path, headers=sent)

    @property
    def cookies(self) -> dict[str, str]:
        return {one.name: one.value or "" for one in self.http.cookies.jar}

    def tab(self, path: str = "", query: str = "") -> Tab:
        """A tab of this browser with the page at `path` open."""
        return Tab(self.url, self.cookies, path, query)

    def asks(self) -> httpx.Response:
        """What comes of pressing "Sign in": the provider's page, or what the server says instead."""
        with self.tab() as tab:
            to = tab.press("Sign in").redirect
        return self.http.get(self.url + to, follow_redirects=True)

    def agrees(self, page: httpx.Response, name: str) -> str:
        """The address to which the provider sends `name`, who agreed on its `page`."""
        return self.http.post(page.url, data={"sub": name}).headers["location"]

    def sign_in(self, name: str) -> Self:
        """Go through the provider's page as `name`."""
        answer = self.http.get(self.agrees(self.asks(), name))
        assert answer.headers["location"] == "/", answer.headers
        return self


class Gate:
    """A port in front of a provider, which can be shut, or silent: it takes what comes and says nothing."""

    def __init__(self, address: str) -> None:
        self._to = int(address.rpartition(":")[2])
        self._listener = socket.create_server(("localhost", 0))
        self.address = f"http://localhost:{self._listener.getsockname()[1]}"
        self.state = "open"
        threading.Thread(target=self._take, daemon=True).start()

    def _take(self) -> None:
        with suppress(OSError):  # closed at the end
            while True:
                came, _ = self._listener.accept()
                threading.Thread(target=self._serve, args=(came,), daemon=True).start()

    def _serve(self, came: socket.socket) -> None:
        state = self.state
        if state == "shut":
            came.close()
        if state != "open":
            return
        there = socket.create_connection(("localhost", self._to))
        threading.Thread(target=_pass_on, args=(there, came), daemon=True).start()
        _pass_on(came, there)

    def close(self) -> None:
        self._listener.close()


def _pass_on(source: socket.socket, sink: socket.socket) -> None:
    with suppress(OSError):
        while data := source.recv(65536):
            sink.sendall(data)
        sink.shutdown(socket.SHUT_WR)
