"""STUN and TURN as this server asks them: credentials, troubles by their names, a real coturn."""

import asyncio
import base64
import hashlib
import hmac
import json
import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from aiortc import RTCConfiguration, RTCIceServer, RTCPeerConnection
from aiortc.rtcicetransport import parse_stun_turn_uri
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from dashboard import settings as settings_module
from dashboard.connection.ice_probe import Trouble, ask_servers
from dashboard.errors import SettingsError
from dashboard.ice import STEP_S, ice_servers, rest_credentials, rtc_configuration
from dashboard.ice_urls import parse_ice_url
from dashboard.settings import Settings, load_settings
from tests.made.turn_server import TurnServer, needs_coturn

SECRET = "a shared secret that nobody may see"
TURN = {"urls": "turn:turn.example.org:3478"}


@pytest.fixture(scope="module")
def static(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TurnServer]:
    with TurnServer(tmp_path_factory.mktemp("static")) as running:
        yield running


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TurnServer]:
    with TurnServer(tmp_path_factory.mktemp("shared"), secret=SECRET) as running:
        yield running


@needs_coturn
def test_stun_says_as_which_address_it_sees_this_server(static: TurnServer) -> None:
    [answer] = ask_servers([{"urls": static.stun}])
    assert answer.trouble is None and answer.address is not None
    assert answer.address[0] == static.address


@needs_coturn
@pytest.mark.parametrize("transport", ["udp", "tcp"])
def test_turn_lends_an_address_and_gets_it_back(static: TurnServer, transport: str) -> None:
    entry = {"urls": f"{static.url}?transport={transport}", "username": "host", "credential": "pw"}
    [answer] = ask_servers([entry])
    assert answer.trouble is None and answer.address is not None
    assert answer.address[0] == static.address
    assert "lifetime=0" in static.log, "the allocation is given back"


@needs_coturn
def test_wrong_credentials_are_told_as_such(static: TurnServer) -> None:
    [answer] = ask_servers([static.entry(username="host", credential="wrong")])
    assert answer.trouble is Trouble.CREDENTIALS


@needs_coturn
def test_credentials_made_from_the_shared_secret_are_accepted_while_they_hold(shared: TurnServer) -> None:
    settings = Settings(ice_servers=[shared.entry()], turn_secret=SecretStr(SECRET))
    [answer] = ask_servers(ice_servers(settings))
    assert answer.trouble is None
    long_ago = ask_servers(ice_servers(settings, now_s=time.time() - 10 * 24 * 3600))
    assert long_ago[0].trouble is Trouble.CREDENTIALS
    other = Settings(ice_servers=[shared.entry()], turn_secret=SecretStr("another secret"))
    assert ask_servers(ice_servers(other))[0].trouble is Trouble.CREDENTIALS


@needs_coturn
def test_the_same_configuration_relays_the_servers_side(shared: TurnServer) -> None:
    settings = Settings(ice_servers=[shared.entry()], turn_secret=SecretStr(SECRET))
    assert "typ relay" in offer_of(settings)


def offer_of(settings: Settings) -> str:
    """What aiortc offers with these servers, with its candidates."""

    async def offer() -> str:
        servers = [RTCIceServer(**entry) for entry in rtc_configuration(settings)["iceServers"]]
        peer = RTCPeerConnection(RTCConfiguration(iceServers=servers))
        peer.createDataChannel("test")
        await peer.setLocalDescription(await peer.createOffer())
        told = str(peer.localDescription.sdp)
        await peer.close()
        return told

    with ThreadPoolExecutor(1) as pool:  # a browser test before this one leaves its loop on our thread
        return pool.submit(lambda: asyncio.run(offer())).result(60)


def test_troubles_have_their_names() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as silent, socket.socket() as deaf:
        silent.bind(("127.0.0.1", 0))
        deaf.bind(("127.0.0.1", 0))
        silent_port, closed_port = silent.getsockname()[1], deaf.getsockname()[1]
        credentials = {"username": "u", "credential": "c"}
        started_s = time.monotonic()
        answers = ask_servers(
            [
                {"urls": [f"stun:127.0.0.1:{silent_port}", f"stun:127.0.0.1:{closed_port}"]},
                {"urls": "stun:nowhere.invalid"},
                {"urls": f"turn:127.0.0.1:{silent_port}", **credentials},
                {"urls": f"turn:127.0.0.1:{closed_port}?transport=tcp", **credentials},
                {"urls": "stuns:127.0.0.1"},
            ],
            within_s=1.5,
        )
        took_s = time.monotonic() - started_s
    troubles = [answer.trouble for answer in answers]
    assert troubles[0] == Trouble.SILENT and troubles[3] == Trouble.SILENT
    assert (troubles[1], troubles[4], troubles[5]) == (Trouble.CLOSED, Trouble.CLOSED, Trouble.UNUSED)
    assert troubles[2] in (Trouble.NAME, Trouble.SILENT), "a resolver may be silent itself"
    assert took_s < 1.5 * 3, "all are asked at once"


def test_an_answer_that_is_no_stun_is_no_answer() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as rude:
        rude.bind(("127.0.0.1", 0))

        def answer() -> None:
            _, peer = rude.recvfrom(2000)
            rude.sendto(b"\x01\x01garbage", peer)

        threading.Thread(target=answer, daemon=True).start()
        [told] = ask_servers([{"urls": f"stun:127.0.0.1:{rude.getsockname()[1]}"}], within_s=1.0)
    assert told.trouble is Trouble.SILENT


