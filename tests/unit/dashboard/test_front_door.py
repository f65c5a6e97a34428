"""Who is let in, by names alone."""

import asyncio
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.types import Message, Receive, Scope, Send

from dashboard.front_door import FAILED, FOREIGN_NAME, FOREIGN_PAGE, FrontDoor, Rules, name_of, refusal

OURS = "https://attune.example.org"
RULES = Rules(frozenset({OURS}), {"/events": "https://games.example.org"})


def request(path: str = "/", **headers: str | list[str]) -> dict[str, Any]:
    listed = [
        (name.replace("_", "-").encode(), value.encode("latin-1"))
        for name, values in headers.items()
        for value in ([values] if isinstance(values, str) else values)
    ]
    return {"type": "http", "path": path, "headers": listed}


@pytest.mark.parametrize(
    "host",
    [
        *("localhost", "localhost:8501", "LOCALHOST:80", "localhost.", "127.0.0.1:8600"),
        *("[::1]", "[::1]:8501", "attune.example.org", "Attune.Example.Org:443"),
    ],
)
def test_this_machine_and_the_public_address_are_right_in_every_usual_spelling(host: str) -> None:
    assert refusal(request(host=host), RULES) is None
    assert refusal(request(host=host, origin=f"http://{host.lower()}"), RULES) is None


@pytest.mark.parametrize(
    "host",
    [
        *(
            "evil.example",
            "localhost.evil.example",
            "evil.localhost",
            "127.0.0.1.nip.io",
            "attune.example.org.evil",
        ),
        *(
            "",
            "localhost:port",
            "a@localhost",
            "localhost/",
            "local host",
            "[::1",
            "0.0.0.0:8501",
            "xlocalhost",
        ),
    ],
)
def test_any_other_name_is_refused(host: str) -> None:
    assert refusal(request(host=host), RULES) == FOREIGN_NAME


@pytest.mark.parametrize(
    "ours", ["https://b\xfccher.example", "https://a!b.example", "https://x:1234567", ""]
)
def test_a_public_address_that_is_no_name_lets_no_other_in_that_is_none(ours: str) -> None:
    rules = Rules(frozenset({ours}))
    for host in ("evil!.example", "a@evil.example", "", ours.partition("://")[2]):
        assert refusal(request(host=host), rules) == FOREIGN_NAME


def test_a_request_with_two_names_or_none_is_refused() -> None:
    assert refusal(request(host=["localhost", "localhost"]), RULES) == FOREIGN_NAME
    assert refusal(request(), RULES) == FOREIGN_NAME


@pytest.mark.parametrize(
    "origin",
    [
        *("http://evil.example", "null", "http://localhost:3000", "https://attune.example.org.evil", ""),
        *("localhost:8501", "file://", "chrome-extension://localhost:8501", "http://localhost:8501/"),
    ],
)
@pytest.mark.parametrize("path", ["/", "/_stcore/stream", "/download/1/long", "/events", "/health"])
def test_a_page_of_another_address_is_refused_on_every_path(origin: str, path: str) -> None:
    assert refusal(request(path, host="localhost:8501", origin=origin), RULES) == FOREIGN_PAGE


def test_behind_a_proxy_the_public_address_is_an_origin_whatever_name_the_proxy_asks_by() -> None:
    assert refusal(request(host="localhost:8501", origin=OURS), RULES) is None


def test_a_guest_may_read_its_path_alone() -> None:
    guest = {"host": "localhost", "origin": "https://games.example.org"}
    assert refusal(request("/events", **guest), RULES) is None
    assert refusal(request("/download/1/long", **guest), RULES) == FOREIGN_PAGE


@pytest.mark.parametrize(
    ("site", "mode", "allowed"),
    [
        ("same-origin", "no-cors", True),
        ("none", "navigate", True),
        ("cross-site", "navigate", True),
        ("cross-site", "no-cors", False),
        ("same-site", "no-cors", False),
    ],
)
def test_a_link_may_be_followed_from_anywhere_but_nothing_stands_inside_a_foreign_page(
    site: str, mode: str, allowed: bool
) -> None:
    asked = request("/download/1/long", host="localhost", sec_fetch_site=site, sec_fetch_mode=mode)
    assert refusal(asked, RULES) == (None if allowed else FOREIGN_PAGE)


@given(st.text(), st.text())
def test_no_header_whatever_it_holds_brings_the_door_down_or_passes_for_ours(host: str, origin: str) -> None:
    sent = [(b"host", host.encode("utf-8", "replace")), (b"origin", origin.encode("utf-8", "replace"))]
    told = refusal({"type": "http", "path": "/", "headers": sent}, RULES)
    assert told or name_of(host) in RULES.names


def test_what_fails_before_it_answers_is_answered_in_words_with_every_header() -> None:
    async def fails(_scope: Scope, _receive: Receive, _send: Send) -> None:
        raise OSError("the disk")

    async def received() -> Message:
        return {"type": "http.disconnect"}

    async def sent(message: Message) -> None:
        told.append(message)

    told: list[Message] = []
    with pytest.raises(OSError, match="the disk"):  # the server logs it
        asyncio.run(FrontDoor(fails, lambda: RULES)(request(host="localhost"), received, sent))
    start, body = told
    assert (start["status"], body["body"].decode()) == (500, FAILED)
    assert (b"x-content-type-options", b"nosniff") in start["headers"]
