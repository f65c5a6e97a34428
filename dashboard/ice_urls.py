"""Addresses of STUN and TURN servers (RFC 7064, RFC 7065) as browsers and aiortc both take them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

FORM = re.compile(
    r"(?P<scheme>stuns?|turns?):(?P<host>[A-Za-z0-9._-]+)(:(?P<port>[0-9]{1,5}))?(\?transport=(?P<transport>udp|tcp))?"
)
KEYS = ("urls", "username", "credential")
PLAIN_PORT, TLS_PORT = 3478, 5349
ICE_FORM = 'a JSON list such as [{"urls": "turn:host:3478", "username": "u", "credential": "c"}]'
NO_CREDENTIALS = (
    "ATTUNE_ICE_SERVERS names a TURN server without username and credential; give both, or set "
    "ATTUNE_TURN_SECRET to the secret that server makes credentials from (coturn: static-auth-secret)."
)
NO_RELAY = (
    "ATTUNE_ICE_TRANSPORT is 'relay', but ATTUNE_ICE_SERVERS names no TURN server to relay through. Name "
    "one, or set ATTUNE_ICE_TRANSPORT to 'all'."
)


@dataclass(frozen=True, slots=True)
class IceUrl:
    """One address. `transport` is how it is reached: udp or tcp, with TLS when `tls`."""

    scheme: str
    host: str
    port: int
    transport: str

    @property
    def relays(self) -> bool:
        return self.scheme.startswith("turn")

    @property
    def tls(self) -> bool:
        return self.scheme.endswith("s")

    def __str__(self) -> str:
        transport = f"?transport={self.transport}" if self.relays else ""
        return f"{self.scheme}:{self.host}:{self.port}{transport}"


def parse_ice_url(text: str) -> IceUrl | None:
    """The address in `text` with what it leaves out; None when it is none that can be used."""
    found = FORM.fullmatch(text)
    if found is None:
        return None
    scheme, transport = found["scheme"], found["transport"]
    secure = scheme.endswith("s")
    port = int(found["port"]) if found["port"] else TLS_PORT if secure else PLAIN_PORT
    if not 0 < port < 65_536 or (transport and scheme.startswith("stun")):
        return None
    return IceUrl(scheme, found["host"], port, transport or ("tcp" if secure else "udp"))


def urls_of(server: Mapping[str, Any]) -> tuple[str, ...]:
    """The addresses of one entry of ATTUNE_ICE_SERVERS, which may be one text or a list."""
    urls = server.get("urls")
    if isinstance(urls, str):
        return (urls,)
    return tuple(str(url) for url in urls) if isinstance(urls, list) else ()


def ice_problem(server: Mapping[str, Any]) -> str | None:
    """What is wrong with one entry, without showing any of its values; None when nothing is."""
    if unknown := set(server) - set(KEYS):
        return f"an entry has {len(unknown)} unknown key(s), known are {', '.join(KEYS)}"
    if not urls_of(server):
        return "an entry has no urls"
    if any(parse_ice_url(url) is None for url in urls_of(server)):
        return (
            "an address is not stun:HOST:PORT, turn:HOST:PORT?transport=udp (or tcp) or turns:HOST:PORT; "
            "HOST is a name or an IPv4 address"
        )
    if any(not isinstance(server[key], str) or not server[key] for key in KEYS[1:] if key in server):
        return "username and credential are texts that are not empty"
    if ("username" in server) != ("credential" in server):
        return "username and credential come together"
    return None


def is_turn(server: Mapping[str, Any]) -> bool:
    return any(url.startswith("turn") for url in urls_of(server))


def needs_credentials(server: Mapping[str, Any]) -> bool:
    """A TURN server without its own."""
    return is_turn(server) and "username" not in server