def test_credentials_have_the_form_that_coturn_checks() -> None:
    username, password = rest_credentials("north", 1_700_000_000, "ada")
    assert username == "1700000000:ada"
    assert base64.b64decode(password) == hmac.new(b"north", username.encode(), hashlib.sha1).digest()


def test_credentials_hold_for_the_wanted_time_and_stay_the_same_within_an_hour() -> None:
    settings = Settings(ice_servers=[TURN], turn_secret=SecretStr(SECRET), turn_lifetime_s=600)
    hour = 400_000 * STEP_S
    entries = [ice_servers(settings, now_s)[0] for now_s in (hour, hour + STEP_S - 1, hour + STEP_S)]
    assert entries[0] == entries[1] != entries[2]
    for entry, now_s in zip(entries, (hour, hour + STEP_S - 1, hour + STEP_S), strict=True):
        expires_at_s = int(entry["username"].split(":")[0])
        assert 600 < expires_at_s - now_s <= 600 + STEP_S


def test_an_entry_with_its_own_credentials_keeps_them_and_stun_gets_none() -> None:
    own = {**TURN, "username": "u", "credential": "c"}
    stun = {"urls": "stun:stun.example.org"}
    settings = Settings(ice_servers=[own, stun], turn_secret=SecretStr(SECRET))
    assert ice_servers(settings) == [own, stun]


def test_relay_only_is_told_to_the_browser() -> None:
    entry = {**TURN, "username": "u", "credential": "c"}
    assert rtc_configuration(Settings(ice_servers=[entry])) == {"iceServers": [entry]}
    only = rtc_configuration(Settings(ice_servers=[entry], ice_transport="relay"))
    assert only["iceTransportPolicy"] == "relay"


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({"ICE_SERVERS": [TURN]}, "without username and credential"),
        ({"ICE_SERVERS": [{**TURN, "username": "u"}]}, "username and credential come together"),
        ({"ICE_SERVERS": [{**TURN, "username": "u", "credential": ""}]}, "texts that are not empty"),
        ({"ICE_SERVERS": [{**TURN, "password": "hunter2"}]}, "unknown key"),
        ({"ICE_SERVERS": [{"urls": "turn:u:hunter2@host"}]}, "an address is not stun:HOST:PORT"),
        ({"ICE_SERVERS": [{"urls": "stun:host:99999"}]}, "an address is not"),
        ({"ICE_SERVERS": [{"urls": "stun:host?transport=tcp"}]}, "an address is not"),
        ({"ICE_SERVERS": [{"urls": "turn:[2001:db8::1]:3478"}]}, "IPv4 address"),
        ({"ICE_TRANSPORT": "relay"}, "names no TURN server to relay through"),
        ({"ICE_TRANSPORT": "tcp"}, "'all' or 'relay'"),
        ({"TURN_LIFETIME_S": "5"}, "a whole number from 600 to 604800"),
        ({"EVENT_TOKEN": "hunter2"}, "16 to 200 letters"),
        ({"EVENT_TOKEN": "hunter2 hunter2 hunter2"}, "without spaces"),
        ({"EVENT_ORIGIN": "*"}, "an origin such as"),
    ],
)
def test_wrong_settings_are_a_sentence_without_their_secrets(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, values: dict[str, object], told: str
) -> None:
    monkeypatch.setattr(settings_module, "ROOT", tmp_path)
    for name, value in values.items():
        monkeypatch.setenv(f"ATTUNE_{name}", value if isinstance(value, str) else json.dumps(value))
    with pytest.raises(SettingsError) as error:
        load_settings()
    assert told in str(error.value) and f"ATTUNE_{next(iter(values))}" in str(error.value)
    assert "hunter2" not in str(error.value) and "hunter2" not in str(error.value.__cause__)


def test_secrets_are_not_in_what_settings_look_like() -> None:
    token = "a-token-for-the-tests"
    settings = Settings(ice_servers=[TURN], turn_secret=SecretStr(SECRET), event_token=SecretStr(token))
    assert SECRET not in repr(settings) and token not in repr(settings)


def test_an_empty_secret_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ATTUNE_EVENT_TOKEN", "")
    monkeypatch.setenv("ATTUNE_TURN_SECRET", "")
    assert (load_settings().event_token, load_settings().turn_secret) == (None, None)


@given(st.from_regex(r"\A(stuns?|turns?):[A-Za-z0-9._-]{1,9}(:[0-9]{1,5})?(\?transport=(udp|tcp))?\Z"))
def test_addresses_are_read_as_aiortc_reads_them(text: str) -> None:
    ours = parse_ice_url(text)
    try:
        theirs = parse_stun_turn_uri(text)
    except ValueError:
        assert ours is None
        return
    if ours is None:
        assert not 0 < theirs["port"] < 65_536
        return
    assert (ours.scheme, ours.host, ours.port) == (theirs["scheme"], theirs["host"], theirs["port"])
    assert not ours.relays or ours.transport == theirs["transport"]
    assert parse_ice_url(str(ours)) == ours


@given(st.text(max_size=60))
def test_any_text_is_an_address_or_none(text: str) -> None:
    found = parse_ice_url(text)
    assert found is None or text.startswith(found.scheme)
